import { expect } from "vitest";

interface WithOptions<O> {
  readonly options: {
    readonly "~standard": {
      readonly validate: (given: unknown) => Checked<O> | Promise<Checked<O>>;
    };
  };
}

type Checked<O> =
  | { readonly value: O; readonly issues?: undefined }
  | { readonly issues: readonly { readonly message: string; readonly path?: readonly unknown[] | undefined }[] };

/** What a decorator makes of options: them completed, or everything that is wrong with them. */
export function checked<O>({ options }: WithOptions<O>, given: unknown): O | readonly string[] {
  const result = options["~standard"].validate(given);
  if (result instanceof Promise) throw new Error("A promise.");
  if (result.issues === undefined) return result.value;
  return result.issues.map(({ path = [], message }) => {
    const names = path.map((part) =>
      String(typeof part === "object" && part !== null && "key" in part ? part.key : part),
    );
    return [...names, message].join(": ");
  });
}

/** The options that a decorator gives out are options that it takes. */
export function completed<O>(decorator: WithOptions<O>, given: unknown): O {
  const first = checked(decorator, given);
  expect(checked(decorator, first)).toEqual(first);
  return first as O;
}
