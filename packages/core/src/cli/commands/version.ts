import { packageVersion } from "../../util/package-version.js";
import { defineCommand } from "../command.js";

export const versionCommand = defineCommand({
  arguments: [],
  options: {},
  async run({ output, json }) {
    if (json) output.json({ type: "version", version: packageVersion(), node: process.versions.node });
    else output.line(packageVersion());
    return undefined;
  },
});
