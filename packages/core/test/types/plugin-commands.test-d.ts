import { describe, expectTypeOf, it } from "vitest";
import { defineCommand, defineCommandGroup } from "../../src/cli/plugin-commands/define-command.js";
import type { Client } from "../../src/client/client.js";
import type { CommandOptions } from "../../src/contracts/cli-command.js";
import { definePlugin } from "../../src/registry/define-plugin.js";

describe("defineCommand", () => {
  it("infers arguments and options", () => {
    const command = defineCommand({
      name: "acme",
      summary: "do it",
      flow: "optional",
      arguments: { place: { help: "x" }, maybe: { help: "x", optional: true }, rest: { help: "x", many: true } },
      options: {
        url: { kind: "text", help: "x" },
        word: { kind: "text", help: "x", fallback: "a" },
        count: { kind: "integer", help: "x", fallback: 1 },
        limit: { kind: "integer", help: "x" },
        style: { kind: "choice", help: "x", choices: ["a", "b"], fallback: "a" },
        form: { kind: "choice", help: "x", choices: ["c", "d"] },
        dry: { kind: "flag", help: "x" },
        tags: { kind: "list", help: "x" },
      },
      run({ args, options, client }) {
        expectTypeOf(args).toEqualTypeOf<{
          readonly place: string;
          readonly maybe: string | undefined;
          readonly rest: readonly string[];
        }>();
        expectTypeOf(options).toEqualTypeOf<{
          readonly url: string | undefined;
          readonly word: string;
          readonly count: number;
          readonly limit: number | undefined;
          readonly style: "a" | "b";
          readonly form: "c" | "d" | undefined;
          readonly dry: boolean;
          readonly tags: readonly string[];
        }>();
        expectTypeOf(client).returns.resolves.toEqualTypeOf<Client>();
      },
    });
    definePlugin({
      name: "acme",
      commands: [command, defineCommandGroup({ name: "g", summary: "s", commands: [command] })],
    });
    // @ts-expect-error: a number is no text
    const options = { a: { kind: "text", help: "x", fallback: 1 } } satisfies CommandOptions;
    expectTypeOf(options).toBeObject();
  });
});

definePlugin({ name: "acme", decorators: [], commands: [] });
// @ts-expect-error no such kind
definePlugin({ name: "acme", decorator: [] });
