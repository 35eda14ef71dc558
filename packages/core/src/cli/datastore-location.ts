import { join, resolve } from "node:path";
import { LOCAL_ROOT_NAME } from "../datastore/find-local-root.js";
import { isPath } from "../datastore/scheme-of.js";
import { globalOptions } from "./global-options.js";
import { type OptionLayers, resolveOption } from "./resolve-options.js";

type Variables = Readonly<Record<string, string | undefined>>;

/** What the options, variables and settings say about the datastore; undefined where they say nothing. */
export interface ChosenDatastore {
  readonly name: string | undefined;
  readonly root: string | undefined;
}

/** The datastore's name and root, by the precedence of all options. */
export function chooseDatastore(layers: OptionLayers, cwd: string): ChosenDatastore {
  const name = resolveOption(globalOptions.datastore, layers);
  const root = resolveOption(globalOptions.datastoreRoot, {
    ...layers,
    environment: withSysroot(layers.environment, name ?? "local"),
    profile: withSysroot(layers.profile, name ?? "local"),
  });
  const isFolder = root !== undefined && (name ?? "local") === "local" && isPath(root);
  return { name, root: isFolder ? resolve(cwd, root) : root };
}

/**
 * `METAFLOW_DATASTORE_SYSROOT_LOCAL` names the folder in which `.metaflow` lies, those of other datastores name the
 * root itself. As in Metaflow, a root that is given outright wins.
 */
function withSysroot(variables: Variables, name: string): Variables {
  const sysroot = variables[`METAFLOW_DATASTORE_SYSROOT_${name.toUpperCase().replaceAll("-", "_")}`];
  if (!sysroot || variables.METAFLOW_DATASTORE_ROOT) return variables;
  return { ...variables, METAFLOW_DATASTORE_ROOT: name === "local" ? join(sysroot, LOCAL_ROOT_NAME) : sysroot };
}
