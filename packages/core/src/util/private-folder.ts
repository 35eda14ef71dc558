import { lstatSync, mkdirSync, type Stats } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Only the owner may write what is going to be trusted. */
const WRITABLE_BY_OTHERS = 0o022;

/** A folder of the user's own, below the system's folder for temporary files, where anybody may make one. */
export interface PrivateFolder {
  readonly path: string;
  /** Makes it where it is missing. */
  make(): void;
  /** Whether it is there, and nobody else may write into it. */
  isSafe(): boolean;
  /** Whether a file of it is the user's own. */
  owns(stat: Stats): boolean;
}

/** Undefined where the system does not tell whose a file is. */
export function privateFolder(path: string): PrivateFolder | undefined {
  const user = process.getuid?.();
  if (user === undefined) return undefined;
  const owns = (stat: Stats): boolean => stat.uid === user && (stat.mode & WRITABLE_BY_OTHERS) === 0;
  return {
    path,
    owns,
    make: () => void mkdirSync(path, { recursive: true, mode: 0o700 }),
    isSafe() {
      const stat = lstatSync(path, { throwIfNoEntry: false });
      return stat?.isDirectory() === true && owns(stat);
    },
  };
}

/** Where such a folder of a name lies; undefined where the system has no users. */
export function privateTempPath(name: string): string | undefined {
  const user = process.getuid?.();
  return user === undefined ? undefined : join(tmpdir(), `${name}-${user}`);
}
