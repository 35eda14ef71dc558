import { createFlowProject, type FlowProject, type ProxiedRequest, startFaultProxy } from "@metaflow-ts/core/testing";
import { WORKERS } from "../../lib/cli.ts";
import { foreachFlow } from "../../lib/flows.ts";
import type { Missing } from "../../lib/missing.ts";
import type { Python } from "../../lib/python.ts";
import type { Unit } from "../../lib/quantity.ts";
import { atMost, notMeasured, type Row, timesLess } from "../../lib/rows.ts";
import type { BenchStore } from "../../lib/stores/store.ts";

/** How many times faster than Python. */
const TIMES = 10;

/** A foreach of small tasks: its time, and the requests that one more task costs. */
export async function foreach(store: BenchStore, width: number): Promise<Row[]> {
  const proxy = await startFaultProxy(store.endpoint);
  const project = await projectOf(store);
  try {
    const run = async (items: number) => {
      const from = proxy.requests.length;
      const ms = await timeRun(project, store, items, proxy.url);
      return { ms, requests: proxy.requests.slice(from) };
    };
    const [one, many] = [await run(1), await run(width)];
    const perTask = (count: (requests: readonly ProxiedRequest[]) => number) => ({
      value: (count(many.requests) - count(one.requests)) / (width - 1),
      unit: "requests/task" as Unit,
    });
    const isRead = ({ method }: ProxiedRequest) => method === "GET" || method === "HEAD";
    const name = `${store.name}: foreach of ${width} tasks`;
    const writes = perTask((all) => all.length - all.filter(isRead).length);
    const reads = perTask((all) => all.filter(isRead).length);
    const lists = perTask((all) => all.filter(store.isList).length);
    return [
      atMost(`${name}: per task`, { value: (many.ms - one.ms) / (width - 1), unit: "ms/task" }, 20),
      atMost(`${name}: writes`, writes, 2),
      atMost(`${name}: reads`, reads, 2),
      atMost(`${name}: lists`, lists, 0),
    ];
  } finally {
    await Promise.all([proxy.close(), project.remove()]);
  }
}

/** What one more task takes here and in Python, over the same server. */
export async function foreachBesidePython(
  store: BenchStore,
  python: Python | Missing,
  folder: string,
  width: number,
): Promise<Row> {
  const name = `${store.name}: foreach of ${width} tasks beside Python: per task`;
  if ("missing" in python) return notMeasured(name, "", python.missing);
  const settings = store.pythonSettings?.(store.makeRoot());
  if (settings === undefined) return notMeasured(name, "", "only S3 is compared");
  const theirs = await python.project(folder, foreachFlow.python, settings);
  const theirRun = (items: number) => theirs(["run", "--width", String(items), ...WORKERS]);
  const project = await projectOf(store);
  try {
    const perTask = async (run: (items: number) => Promise<number>) => {
      const one = await run(1);
      return { value: ((await run(width)) - one) / (width - 1), unit: "ms/task" as Unit };
    };
    const quantity = await perTask(theirRun);
    const ours = await perTask((items) => timeRun(project, store, items, store.endpoint));
    return timesLess(name, ours, { what: python.name, quantity }, TIMES);
  } finally {
    await project.remove();
  }
}

function projectOf(store: BenchStore): Promise<FlowProject> {
  return createFlowProject({ [store.package]: store.folder }, { "flow.ts": foreachFlow.ts });
}

async function timeRun(project: FlowProject, store: BenchStore, items: number, endpoint: string): Promise<number> {
  const begin = performance.now();
  const words = [
    "flow.ts",
    "run",
    "--width",
    String(items),
    "--max-num-splits",
    String(items),
    ...WORKERS,
    "--datastore-root",
    store.makeRoot(),
  ];
  const { code, stdout, stderr } = await project.metaflow(words, store.environment(endpoint));
  if (code !== 0) throw new Error(`${stderr}${stdout.slice(-2000)}`);
  return performance.now() - begin;
}
