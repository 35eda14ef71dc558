import type { CliCommand } from "../contracts/cli-command.js";
import type { ContributionKind } from "../contracts/contribution-kind.js";
import type { InstalledPlugin } from "../contracts/installed-plugin.js";
import { errors } from "../errors/codes.js";
import { isMetaflowError, type MetaflowError } from "../errors/metaflow-error.js";
import { meantName } from "../util/nearest.js";
import { commandProblems } from "./check-command.js";
import { installedContribution } from "./installed-contributions.js";
import { KINDS } from "./kinds.js";
import { pluginProblem } from "./load-plugin.js";

/** Throws what using a contribution would, where its kind has a check of its own. */
export type CheckValue = (kind: ContributionKind, value: object) => void;

/** Imports a plugin with everything that it lists, and tells what goes wrong; each problem once. */
export async function checkPlugin(
  plugin: InstalledPlugin,
  installed: readonly InstalledPlugin[],
  check: CheckValue = () => {},
): Promise<readonly MetaflowError[]> {
  const problem = pluginProblem(plugin, `plugin '${plugin.package}'`);
  if (problem !== null) return [problem];
  const listed = KINDS.flatMap((kind) => (plugin.provides[kind] ?? []).map(({ name }) => ({ kind, name })));
  const outcomes: PromiseSettledResult<readonly [ContributionKind, unknown]>[] = [];
  // One after the other: Node cannot import a module synchronously while it is being imported.
  for (const { kind, name } of listed) {
    const found = installedContribution(installed, kind, name).then((value) => {
      check(kind, value);
      return [kind, value] as const;
    });
    outcomes.push(...(await Promise.allSettled([found])));
  }
  const failures = outcomes.flatMap((outcome) => (outcome.status === "rejected" ? [outcome.reason as unknown] : []));
  const found = outcomes.flatMap((outcome) => (outcome.status === "fulfilled" ? [outcome.value] : []));
  return [
    ...unknownFields(plugin),
    ...firstOfEachCode(failures.filter((failure): failure is MetaflowError => isMetaflowError(failure))),
    ...found.flatMap(([kind, value]) => valueProblems(plugin, kind, value)),
  ];
}

/** No reason to refuse it: a later version of core may know them. */
function unknownFields({ package: plugin, unknownFields = [] }: InstalledPlugin): readonly MetaflowError[] {
  return unknownFields.map((field) =>
    errors.PLUGIN_FIELD_UNKNOWN({ plugin, field, nearest: meantName(field, ["contract", "plugin", ...KINDS]) }),
  );
}

/** What is wrong with something that was imported, as far as using it would tell. */
function valueProblems(
  { package: from }: InstalledPlugin,
  kind: ContributionKind,
  value: unknown,
): readonly MetaflowError[] {
  if (kind !== "commands") return [];
  const command = value as CliCommand;
  const problems = commandProblems(command);
  return problems.length === 0 ? [] : [errors.PLUGIN_COMMAND_INVALID({ command: command.name, from, problems })];
}

/** A module that cannot be imported fails for each of its names; which one is said makes no difference. */
function firstOfEachCode(failures: readonly MetaflowError[]): readonly MetaflowError[] {
  const once: readonly string[] = ["MF_PLUGIN_NOT_LOADED", "MF_PLUGIN_WITHOUT_DEFINITION"];
  return failures.filter(
    ({ code }, i) => !once.includes(code) || failures.findIndex((each) => each.code === code) === i,
  );
}
