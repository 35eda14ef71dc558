/** A package that was to be used, and for what: `step decorator 'retry'`. */
interface Use {
  readonly plugin: string;
  readonly what: string;
}

const provider = ({ plugin, what }: Use): string => `Package ${plugin}, which provides the ${what},`;

/** Packages that add to Metaflow. All but the first are raised only where something of the package is asked for. */
export const pluginErrors = {
  PLUGIN_DUPLICATE: {
    message: (v: { kind: string; name: string; first: string; second: string }) =>
      `There are two ${v.kind}s named '${v.name}': from ${v.first} and from ${v.second}.`,
    fix: () => "Take one of them out of metaflow.config.ts, or name its package in the config's `disable`.",
  },
  PLUGIN_DECLARATION_INVALID: {
    message: (v: Use & { reason: string }) =>
      `${provider(v)} describes itself wrongly in its package.json: ${v.reason}.`,
    fix: (v: Use & { reason: string }) => `Install another version of ${v.plugin}, or report this to its authors.`,
  },
  PLUGIN_FIELD_UNKNOWN: {
    message: (v: { plugin: string; field: string; nearest: string | undefined }) =>
      `The package.json of ${v.plugin} has a field 'metaflow.${v.field}', of which this @metaflow-ts/core knows nothing.`,
    fix: (v: { plugin: string; field: string; nearest: string | undefined }) =>
      v.nearest === undefined ? "Update @metaflow-ts/core, or take the field out." : `Did you mean '${v.nearest}'?`,
  },
  PLUGIN_SCHEME_TAKEN: {
    message: (v: { scheme: string; first: string; second: string }) =>
      `There are two datastores for roots that begin with '${v.scheme}://': ${v.first} and ${v.second}.`,
    fix: () =>
      "Say by --datastore which of them it is, or name the package of the other in `disable` of metaflow.config.ts.",
  },
  PLUGIN_CONTRACT_UNKNOWN: {
    message: (v: Use & { contract: number; known: number }) =>
      `${provider(v)} is written for version ${v.contract} of the plugin contract; this @metaflow-ts/core has version ${v.known}.`,
    fix: (v: Use & { contract: number; known: number }) =>
      v.contract > v.known ? "Update @metaflow-ts/core." : `Update ${v.plugin}.`,
  },
  PLUGIN_PEER_MISSING: {
    message: (v: Use & { missing: readonly string[] }) =>
      `${provider(v)} needs packages that are not installed: ${v.missing.join(", ")}.`,
    fix: (v: Use & { missing: readonly string[] }) => `Install ${v.missing.join(" and ")}.`,
  },
  PLUGIN_PEER_VERSION: {
    message: (v: Use & { peer: string; wanted: string; found: string }) =>
      `${provider(v)} needs ${v.peer} ${v.wanted}; version ${v.found} is installed.`,
    fix: (v: Use & { peer: string; wanted: string; found: string }) =>
      `Install ${v.peer}@${v.wanted}, or a version of ${v.plugin} that goes with ${v.found}.`,
  },
  PLUGIN_NOT_LOADED: {
    message: (v: Use & { entry: string; reason: string }) =>
      `${provider(v)} could not be imported from ${v.entry}: ${v.reason}`,
    fix: (v: Use & { entry: string; reason: string }) => `Install ${v.plugin} afresh, or report this to its authors.`,
  },
  PLUGIN_WITHOUT_DEFINITION: {
    message: (v: Use & { entry: string }) => `${provider(v)} exports no plugin from ${v.entry}.`,
    fix: () => "The module's default export, or its export `plugin`, is what `definePlugin({ … })` returns.",
  },
  PLUGIN_LACKS_NAME: {
    message: (v: Use & { entry: string }) =>
      `${provider(v)} lists it in its package.json, but the plugin that ${v.entry} exports does not have it.`,
    fix: (v: Use & { entry: string }) => `Install another version of ${v.plugin}, or report this to its authors.`,
  },
  PLUGIN_NAME_UNKNOWN: {
    message: (v: { kind: string; name: string; known: readonly string[]; nearest: string | undefined }) =>
      `There is no ${v.kind} '${v.name}'. ${v.known.length === 0 ? "None is installed" : `These are there: ${v.known.join(", ")}`}.`,
    fix: (v: { kind: string; name: string; known: readonly string[]; nearest: string | undefined }) =>
      v.nearest === undefined
        ? "Install the package that provides it, or add it to metaflow.config.ts."
        : `Did you mean '${v.nearest}'?`,
  },
  PLUGIN_OPTIONS_INVALID: {
    message: (v: { kind: string; name: string; problems: readonly string[] }) =>
      `The ${v.kind} '${v.name}' has options that it cannot take: ${v.problems.join("; ")}.`,
  },
  CARD_FAILED: {
    message: (v: { card: string; task: string; reason: string }) =>
      `The card '${v.card}' of ${v.task} could not be made: ${v.reason}`,
    fix: () => "Take another --type, or report this to the authors of the card.",
  },
  PLUGIN_CONTRIBUTION_INVALID: {
    message: (v: { kind: string; name: string; from: string; problems: readonly string[] }) =>
      `The ${v.kind} '${v.name}' of ${v.from} cannot be used: ${v.problems.join("; ")}.`,
    fix: (v: { kind: string; name: string; from: string; problems: readonly string[] }) =>
      `Install another version of ${v.from}, or report this to its authors.`,
  },
  PLUGIN_HOOK_FAILED: {
    message: (v: { kind: string; name: string; from: string | undefined; hook: string; reason: string }) =>
      `The ${v.kind} '${v.name}'${v.from === undefined ? "" : ` from ${v.from}`} failed in its '${v.hook}': ${v.reason}`,
    fix: () => "If the reason is none that you can mend, report this to the authors of its package.",
  },
  PLUGIN_COMMAND_INVALID: {
    message: (v: { command: string; from: string; problems: readonly string[] }) =>
      `The command '${v.command}' of ${v.from} cannot be used: ${v.problems.join("; ")}.`,
    fix: (v: { command: string; from: string; problems: readonly string[] }) =>
      `Install another version of ${v.from}, or report this to its authors.`,
  },
  PLUGIN_COMMAND_FAILED: {
    message: (v: { command: string; from: string; reason: string }) =>
      `The command '${v.command}' of ${v.from} failed: ${v.reason}`,
  },
  DATASTORE_MODULE_INVALID: {
    message: (v: { name: string; module: string; reason: string }) =>
      `A task cannot get the datastore or metadata provider '${v.name}' from ${v.module}: ${v.reason}`,
    fix: () =>
      "Node has to be able to import that file by itself: use only types that can be erased and write out the endings of imported files, or put the datastore into a package.",
  },
} as const;
