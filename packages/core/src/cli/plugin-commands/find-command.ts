import { dirname, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { stripVTControlCharacters } from "node:util";
import type { CliCommand } from "../../contracts/cli-command.js";
import type { Provision } from "../../contracts/installed-plugin.js";
import { createRegistry, type Registry } from "../../registry/create-registry.js";
import { discoverPlugins } from "../../registry/discover-plugins.js";
import { findCommand } from "../command-table.js";
import type { FlowReference } from "../flow-reference.js";

/** A command that a plugin or the project's config provides, imported. */
export interface FoundCommand {
  readonly command: CliCommand;
  /** The package that it comes from. */
  readonly from: string;
}

/**
 * What plugins and the config add where a command line is meant for. The flow's file is left alone: its mistakes are no
 * matter of commands that do not look at it.
 */
export async function commandRegistry(flow: FlowReference | null, cwd: string): Promise<Registry> {
  const folder = flow === null ? cwd : dirname(resolve(cwd, flow.file));
  const { loadProjectConfig } = await import("../../project/load-config.js");
  const { config, configFile } = await loadProjectConfig(folder);
  const configModule = configFile && pathToFileURL(configFile).href;
  return createRegistry(config, { installed: discoverPlugins(folder), configModule });
}

/** Undefined where nobody provides it. @throws what is wrong with whoever does */
export async function findPluginCommand(registry: Registry, name: string): Promise<FoundCommand | undefined> {
  const command = await registry.find("commands", name);
  const lists = registry.installed.find(({ provides }) => provides.commands?.some((each) => each.name === name));
  return command && { command, from: lists?.package ?? "metaflow.config.ts" };
}

/**
 * What help lists, as lines of plain text: a config that cannot be loaded takes none of the installed commands away, and
 * a name of core's leads to core.
 */
export async function listPluginCommands(
  flow: FlowReference | null,
  cwd: string,
): Promise<readonly Provision<"commands">[]> {
  const folder = flow === null ? cwd : dirname(resolve(cwd, flow.file));
  const registry = await commandRegistry(flow, cwd).catch(() =>
    createRegistry({}, { installed: discoverPlugins(folder) }),
  );
  return registry
    .provisions("commands")
    .filter(({ name }) => findCommand(name) === undefined)
    .map(({ name, summary }) => ({ name: plainLine(name), summary: plainLine(summary) }));
}

/** Without colours, line feeds and other characters that do something to the terminal. */
function plainLine(text: string): string {
  return stripVTControlCharacters(text)
    .replace(/\p{Cc}+/gu, " ")
    .trim();
}
