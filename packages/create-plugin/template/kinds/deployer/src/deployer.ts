import { type DeployRegion, type DeployRequest, defineDeployer } from "@metaflow-ts/core/plugin";

/**
 * A makefile with a target for each part of the flow that can run by itself:
 * `metaflow train.ts deploy --target acme-name --output dir && make -f dir/TrainFlow.mk run RUN=nightly-7`.
 */
export const acmeNameDeployer = defineDeployer({
  name: "acme-name",
  capabilities: {
    ...{ foreach: true, switches: true, loops: true, gangs: true },
    ...{ flowDecorators: [], backends: [], resources: "ignored" },
  },
  compile: (request) => ({ files: [{ path: `${request.graph.flow}.mk`, text: makefile(request) }] }),
});

function makefile({ graph, commands, regions, cwd }: DeployRequest): string {
  const call = (words: readonly string[]): string =>
    `\tcd ${quote(cwd)} && ${[...commands.program, ...words].map(quote).join(" ").replaceAll(RUN, "'\"$$RUN\"'")}`;
  const target = (region: DeployRegion, k: number): string =>
    [`region-${k}: ${k === 0 ? "init" : `region-${k - 1}`}`, call(commands.region(RUN, region))].join("\n");
  return [
    `# Runs ${graph.flow}: make -f ${graph.flow}.mk run RUN=<an id>. The same id again goes on where it ended.`,
    "export RUN",
    `.PHONY: run init ${regions.map((_, k) => `region-${k}`).join(" ")}`,
    `run: region-${regions.length - 1}`,
    ["init:", call(commands.init(RUN))].join("\n"),
    ...regions.map(target),
    "",
  ].join("\n");
}

/** Stands for the run's id until words are quoted. */
const RUN = "@run-id@";

/** For the shell, and for make. */
function quote(word: string): string {
  return `'${word.replaceAll("'", "'\\''").replaceAll("$", "$$$$")}'`;
}
