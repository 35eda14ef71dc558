import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Datastore } from "../contracts/datastore.js";
import { createLocalDatastore } from "../datastore/local-datastore.js";

export type Variables = Readonly<Record<string, string | undefined>>;

/** A kind of datastore as a command reaches it. */
export interface CommandPlace {
  /** What `--datastore` takes. */
  readonly datastore: string;
  /** Folders of the packages that a project depends on, by name. */
  readonly packages: Readonly<Record<string, string>>;
  /** A root that holds nothing and is used by nobody else. */
  makeRoot(): string;
  open(root: string): Datastore | Promise<Datastore>;
  /** The URL of a real server of the store; null for one without. */
  readonly endpoint: string | null;
  /** Variables by which a command reaches the store at a URL. */
  environment(endpoint: string): Variables;
  /** The same as a user who may get and list, and nothing else; where the server can tell users apart. */
  readerEnvironment?(endpoint: string): Variables;
}

/** Folders of this machine. */
export function localPlace(): CommandPlace {
  return {
    datastore: "local",
    packages: {},
    makeRoot: () => mkdtempSync(join(tmpdir(), "metaflow-root-")),
    open: createLocalDatastore,
    endpoint: null,
    environment: () => ({}),
  };
}
