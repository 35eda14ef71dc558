import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { basename, dirname, relative, resolve, sep } from "node:path";
import { type BuildFailure, build, type Metafile, type OutputFile } from "esbuild";
import { errors } from "../errors/codes.js";
import { isMetaflowError } from "../errors/metaflow-error.js";
import type { BundleTrace } from "./bundle-trace.js";
import { bundlerFailure } from "./bundler-failure.js";
import { externalPackagesPlugin } from "./external-packages-plugin.js";
import { BARE_CONFIG, type FlowBundle } from "./flow-bundle.js";
import { importMetaPlugin } from "./import-meta-plugin.js";
import { createModuleIds, type ModuleIds } from "./module-ids.js";
import { moduleToFunction } from "./module-to-function.js";

/** The program that puts the flow's file and the config together; the name is the bundler's own. */
const STDIN = "<stdin>";

/**
 * Bundles a flow's file and everything of the user's own that it imports into one program; installed packages stay
 * outside. The bundle exports `flow`, the file's namespace, and `config`, that of `metaflow.config.ts`
 * where there is one. Its code does not say where anything lies: the same files give the same code in every folder. What
 * the bundle was made of is noted in the trace.
 *
 * @throws FLOW_FILE_NOT_FOUND, FLOW_NOT_BUNDLED with every message of the bundler.
 */
export async function bundleFlow(
  file: string,
  configFile?: string | undefined,
  trace?: BundleTrace | undefined,
): Promise<FlowBundle> {
  const entry = resolve(file);
  if (!existsSync(entry)) throw errors.FLOW_FILE_NOT_FOUND({ file });
  const root = dirname(entry);
  const ids = createModuleIds(root);
  const outputs = await runBundler(entry, ids, configFile, trace);
  const code = moduleToFunction(textOf(outputs, ".mjs"));
  const map = textOf(outputs, ".mjs.map");
  const sha256 = createHash("sha256").update(code).digest("hex");
  return { entry, root, code, map, sha256, modules: ids.modules };
}

async function runBundler(
  entry: string,
  ids: ModuleIds,
  configFile: string | undefined,
  trace: BundleTrace | undefined,
): Promise<readonly OutputFile[]> {
  const root = dirname(entry);
  const exported = (name: string, path: string) => `export * as ${name} from ${JSON.stringify(path)};`;
  const config =
    configFile === undefined ? BARE_CONFIG : exported("config", `./${relative(root, configFile).replaceAll(sep, "/")}`);
  try {
    const result = await build({
      stdin: { contents: `${exported("flow", `./${basename(entry)}`)}\n${config}`, resolveDir: root },
      absWorkingDir: root,
      outfile: "flow.mjs",
      write: false,
      bundle: true,
      format: "esm",
      platform: "node",
      target: `node${process.versions.node}`,
      supported: { decorators: false },
      sourcemap: "external",
      sourcesContent: true,
      keepNames: true,
      legalComments: "none",
      logLevel: "silent",
      loader: { ".node": "copy" },
      metafile: true,
      plugins: [externalPackagesPlugin(ids, trace), importMetaPlugin(root)],
    });
    if (trace !== undefined) noteInputs(trace, root, result.metafile);
    return result.outputFiles;
  } catch (error) {
    if (isMetaflowError(error)) throw error;
    throw bundlerFailure(entry, error as BuildFailure);
  }
}

function textOf(outputs: readonly OutputFile[], ending: string): string {
  const output = outputs.find((file) => file.path.endsWith(ending));
  if (output === undefined) throw new Error(`The bundler gave no ${ending} file.`);
  return output.text;
}

function noteInputs(trace: BundleTrace, root: string, { inputs }: Metafile): void {
  for (const [name, { imports }] of Object.entries(inputs)) {
    if (name !== STDIN) trace.inputs.push(resolve(root, name));
    // A pattern stays in the list of imports as it is written, besides the files that were found.
    if (imports.some(({ path, external }) => external === true && path.includes("*"))) trace.hasPatterns = true;
  }
}
