import { createRequire } from "node:module";

const { cache } = createRequire(import.meta.url);

/** Files that nothing but the cache of `require` keeps: what it forgets is evaluated afresh. */
const FORGETTABLE = /\.(?:cjs|json)$/;

const PACKAGES = /[\\/]node_modules[\\/]/;

/**
 * Takes note of the files that were loaded by `require`. Returns what makes it forget those of the user's own that
 * came later, and tells of the first one that cannot be forgotten. Packages stay, as they do elsewhere.
 */
export function noteRequired(): () => string | null {
  const before = new Set(Object.keys(cache));
  return () => {
    for (const file of Object.keys(cache)) {
      if (before.has(file) || PACKAGES.test(file)) continue;
      if (!FORGETTABLE.test(file)) return `${file} stays loaded`;
      delete cache[file];
    }
    return null;
  };
}
