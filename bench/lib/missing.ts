/** Why something cannot be measured here. */
export interface Missing {
  readonly missing: string;
}
