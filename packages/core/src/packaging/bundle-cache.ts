import { type BuildCache, openBuildCache } from "./build-cache.js";
import { digest } from "./bundle-facts.js";
import type { FlowBundle } from "./flow-bundle.js";

/** The cache of flows' bundles; undefined where there can be none. */
export function openBundleCache(folder?: string): BuildCache<FlowBundle> | undefined {
  return openBuildCache<FlowBundle>(({ code, sha256 }) => digest(code) === sha256, folder);
}
