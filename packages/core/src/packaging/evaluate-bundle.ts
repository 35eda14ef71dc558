import { createRequire, isBuiltin } from "node:module";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import vm from "node:vm";
import type { OutsideModule } from "../contracts/records.js";
import { errors } from "../errors/codes.js";
import { isMetaflowError } from "../errors/metaflow-error.js";
import { coreEntryUrl } from "./core-entry.js";
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
  require: NodeJS.Require,
  at: (path: string) => Place,
) => Promise<BundleNamespace>;

/** Where a file lies. */
type Place = Readonly<Pick<ImportMeta, "url" | "dirname" | "filename">>;

/** What an evaluator needs to know of a bundle. */
export interface BundleSource {
  readonly code: string;
  readonly sha256: string;
  /** Absolute path of the flow's file. */
  readonly entry: string;
  /** The modules that the code imports, by the names that it has for them. Core is that of this process. */
  readonly modules: Readonly<Record<string, Pick<OutsideModule, "url">>>;
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
export function createBundleEvaluator({ code, sha256, entry, modules }: BundleSource): BundleEvaluator {
  const root = dirname(entry);
  const locate = (name: string): string | undefined => coreEntryUrl(name) ?? modules[name]?.url;
  const load = createLoader(locate);
  // A name in the flow's folder: imports that are computed at run time start from there.
  const filename = pathToFileURL(join(root, bundleFileName(sha256))).href;
  const require = createRequireFor(entry, locate);
  const here = placeOf(entry);
  const meta = {
    ...here,
    resolve: (specifier: string) => absoluteUrl(specifier, here.url) ?? pathToFileURL(require.resolve(specifier)).href,
  };
  const at = (path: string): Place => placeOf(resolve(root, path));
  const dynamic: Parameters<BundleFunction>[1] = (specifier, options, native) => {
    const url = locate(specifier) ?? absoluteUrl(specifier, here.url);
    return url === undefined ? native(specifier, options) : import(url, options);
  };
  let compiled: BundleFunction | undefined;
  const run = (loader: Loader): Promise<BundleNamespace> => {
    compiled ??= new vm.Script(code, {
      filename,
      importModuleDynamically: vm.constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
    }).runInThisContext() as BundleFunction;
    return compiled(loader, dynamic, { ...meta }, decorateMethods, require, at);
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

/** Where a file lies, in the three forms in which code asks. */
function placeOf(path: string): Place {
  return { url: pathToFileURL(path).href, dirname: dirname(path), filename: path };
}

/** The `require` of CommonJS files of the user's. */
function createRequireFor(entry: string, locate: (name: string) => string | undefined): NodeJS.Require {
  const plain = createRequire(entry);
  const pathOf = (name: string): string => {
    const url = locate(name);
    return url === undefined ? name : fileURLToPath(url);
  };
  const require = (name: string): unknown => plain(pathOf(name));
  const resolvePath = (name: string, options?: { paths?: string[] }): string => plain.resolve(pathOf(name), options);
  return Object.assign(require, plain, { resolve: Object.assign(resolvePath, plain.resolve) });
}

/** Where an import call leads that names a file, a URL or a module of Node; undefined for a package. */
function absoluteUrl(specifier: string, base: string): string | undefined {
  if (isBuiltin(specifier)) return specifier;
  return /^(?:\.{0,2}\/|[a-z][a-z\d+.-]*:)/i.test(specifier) ? new URL(specifier, base).href : undefined;
}

/** Imports outside modules, each once, and checks once that they have what is asked of them. */
function createLoader(locate: (name: string) => string | undefined): Loader {
  const loaded = new Map<string, Promise<ModuleNamespace>>();
  return (requests) =>
    Promise.all(
      requests.map(([specifier, names]) => {
        const key = `${specifier} ${names.join()}`;
        let module = loaded.get(key);
        if (module === undefined) {
          module = importChecked(specifier, locate(specifier) ?? specifier, names);
          loaded.set(key, module);
        }
        return module;
      }),
    );
}

async function importChecked(specifier: string, url: string, names: readonly string[]): Promise<ModuleNamespace> {
  const namespace = (await import(url)) as ModuleNamespace;
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
