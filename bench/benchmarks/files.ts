import { join } from "node:path";
import type { Benchmark } from "../lib/benchmark.ts";
import { createProject, WORKERS } from "../lib/cli.ts";
import { foreachFlow } from "../lib/flows.ts";
import { countFiles, subfolder } from "../lib/folders.ts";
import type { Quantity } from "../lib/quantity.ts";
import { atMost, notMeasured, type Row } from "../lib/rows.ts";

const WIDTH = 12;

/** How many files one more task leaves. */
export const files: Benchmark = {
  name: "files",
  async run({ folder, python }) {
    const oursAfter = async (width: number): Promise<number> => {
      const project = await createProject(await subfolder(folder), printing(foreachFlow.ts));
      await project.cli(["flow.ts", "run", "--width", String(width), ...WORKERS]);
      return countFiles(project.datastore);
    };
    const ours = await perTask(oursAfter);
    const row: Row = atMost("files of a task that prints", ours, 3);
    if ("missing" in python) return [row, notMeasured("files of a task: Python Metaflow", "", python.missing)];
    const theirsAfter = async (width: number): Promise<number> => {
      const project = await subfolder(folder);
      const run = await python.project(project, foreachFlow.python);
      await run(["run", "--width", String(width), ...WORKERS]);
      return countFiles(join(project, "python-datastore"));
    };
    return [{ ...row, reference: { what: python.name, quantity: await perTask(theirsAfter) } }];
  },
};

async function perTask(filesAfter: (width: number) => Promise<number>): Promise<Quantity> {
  const narrow = await filesAfter(2);
  return { value: ((await filesAfter(WIDTH)) - narrow) / (WIDTH - 2), unit: "files/task" };
}

/** A task that prints has a log besides its record. */
function printing(source: string): string {
  return source.replace("this.value = item * 2;", "this.value = item * 2;\n    console.log(item);");
}
