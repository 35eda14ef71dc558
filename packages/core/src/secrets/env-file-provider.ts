import { readFile } from "node:fs/promises";
import { parseEnv } from "node:util";
import type { SecretsProvider, SecretValues } from "../contracts/secrets-provider.js";
import { optionSchema, unknownOption } from "./option-schema.js";
import { secretFailure } from "./secret-failure.js";

/** Options of sources of type `env-file`. */
interface EnvFileOptions {
  /** The variables that are wanted. Default: all of the file. */
  readonly only: readonly string[] | undefined;
}

/** Errors of the file system that say that nothing is there. */
const ABSENT: readonly unknown[] = ["ENOENT", "ENOTDIR"];
const DENIED: readonly unknown[] = ["EACCES", "EPERM"];

/** The variables of a file as dotenv has it, where the task runs. The id is its path, from the working folder. */
export const envFileProvider: SecretsProvider<EnvFileOptions> = {
  name: "env-file",
  contract: 1,
  options: optionSchema<EnvFileOptions>((given) => {
    const { only } = given;
    const isList = Array.isArray(only) && only.every((each) => typeof each === "string");
    const problem = only === undefined || isList ? undefined : "only: must be a list of names";
    return unknownOption(given, ["only"]) ?? problem ?? { only: only as EnvFileOptions["only"] };
  }),
  async resolve(request): Promise<SecretValues> {
    const path = request.id === "" ? ".env" : request.id;
    const fail = (outcome: "absent" | "denied" | "broken", reason: string, cause?: unknown): Error =>
      secretFailure("env-file", request, outcome, { reason, cause });
    request.signal.throwIfAborted();
    const text = await readFile(path, { encoding: "utf8", signal: request.signal }).catch((cause: unknown) => {
      const { code } = cause as NodeJS.ErrnoException;
      if (ABSENT.includes(code)) throw fail("absent", `there is no file ${path}`, cause);
      if (DENIED.includes(code)) throw fail("denied", `the file ${path} may not be read`, cause);
      throw fail("broken", `the file ${path} could not be read: ${String(cause)}`, cause);
    });
    const found: Readonly<Record<string, string | undefined>> = parseEnv(text);
    const names = request.options.only ?? Object.keys(found);
    const missing = names.find((name) => found[name] === undefined);
    if (missing !== undefined) throw fail("absent", `the file ${path} has no variable '${missing}'`);
    return Object.fromEntries(names.map((name) => [name, found[name] ?? ""]));
  },
};
