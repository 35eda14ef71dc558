import { fileURLToPath } from "node:url";
import type { DatastoreProvider } from "../contracts/datastore-provider.js";
import type { InstalledPlugin } from "../contracts/installed-plugin.js";
import type { ArtifactSerializer, InstalledSerializer } from "../contracts/serializer.js";
import type { StepDecorator } from "../contracts/step-decorator.js";
import { errors } from "../errors/codes.js";
import { importPlugin, importPluginSync } from "./load-plugin.js";

type Plugins = readonly InstalledPlugin[];

/** The datastores that installed packages list; each is imported when it is opened. */
export function installedDatastores(installed: Plugins): readonly DatastoreProvider[] {
  const listed = installed.flatMap(({ provides, entry }) => provides.datastores.map((each) => ({ ...each, entry })));
  return firstOfEach(listed).map(({ name, scheme, entry }) => ({
    name,
    scheme,
    module: entry,
    open: async (root) => (await installedDatastore(installed, name)).open(root),
  }));
}

/** The datastore of that name, which a package lists. */
export async function installedDatastore(installed: Plugins, name: string): Promise<DatastoreProvider> {
  const provider = providerOf(installed, "datastore", name, ({ datastores }) => datastores.map((each) => each.name));
  return pick(provider, (await importPlugin(provider.plugin, provider.what)).datastores, name);
}

/** The serializers that installed packages list; each is imported when a value needs it. */
export function installedSerializers(installed: Plugins): readonly InstalledSerializer[] {
  const listed = installed.flatMap(({ provides, package: from }) =>
    provides.serializers.map((name) => ({ name, package: from })),
  );
  return firstOfEach(listed).map((each) => ({ ...each, load: () => installedSerializer(installed, each.name) }));
}

/** The serializer of that name, which a package lists. */
export function installedSerializer(installed: Plugins, name: string): ArtifactSerializer {
  const provider = providerOf(installed, "serializer", name, ({ serializers }) => serializers);
  return pick(provider, importPluginSync(provider.plugin, provider.what).serializers, name);
}

/** The step decorator of an installed package; undefined where none lists the name. */
export async function installedDecorator(installed: Plugins, name: string): Promise<StepDecorator | undefined> {
  if (!installed.some(({ provides }) => provides.decorators.includes(name))) return undefined;
  const provider = providerOf(installed, "step decorator", name, ({ decorators }) => decorators);
  return pick(provider, (await importPlugin(provider.plugin, provider.what)).decorators, name);
}

/** The package that a name comes from, and how errors say what is wanted of it. */
interface Provider {
  readonly plugin: InstalledPlugin;
  readonly what: string;
}

/** @throws PLUGIN_DUPLICATE where two packages list the name */
function providerOf(
  installed: Plugins,
  kind: string,
  name: string,
  namesOf: (provides: InstalledPlugin["provides"]) => readonly string[],
): Provider {
  const [plugin, other] = installed.filter(({ provides }) => namesOf(provides).includes(name));
  const what = `${kind} '${name}'`;
  if (plugin === undefined) throw new Error(`No package lists the ${what}.`);
  if (other === undefined) return { plugin, what };
  throw errors.PLUGIN_DUPLICATE({ kind, name, first: plugin.package, second: other.package });
}

/** @throws PLUGIN_LACKS_NAME */
function pick<T extends { readonly name: string }>(
  { plugin: { package: plugin, entry }, what }: Provider,
  values: readonly T[] | undefined,
  name: string,
): T {
  const found = values?.find((value) => value.name === name);
  if (found !== undefined) return found;
  throw errors.PLUGIN_LACKS_NAME({ plugin, what, entry: fileURLToPath(entry) });
}

function firstOfEach<T extends { readonly name: string }>(values: readonly T[]): readonly T[] {
  return values.filter(({ name }, i) => values.findIndex((each) => each.name === name) === i);
}
