import { deployerSuite } from "@metaflow-ts/core/testing";
import { expect } from "vitest";
import { acmeNameDeployer } from "../src/deployer.js";

deployerSuite("acme-name", acmeNameDeployer, {
  validate({ files }) {
    // Every line is a comment, a setting, a target or, with a tab before it, a command.
    for (const line of files[0]?.text.split("\n") ?? []) expect(line).toMatch(/^$|^#|^export |^\.?[\w-]+:|^\t/);
  },
});
