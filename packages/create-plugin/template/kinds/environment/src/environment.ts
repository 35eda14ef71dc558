import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { type Environment, loadEnvironment } from "@metaflow-ts/core/plugin";

/**
 * npm packages as the environment `npm` brings them, with the project's lockfile beside them, so that a place can be asked
 * what a task ran with: `--environment acme-name`.
 */
export const acmeNameEnvironment: Environment = {
  name: "acme-name",
  contract: 1,
  async collect(project, steps) {
    const content = await (await loadEnvironment("npm")).collect(project, steps);
    const lockfile = await readFile(join(project.folder, LOCKFILE)).catch(() => null);
    if (lockfile === null) return content;
    const file = { path: `files/${LOCKFILE}`, bytes: lockfile, from: "environment 'acme-name'" };
    return { ...content, files: [...content.files, file] };
  },
  bootstrap: async (request) => (await loadEnvironment("npm")).bootstrap(request),
};

const LOCKFILE = "package-lock.json";
