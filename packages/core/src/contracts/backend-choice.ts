/** Where a step runs, as data: decorators say it in the step's policy. */
export interface BackendChoice {
  readonly name: string;
  readonly options: Readonly<Record<string, unknown>>;
}
