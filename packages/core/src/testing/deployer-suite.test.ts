import { execFileSync } from "node:child_process";
import { expect, it } from "vitest";
import type { Deployer } from "../contracts/deployer.js";
import { shellDeployer } from "../deploy/shell-deployer.js";
import { type DeployerSuiteOptions, deployerRules, deployerSuite } from "./deployer-suite.js";

const good = shellDeployer as Deployer;
/** The shell reads it without an error, and executes nothing. */
const options: DeployerSuiteOptions = {
  validate({ files: [file] }) {
    execFileSync("/bin/sh", ["-n"], { input: file?.text ?? "", stdio: ["pipe", "ignore", "ignore"] });
  },
};

deployerSuite("shell", good, options);

const bad = (change: Partial<Deployer>): Deployer => ({ ...good, ...change });
const compiling = (change: (text: string) => string): Deployer =>
  bad({
    async compile(request) {
      const { files } = await good.compile(request);
      return { files: files.map((file) => ({ ...file, text: change(file.text) })) };
    },
  });

/** For every rule a deployer that breaks it. */
const bugs: Record<string, Deployer> = {
  "its name and capabilities make sense": bad({ name: "two words" }),
  "a flow is files, with paths of their own within a folder": bad({
    compile: () => ({ files: [{ path: "../../.profile", text: "x" }] }),
  }),
  "what it compiles is what its engine takes": compiling((text) => `${text}\nif`),
  "the same flow gives the same files": compiling((text) => `${text}# ${Math.random()}\n`),
  "the graph is not changed": bad({
    compile(request) {
      Object.assign(request.graph, { flow: "Other" });
      return good.compile(request);
    },
  }),
  "every flow is compiled or refused before, and compiling does not fail": bad({
    compile(request) {
      if (request.regions.length > 2) throw new Error("too long");
      return good.compile(request);
    },
  }),
  "names with spaces, quotes and strange characters are no way into anything else": compiling((text) =>
    text.replaceAll("'\\''", "'"),
  ),
  "flows of different shape are told apart": bad({ compile: () => ({ files: [{ path: "x", text: "x" }] }) }),
};

it("has a broken deployer for every rule", () => {
  expect(deployerRules(good).map(({ name }) => name)).toEqual(Object.keys(bugs));
});

it.each(Object.entries(bugs))("%s: catches a broken deployer", async (name, deployer) => {
  const rule = deployerRules(deployer, options).find((each) => each.name === name);
  await expect(rule?.check()).rejects.toThrow();
});
