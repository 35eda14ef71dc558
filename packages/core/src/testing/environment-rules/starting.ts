import assert from "node:assert/strict";
import { blobKey } from "../../datastore/key-layout.js";
import type { RuleBody } from "./rule.js";

export const startingRules: readonly RuleBody[] = [
  {
    name: "makes a place without anything ready for a task",
    async check({ sample, register, project }) {
      const { start, runId } = await register();
      const ended = await start(["step", `${project.graph.flow}/${runId}/start/0`]);
      assert.equal(ended.code, 0, ended.stderr);
      assert.ok(ended.stdout.split("\n").includes(sample.prints), `it printed: ${ended.stdout}`);
    },
  },
  {
    name: "hands on the words as they are",
    async check({ register }) {
      const { start } = await register();
      const odd = "a b 'c' \"d\" $HOME *";
      const ended = await start(["nothing-is-called-that", odd]);
      assert.notEqual(ended.code, 0);
      assert.ok(ended.command.includes(odd), `the command is ${JSON.stringify(ended.command)}`);
    },
  },
  {
    name: "gives the command's exit code",
    async check({ register, project }) {
      const { start, runId } = await register();
      assert.equal((await start(["step", `${project.graph.flow}/${runId}/nowhere/0`])).code, 2);
      assert.equal((await start(["version"])).code, 0);
    },
  },
  {
    name: "asks for the package by its hash",
    async check({ register }) {
      const { start, sha256 } = await register();
      const { command, variables } = await start(["version"]);
      const said = [...command, ...Object.values(variables)].some((word) => word.includes(sha256));
      assert.ok(said, "neither a word nor a variable has the hash");
    },
  },
  {
    name: "runs nothing of a package that was tampered with",
    async check({ register, datastore, project, sample }) {
      const { start, sha256, runId } = await register();
      const key = blobKey(sha256);
      const found = await datastore.get(key);
      assert.ok(found !== null, "the package is stored");
      const bytes = Buffer.from(found.bytes);
      bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] ?? 0) ^ 1;
      await datastore.put(key, bytes);
      const { code, stdout, stderr } = await start(["step", `${project.graph.flow}/${runId}/start/0`]);
      assert.notEqual(code, 0);
      assert.ok(!stdout.includes(sample.prints), "the task ran");
      assert.match(stderr, /MF_\w+/, "the error has no code");
    },
  },
  {
    name: "puts nothing of this process's environment into the command",
    async check({ register }) {
      const word = "only-here-5f1c";
      // biome-ignore lint/style/noProcessEnv: that this is not handed on is what is tested
      const environment = process.env;
      environment.METAFLOW_SUITE_SECRET = word;
      try {
        const { start } = await register();
        const { command, variables } = await start(["version"]);
        assert.ok(!JSON.stringify([command, variables]).includes(word));
      } finally {
        delete environment.METAFLOW_SUITE_SECRET;
      }
    },
  },
];
