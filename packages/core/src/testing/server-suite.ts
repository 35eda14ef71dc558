import { describe, it } from "vitest";
import { readEnvironment } from "../config/env.js";

/** Set where a missing server is a failure rather than a reason to skip. */
const REQUIRED = "METAFLOW_TEST_REQUIRE_SERVERS";

/**
 * Tests that need a server, which is described by environment variables. Where they are not set, the tests are skipped
 * and say so; with `METAFLOW_TEST_REQUIRE_SERVERS` they fail.
 */
export function serverSuite<const N extends string>(
  name: string,
  variables: readonly N[],
  define: (values: Readonly<Record<N, string>>) => void,
): void {
  const environment = readEnvironment();
  const missing = variables.filter((variable) => !environment[variable]);
  if (missing.length === 0) {
    const values = Object.fromEntries(variables.map((variable) => [variable, environment[variable]]));
    describe(name, () => define(values as Record<N, string>));
    return;
  }
  const reason = `needs a server: ${missing.join(", ")} not set`;
  if (environment[REQUIRED]) {
    it(name, () => {
      throw new Error(reason);
    });
  } else it.skip(`${name} (${reason})`, () => undefined);
}
