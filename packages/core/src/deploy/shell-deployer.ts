import type { DeployRequest } from "../contracts/deployer.js";
import { defineDeployer } from "../registry/define-deployer.js";

/** Stands for the run's id in words until they are quoted. */
const RUN_ID = "@run-id@";

/** A shell script that runs the flow on this machine, region by region: an engine in twenty lines. */
export const shellDeployer = defineDeployer({
  name: "shell",
  capabilities: {
    ...{ foreach: true, switches: true, loops: true, gangs: true },
    ...{ flowDecorators: [], backends: [], resources: "ignored" },
  },
  compile: (request) => ({ files: [{ path: `${request.graph.flow}.sh`, text: scriptOf(request), executable: true }] }),
});

function scriptOf({ graph, commands, regions, cwd }: DeployRequest): string {
  const { program, init, region } = commands;
  return [
    "#!/bin/sh",
    `# Runs ${graph.flow} once: registers a run, then executes its regions one after the other.`,
    "# A region that failed fails the script; the same id again goes on from there.",
    `# Usage: ${graph.flow}.sh [run id [options and parameters of init]]`,
    "set -eu",
    `cd ${quote(cwd)}`,
    'if [ "$#" -gt 0 ]; then run_id="$1"; shift; else run_id="$(date +%s)$$"; fi',
    `metaflow() { ${program.map(quote).join(" ")} "$@"; }`,
    `metaflow ${line([...init(RUN_ID), "--no-code-package"])} "$@"`,
    ...regions.map((each) => `metaflow ${line(region(RUN_ID, each))}`),
    "",
  ].join("\n");
}

function line(words: readonly string[]): string {
  return words.map((word) => quote(word).replaceAll(RUN_ID, `'"$run_id"'`)).join(" ");
}

function quote(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`;
}
