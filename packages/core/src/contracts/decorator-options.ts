/** `METAFLOW_FLOW_<NAME>` and `METAFLOW_<NAME>` in the environment or the profile say the same as `--<name>`. */
export interface DecoratorCliOption {
  /** `text` takes a value, `flag` none, `list` may be given more than once. */
  readonly kind: "text" | "flag" | "list";
  /** What help calls the value: `branch` in `--branch <branch>`. Default: the option's name. */
  readonly placeholder?: string | undefined;
  readonly help: string;
}

/** What was given for a decorator's own options, by name; absent where nothing was. */
export type GivenOptions = Readonly<Record<string, string | boolean | readonly string[]>>;

/** Options of decorators, by the kind and the name of the decorator. */
export interface GivenByDecorator {
  readonly flow: Readonly<Record<string, GivenOptions>>;
  readonly step: Readonly<Record<string, GivenOptions>>;
}
