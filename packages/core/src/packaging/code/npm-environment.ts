import { fileURLToPath } from "node:url";
import type { PackageFile } from "../../contracts/code-package.js";
import type {
  Bootstrap,
  BootstrapRequest,
  Environment,
  EnvironmentContent,
  EnvironmentProject,
} from "../../contracts/environment.js";
import { errors } from "../../errors/codes.js";
import { bundleModules } from "./bundle-modules.js";
import { cachedContent, type MadeContent } from "./content-cache.js";
import type { ModuleEntry } from "./module-entry.js";
import { PackageSorter } from "./package-sorter.js";
import { filesBelow, filesOfPackage } from "./whole-packages.js";

/** Where packages lie: above the user's files, so that what is imported by a computed name is found too. */
const PACKAGES = "files/node_modules";
/** Bundled modules lie among the packages: they are shared by all tasks of a process, as packages are. */
const MODULES = `${PACKAGES}/.modules`;

/**
 * npm packages, bundled on the machine that starts the run. What is made for one kind of machine stays outside, with its
 * exact version noted.
 */
export const npmEnvironment: Environment = {
  name: "npm",
  contract: 1,
  collect: (project) => {
    const { modules, plugins, datastore, settings, folder } = project;
    const named = plugins.map(({ package: name, entry }) => [name, entry]);
    const key = ["npm", import.meta.url, process.version, folder, modules, named, datastore.module ?? null, settings];
    return cachedContent(JSON.stringify(key), folder, () => bundle(project));
  },
  bootstrap,
};

async function bundle(project: EnvironmentProject): Promise<MadeContent> {
  const wanted = wantedModules(project);
  const sorter = new PackageSorter(project.folder, project.settings);
  const { files, names, placed, inputs } = await bundleModules(wanted.entries, sorter);
  const fileOf = ({ id, path }: ModuleEntry): string => {
    const name = names.get(id);
    return name === undefined ? `${PACKAGES}/${sorter.placeOf(path)}` : `${MODULES}/${name}`;
  };
  const bundled = [...files].map(([name, bytes]): PackageFile => ({ path: `${MODULES}/${name}`, bytes, from: "npm" }));
  const whole = placed.flatMap((each) =>
    filesOfPackage(each).map((file) => ({ ...file, path: `${PACKAGES}/${file.path}` })),
  );
  const installs = installsOf(sorter);
  return {
    content: { files: [...bundled, ...whole, manifestOf(installs)], installs, ...wanted.content(fileOf) },
    inputs: [...inputs, ...placed.flatMap(({ found }) => filesBelow(found.folder))],
  };
}

/** @throws PACKAGE_NOT_MADE where a place would need two versions of one package at the same time */
function installsOf(sorter: PackageSorter): EnvironmentContent["installs"] {
  const installs: Record<string, string> = {};
  for (const { name, version } of sorter.all("installed")) {
    const other = installs[name];
    if (other !== undefined && other !== version) {
      const reason = `${name} cannot come along, and a place cannot have its versions ${other} and ${version} at once.`;
      throw errors.PACKAGE_NOT_MADE({ reason });
    }
    installs[name] = version;
  }
  return installs;
}

/** Every module that must be had, each once, however many names it has. */
function wantedModules({ modules, plugins, datastore }: EnvironmentProject): {
  readonly entries: readonly ModuleEntry[];
  content(fileOf: (entry: ModuleEntry) => string): Pick<EnvironmentContent, "modules" | "plugins" | "provider">;
} {
  const byUrl = new Map<string, ModuleEntry>();
  const want = (id: string, url: string, specifier: string): void => {
    if (!byUrl.has(url)) byUrl.set(url, { id, path: fileURLToPath(url), specifier });
  };
  for (const [id, { url, specifier }] of Object.entries(modules)) want(id, url, specifier);
  for (const { package: name, entry } of plugins) want(`plugin:${name}`, entry, name);
  if (datastore.module !== undefined) want("datastore", datastore.module, datastore.module);
  return {
    // In an order that does not depend on where the packages lie.
    entries: [...byUrl.values()].toSorted((a, b) => (a.id < b.id ? -1 : 1)),
    content(fileOf) {
      const at = (url: string): string => fileOf(byUrl.get(url) as ModuleEntry);
      return {
        modules: Object.fromEntries(Object.entries(modules).map(([id, { url }]) => [id, at(url)])),
        plugins: Object.fromEntries(plugins.map(({ package: name, entry }) => [name, at(entry)])),
        provider: datastore.module === undefined ? null : at(datastore.module),
      };
    },
  };
}

/** What `npm install` reads in the package's folder, where a place has to install something. */
function manifestOf(dependencies: EnvironmentContent["installs"]): PackageFile {
  const manifest = { name: "metaflow-code", private: true, type: "module", dependencies };
  return { path: "package.json", bytes: Buffer.from(`${JSON.stringify(manifest, null, 2)}\n`), from: "npm" };
}

function bootstrap({ code, datastore, words, program }: BootstrapRequest): Bootstrap {
  const { name, root } = datastore;
  const location = ["--datastore", name, "--datastore-root", root];
  return {
    files: [program],
    command: ["node", program.path, ...location, "--code", code.sha256, "--", ...words],
    variables: {},
  };
}
