import { createRequire, isBuiltin } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import vm from "node:vm";
import { errors } from "../errors/codes.js";
import { isMetaflowError } from "../errors/metaflow-error.js";
import { decorateMethods } from "./decorate-methods.js";
import { type BundleNamespace, bundleFileName } from "./flow-bundle.js";
import type { ImportRequest } from "./module-to-function.js";

type ModuleNamespace = Readonly<Record<string, unknown>>;
type ImportCall = (specifier: string, options?: ImportCallOptions) => Promise<unknown>;
type Loader = (requests: readonly ImportRequest[]) => Promise<readonly ModuleNamespace[]>;
type BundleFunction = (
  load: Loader,
  dynamic: (specifier: string, options: ImportCallOptions | undefined, native: ImportCall) => Promise<unknown>,
  meta: Partial<ImportMeta>,
  decorate: typeof decorateMethods,
) => Promise<BundleNamespace>;

/** What an evaluator needs to know of a bundle. */
export interface BundleSource {
  readonly code: string;
  readonly sha256: string;
  /** Absolute path of the flow's file. */
  readonly entry: string;
  /** Its folder. */
  readonly root: string;
}

/** Evaluates a bundle afresh at each call. */
export interface BundleEvaluator {
  /** @throws FLOW_NOT_LOADED when code at the top throws, with the user's error as its cause */
  (): Promise<BundleNamespace>;
  /**
   * Loads the packages outside the bundle, and runs nothing of the user's own. What fails here is left for the
   * evaluation, where it fails again.
   */
  loadPackages(): Promise<void>;
}

/**
 * Prepares a bundle for being evaluated afresh any number of times: each evaluation has module state of its own,
 * while packages outside the bundle are loaded once per process.
 */
export function createBundleEvaluator({ code, sha256, entry, root }: BundleSource): BundleEvaluator {
  const load = createLoader();
  // A name in the flow's folder: imports that are computed at run time start from there.
  const filename = pathToFileURL(join(root, bundleFileName(sha256))).href;
  const { resolve } = createRequire(entry);
  const meta = {
    url: pathToFileURL(entry).href,
    dirname: root,
    filename: entry,
    resolve: (specifier: string) => absoluteUrl(specifier, meta.url) ?? pathToFileURL(resolve(specifier)).href,
  };
  const dynamic: Parameters<BundleFunction>[1] = (specifier, options, native) => {
    const url = absoluteUrl(specifier, meta.url);
    return url === undefined ? native(specifier, options) : import(url, options);
  };
  let compiled: BundleFunction | undefined;
  const run = (loader: Loader): Promise<BundleNamespace> => {
    compiled ??= new vm.Script(code, {
      filename,
      importModuleDynamically: vm.constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
    }).runInThisContext() as BundleFunction;
    return compiled(loader, dynamic, { ...meta }, decorateMethods);
  };
  const evaluate = async (): Promise<BundleNamespace> => {
    try {
      return await run(load);
    } catch (error) {
      throw loadFailure(entry, error);
    }
  };
  const loadPackages = async (): Promise<void> => {
    const onlyLoad: Loader = async (requests) => {
      await load(requests);
      // The bundle asks for its packages before anything else, and goes no further when it does not get them.
      throw new Error("Loaded.");
    };
    try {
      await run(onlyLoad);
    } catch {
      // That it was stopped is what was wanted.
    }
  };
  return Object.assign(evaluate, { loadPackages });
}

/** Where an import call leads that names a file, a URL or a module of Node; undefined for a package. */
function absoluteUrl(specifier: string, base: string): string | undefined {
  if (isBuiltin(specifier)) return specifier;
  return /^(?:\.{0,2}\/|[a-z][a-z\d+.-]*:)/i.test(specifier) ? new URL(specifier, base).href : undefined;
}

/** Imports outside modules, each once, and checks once that they have what is asked of them. */
function createLoader(): Loader {
  const loaded = new Map<string, Promise<ModuleNamespace>>();
  return (requests) =>
    Promise.all(
      requests.map(([specifier, names]) => {
        const key = `${specifier} ${names.join()}`;
        let module = loaded.get(key);
        if (module === undefined) {
          module = importChecked(specifier, names);
          loaded.set(key, module);
        }
        return module;
      }),
    );
}

async function importChecked(specifier: string, names: readonly string[]): Promise<ModuleNamespace> {
  const namespace = (await import(specifier)) as ModuleNamespace;
  const missing = names.find((name) => !(name in namespace));
  if (missing !== undefined) {
    throw new SyntaxError(`The requested module '${specifier}' does not provide an export named '${missing}'`);
  }
  return namespace;
}

/** What a throwing top level is reported as. */
function loadFailure(file: string, error: unknown): unknown {
  if (isMetaflowError(error)) return error;
  const reason = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return errors.FLOW_NOT_LOADED({ file, reason }, { cause: error });
}
