import { createSerializerSet } from "../../artifacts/serializer-set.js";
import type { InstalledPlugin, Provisions } from "../../contracts/installed-plugin.js";
import type { ArtifactSerializer } from "../../contracts/serializer.js";
import { builtinProviders } from "../../datastore/builtin-providers.js";
import { checkDefinition, FLOW_DECORATOR, STEP_DECORATOR } from "../../decorators/check-definition.js";
import { errors } from "../../errors/codes.js";
import type { MetaflowError } from "../../errors/metaflow-error.js";
import { type CheckValue, checkPlugin } from "../../registry/check-plugin.js";
import { KIND_WORDS, KINDS } from "../../registry/kinds.js";
import { packageVersion } from "../../util/package-version.js";
import { builtins } from "../builtins.js";
import { defineCommand } from "../command.js";
import type { Colors } from "../output.js";
import { alignColumns } from "../reading/table.js";

interface Listed extends Pick<InstalledPlugin, "package" | "version" | "provides"> {
  readonly state: "builtin" | "installed" | "disabled";
  readonly problems: readonly MetaflowError[];
}

/** Imports every plugin to see what is wrong with it, which no other command does. */
export const pluginsCommand = defineCommand({
  arguments: [],
  options: {},
  async run({ output, json, registry, coreCommands }) {
    const { installed, disabled } = await registry();
    const checked: Listed[] = [];
    // One after the other: what an import does to the process is blamed on its package.
    for (const plugin of installed) {
      const problems = [
        ...(await checkPlugin(plugin, installed, checkValue)),
        ...clashes(plugin, coreCommands),
        ...schemeClashes(plugin, installed),
      ];
      checked.push({ ...plugin, state: "installed", problems });
    }
    const unused = disabled.map((plugin): Listed => ({ ...plugin, state: "disabled", problems: [] }));
    const all = [builtin(), ...checked, ...unused];
    if (json) for (const listed of all) output.json(pluginJson(listed));
    else for (const line of pluginLines(all, output.colors)) output.line(line);
    return undefined;
  },
});

const datastores = builtinProviders.map(({ name, scheme }) => ({ name, scheme }));

/** What core has by name, but for commands. */
const coreProvides: Provisions = { ...builtins, datastores };

/** Datastores that roots of their scheme do not lead to, since another one has it too. */
function schemeClashes(plugin: InstalledPlugin, installed: readonly InstalledPlugin[]): readonly MetaflowError[] {
  const others = installed.flatMap(({ provides }) => provides.datastores ?? []);
  return (plugin.provides.datastores ?? []).flatMap(({ name, scheme }) => {
    const other = [...datastores, ...others].find((each) => each.scheme === scheme && each.name !== name);
    if (scheme === null || other === undefined) return [];
    return [errors.PLUGIN_SCHEME_TAKEN({ scheme, first: other.name, second: name })];
  });
}

const checkValue: CheckValue = (kind, value) => {
  if (kind === "decorators") checkDefinition(value, STEP_DECORATOR);
  if (kind === "flowDecorators") checkDefinition(value, FLOW_DECORATOR);
  if (kind === "serializers") createSerializerSet([value as ArtifactSerializer]);
};

/** What nobody gets by its name, since core has something that is called so. */
function clashes(plugin: InstalledPlugin, coreCommands: readonly string[]): readonly MetaflowError[] {
  const first = "@metaflow-ts/core";
  return KINDS.flatMap((kind) => {
    const core = kind === "commands" ? coreCommands : namesOf(coreProvides[kind]);
    const taken = namesOf(plugin.provides[kind]).filter((name) => core.includes(name));
    return taken.map((name) =>
      errors.PLUGIN_DUPLICATE({ kind: KIND_WORDS[kind], name, first, second: plugin.package }),
    );
  });
}

function namesOf(list: readonly { readonly name: string }[] | undefined): readonly string[] {
  return (list ?? []).map(({ name }) => name);
}

function builtin(): Listed {
  const others = KINDS.map((kind) => [kind, namesOf(builtins[kind]).map((name) => ({ name }))] as const);
  const provides: Provisions = { ...Object.fromEntries(others.filter(([, list]) => list.length > 0)), datastores };
  return { package: "@metaflow-ts/core", version: packageVersion(), state: "builtin", provides, problems: [] };
}

function pluginJson({ package: name, version, state, provides, problems }: Listed): unknown {
  const shown = problems.map(({ code, message, fix }) => ({ code, message, fix: fix ?? null }));
  return { type: "plugin", package: name, version, state, provides, problems: shown };
}

function pluginLines(all: readonly Listed[], { cyan, dim, red }: Colors): readonly string[] {
  const heads = alignColumns(
    all.map(({ package: name, version, state, provides }) => {
      const note = state === "installed" ? "" : `(${state === "builtin" ? "built in" : "disabled"}) `;
      return [cyan(name), version, dim(note) + (providedText(provides) || "nothing")];
    }),
  );
  return all.flatMap(({ problems }, i) => [
    heads[i] ?? "",
    ...problems.map(({ message, code }) => `  ${red(message)} ${dim(code)}`),
  ]);
}

function providedText(provides: Provisions): string {
  const lists = KINDS.map((kind) => ({ kind, names: (provides[kind] ?? []).map(({ name }) => name) }));
  return lists
    .filter(({ names }) => names.length > 0)
    .map(({ kind, names }) => `${KIND_WORDS[kind]}${names.length === 1 ? "" : "s"} ${names.join(", ")}`)
    .join("; ");
}
