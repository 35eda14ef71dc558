import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { resolve } from "node:path";
import { openBundleCache } from "./bundle-cache.js";
import { watchFacts } from "./bundle-facts.js";
import { emptyTrace } from "./bundle-trace.js";
import type { FlowBundle } from "./flow-bundle.js";

/**
 * The bundle of a flow's file: one that was kept, if nothing has changed that it depends on, or else a new one. With
 * a kept one neither the bundler nor the parser is loaded, which is most of what a short command takes.
 *
 * @throws what `bundleFlow` throws; failures are not kept.
 */
export async function loadBundle(
  file: string,
  configFile: string | undefined,
  version: string,
  cache = openBundleCache(),
): Promise<FlowBundle> {
  if (cache === undefined) return await (await import("./bundle-flow.js")).bundleFlow(file, configFile);
  const entry = resolve(file);
  // The name of the running module changes with the code, also where the version does not.
  const key = JSON.stringify([entry, configFile ?? null, version, import.meta.url, bundlerVersion(), process.version]);
  const kept = cache.read(key);
  if (kept !== undefined) return kept;
  const { bundleFlow } = await import("./bundle-flow.js");
  const facts = watchFacts(entry);
  const trace = emptyTrace();
  const bundle = await bundleFlow(file, configFile, trace);
  const collected = facts.collect(trace);
  if (collected !== undefined) cache.write(key, bundle, collected);
  return bundle;
}

function bundlerVersion(): string {
  const path = createRequire(import.meta.url).resolve("esbuild/package.json");
  return String((JSON.parse(readFileSync(path, "utf8")) as { readonly version: unknown }).version);
}
