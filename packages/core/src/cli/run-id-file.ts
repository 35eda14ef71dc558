import { constants } from "node:fs";
import { access, rename, writeFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { errors } from "../errors/codes.js";

export interface RunIdFile {
  /** Refuses early, while nothing has been stored yet. @throws RUN_ID_FILE_NOT_WRITTEN */
  check(): Promise<void>;
  /** Whoever waits for the file finds it complete. @throws RUN_ID_FILE_NOT_WRITTEN */
  write(runId: string): Promise<void>;
}

/** The file that `--run-id-file` asks for; without one, both functions do nothing. */
export function createRunIdFile(path: string | undefined, cwd: string): RunIdFile {
  if (path === undefined) return { check: async () => {}, write: async () => {} };
  const target = resolve(cwd, path);
  const failure = (cause: unknown): Error =>
    errors.RUN_ID_FILE_NOT_WRITTEN({ path, reason: (cause as Error).message }, { cause });
  return {
    async check() {
      try {
        await access(dirname(target), constants.W_OK);
      } catch (cause) {
        throw failure(cause);
      }
    },
    async write(runId) {
      const partial = `${target}.${process.pid}.tmp`;
      try {
        await writeFile(partial, runId);
        await rename(partial, target);
      } catch (cause) {
        throw failure(cause);
      }
    },
  };
}
