import { mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { environmentSuite } from "@metaflow-ts/core/testing";
import { acmeNameEnvironment } from "../src/environment.js";
import { packageFolder } from "./support/metaflow.js";

const FLOW = `import { readFileSync } from "node:fs";
import { FlowSpec, step } from "@metaflow-ts/core";

export default class LockedFlow extends FlowSpec {
  @step start() {
    console.log("locked:", JSON.parse(readFileSync("package-lock.json", "utf8")).lockfileVersion);
    this.next(this.end);
  }
  @step end() {}
}
`;

environmentSuite({
  environment: acmeNameEnvironment,
  async makeProject() {
    const folder = await mkdtemp(join(tmpdir(), "acme-name-"));
    await writeFile(join(folder, "package.json"), JSON.stringify({ name: "sample", type: "module", dependencies: {} }));
    await writeFile(join(folder, "package-lock.json"), JSON.stringify({ lockfileVersion: 3 }));
    await writeFile(join(folder, "flow.ts"), FLOW);
    await symlink(join(packageFolder, "node_modules"), join(folder, "node_modules"));
    return {
      flowFile: join(folder, "flow.ts"),
      prints: "locked: 3",
      close: () => rm(folder, { recursive: true, force: true }),
    };
  },
});
