import vm from "node:vm";
import { bundleIdentifier, type BundleNamespace } from "./flow-bundle.js";
import { loadFailure } from "./import-bundle.js";

type ModuleLinker = (specifier: string) => Promise<vm.Module>;

/**
 * Prepares a bundle for being evaluated afresh for every task: each evaluation has module state of its own, while
 * packages outside the bundle are loaded once per process. Needs Node's `--experimental-vm-modules`.
 *
 * @throws FLOW_NOT_LOADED when the code at the top throws.
 */
export function createBundleEvaluator(code: string, sha256: string, file: string): () => Promise<BundleNamespace> {
  const identifier = bundleIdentifier(sha256);
  const link = createLinker();
  let cachedData: Buffer | undefined;
  return async () => {
    const module = new vm.SourceTextModule(code, {
      identifier,
      ...(cachedData === undefined ? {} : { cachedData }),
      importModuleDynamically: (specifier: string) => import(specifier) as Promise<vm.Module>,
    });
    // Missing in @types/node 22: https://nodejs.org/api/vm.html#sourcetextmodulecreatecacheddata
    cachedData ??= (module as unknown as { createCachedData(): Buffer }).createCachedData();
    try {
      await module.link(link);
      await module.evaluate();
    } catch (error) {
      throw loadFailure(file, error);
    }
    return module.namespace as BundleNamespace;
  };
}

/** Gives outside modules to the bundle; each is imported and wrapped once. */
function createLinker(): ModuleLinker {
  const wrapped = new Map<string, Promise<vm.Module>>();
  return (specifier) => {
    let module = wrapped.get(specifier);
    if (module === undefined) {
      module = wrap(specifier);
      wrapped.set(specifier, module);
    }
    return module;
  };
}

async function wrap(specifier: string): Promise<vm.Module> {
  const namespace = (await import(specifier)) as Record<string, unknown>;
  const names = Object.keys(namespace);
  return new vm.SyntheticModule(
    names,
    function (this: vm.SyntheticModule) {
      for (const name of names) this.setExport(name, namespace[name]);
    },
    { identifier: specifier },
  );
}
