import { packageVersion } from "../util/package-version.js";
import { commands } from "./command-table.js";
import type { FlowReference } from "./flow-reference.js";
import type { Colors } from "./output.js";
import type { AskedGroup } from "./plugin-commands/mount-command.js";

/** Known to `main` alone: it is another way to write `--help`. */
const HELP = { name: "help", summary: "list the commands, or explain one", flow: "ignored" } as const;

const GLOBAL_HELP = "--datastore <name>, --datastore-root <root>, --json, --quiet, --no-color, -h, --help";

interface Described {
  readonly name: string;
  readonly summary: string;
}

/** What `metaflow --help` prints: the commands, those of plugins with what they say of themselves, and how to ask about one. */
export function overview(
  flow: FlowReference | null,
  { bold, cyan, dim }: Colors,
  plugins: readonly Described[] = [],
): string {
  const file = flow?.file ?? "<flow.ts>";
  const listed = [...commands.filter(({ hidden }) => !hidden), HELP];
  const width = Math.max(...[...listed, ...plugins].map(({ name }) => name.length));
  const list = (shown: readonly Described[]): readonly string[] =>
    shown.map(({ name, summary }) => `  ${cyan(name.padEnd(width))}  ${summary}`);
  const ofFlow = listed.filter((entry) => entry.flow === "required");
  const others = listed.filter((entry) => entry.flow !== "required" && (flow === null || entry.flow === "optional"));
  return [
    `${bold("metaflow")} ${packageVersion()} ${dim("· write a flow as a class, run it, look at everything it did")}`,
    "",
    bold(`metaflow ${file} <command>`),
    ...list(ofFlow),
    "",
    ...(others.length === 0 ? [] : [bold("metaflow <command>"), ...list(others), ""]),
    ...(plugins.length === 0 ? [] : [bold(`metaflow [${file}] <command of a plugin>`), ...list(plugins), ""]),
    `${bold("Everywhere:")} ${GLOBAL_HELP}`,
    `${bold("One command:")} metaflow ${flow === null ? "help" : `${file} help`} <command>, or --help after it`,
  ].join("\n");
}

/** What `metaflow train.ts acme --help` prints: the commands of a group. */
export function groupOverview(flow: FlowReference | null, { group, path }: AskedGroup, { bold, cyan }: Colors): string {
  const line = ["metaflow", ...(flow === null ? [] : [flow.file]), path].join(" ");
  const width = Math.max(...group.commands.map(({ name }) => name.length));
  return [
    group.summary,
    "",
    bold(`${line} <command>`),
    ...group.commands.map(({ name, summary }) => `  ${cyan(name.padEnd(width))}  ${summary}`),
    "",
    `${bold("One command:")} ${line} <command> --help`,
  ].join("\n");
}
