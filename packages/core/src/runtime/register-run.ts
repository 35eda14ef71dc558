import { encodeArtifact } from "../artifacts/encode-artifact.js";
import { createSerializerSet } from "../artifacts/serializer-set.js";
import type { Datastore } from "../contracts/datastore.js";
import type { GivenByDecorator } from "../contracts/decorator-options.js";
import type { BlobStore, RecordStore } from "../contracts/record-store.js";
import type { CodeRef, ProcessIdentity, RunRecord } from "../contracts/records.js";
import type { ArtifactRef } from "../contracts/serializer.js";
import { createBlobStore } from "../datastore/blob-store.js";
import { createRecordStore } from "../datastore/record-store.js";
import { errors } from "../errors/codes.js";
import { newRunId } from "../metadata/run-id.js";
import { createSecretMask, type SecretMask } from "../secrets/secret-mask.js";
import { storeArtifact } from "../task/artifact-io.js";
import { refuseSecrets } from "../task/refuse-secrets.js";
import type { LoadedFlow } from "./run-options.js";
import type { StartedRun } from "./started-run.js";
import { unlessStopped } from "./unless-stopped.js";

/** What a new run's record is made of. */
export interface Registration {
  readonly datastore: Datastore;
  readonly flow: LoadedFlow;
  readonly tags: readonly string[];
  readonly user: string | null;
  readonly origin: RunRecord["origin"];
  readonly owner: ProcessIdentity;
  readonly maxNumSplits: number | null;
  readonly started: StartedRun;
  readonly given: GivenByDecorator;
  /** Null: a new one, made from the time. */
  readonly runId: string | null;
  /** Aborted: nothing is registered any more. */
  readonly stop?: AbortSignal | undefined;
  /** Parameters to be stored, and those that an origin stored before. */
  readonly parameters: {
    readonly values: Readonly<Record<string, unknown>>;
    readonly refs?: RunRecord["parameters"];
  };
}

export interface RegisteredRun {
  readonly run: RunRecord;
  readonly records: RecordStore;
  readonly blobs: BlobStore;
}

/** How often another id is tried when one is taken. */
const ID_TRIES = 20;

/**
 * Stores the code, the graph and the parameters, and then the run's record: from then on there is a run.
 *
 * @throws RUN_ID_TAKEN where the given id is another run's; RUN_NOT_STARTED where it was told to stop; SECRET_IN_TAG;
 *   SECRET_IN_ARTIFACT where a parameter holds one
 */
export async function registerRun(registration: Registration): Promise<RegisteredRun> {
  const { datastore, flow, started } = registration;
  refuseTags(registration.tags, createSecretMask(flow.secrets));
  const records = createRecordStore(datastore);
  const blobs = createBlobStore(datastore);
  const storing = Promise.all([
    blobs.put([Buffer.from(flow.bundle.code)]),
    blobs.put([Buffer.from(flow.bundle.map)]),
    blobs.put([Buffer.from(JSON.stringify(flow.graph))]),
    storeParameters(registration, blobs),
    storePackages(flow.packages, blobs),
  ]);
  // Nobody sees what is stored so far; from the record on, whether there is a run has to be known.
  const [code, map, graph, parameters] = await unlessStopped(storing, registration.stop);
  const startedAt = Date.now();
  for (let attempt = 0; ; attempt += 1) {
    const runId = registration.runId ?? newRunId();
    const run: RunRecord = {
      version: 1,
      flow: flow.graph.flow,
      runId,
      status: "running",
      startedAt,
      finishedAt: null,
      user: registration.user,
      tags: registration.tags,
      systemTags: [...systemTags(registration.user), ...started.systemTags],
      ...decoratorFacts(registration),
      parameters,
      origin: registration.origin,
      code: codeRef(flow, code, map),
      maxNumSplits: registration.maxNumSplits,
      graph,
      owner: registration.owner,
      counts: null,
      failure: null,
    };
    if (await records.createRun(run)) return { run, records, blobs };
    if (registration.runId !== null || attempt >= ID_TRIES) {
      throw errors.RUN_ID_TAKEN({ flow: flow.graph.flow, runId }, { where: { flow: flow.graph.flow, run: runId } });
    }
  }
}

function refuseTags(tags: readonly string[], secrets: SecretMask): void {
  for (const each of tags) {
    const names = secrets.find(each);
    if (names.length > 0) throw errors.SECRET_IN_TAG({ tag: secrets.text(each), names });
  }
}

/** Asks before it sends: mostly it is there from an earlier run. */
async function storePackages(made: LoadedFlow["packages"], blobs: BlobStore): Promise<void> {
  const archives =
    made === undefined ? [] : [{ ...made.runtime }, ...made.packages.map((each) => ({ ...each, ...each.ref }))];
  await Promise.all(archives.map(async ({ sha256, archive }) => (await blobs.has(sha256)) || blobs.put([archive])));
}

function codeRef(
  { bundle, exportName, file, plugins = [], packages: made }: LoadedFlow,
  sha256: string,
  map: string,
): CodeRef {
  const used = {
    ...(plugins.length > 0 && { plugins }),
    ...(made !== undefined && { packages: made.packages.map(({ ref }) => ref) }),
  };
  return { sha256, map, entry: bundle.entry, exportName, file, modules: bundle.modules, ...used };
}

async function storeParameters(
  { flow, parameters: { values, refs = {} } }: Registration,
  blobs: BlobStore,
): Promise<Readonly<Record<string, ArtifactRef>>> {
  const { parameters: declared, serializers } = flow.definition;
  const set = createSerializerSet(serializers);
  const secrets = createSecretMask(flow.secrets);
  const stored: [string, ArtifactRef][] = [];
  // In the order of the class.
  for (const name of new Set([...Object.keys(declared), ...Object.keys(values)])) {
    const ref = refs[name];
    if (ref !== undefined) stored.push([name, ref]);
    if (ref !== undefined || !(name in values)) continue;
    const encoded = encodeArtifact(name, values[name], set);
    refuseSecrets(name, encoded, values[name], secrets);
    stored.push([name, await storeArtifact(encoded, blobs)]);
  }
  return Object.fromEntries(stored);
}

/** What decorators tell of the run; most runs have none. */
function decoratorFacts({
  started: { current, triggers },
  given,
}: Registration): Pick<RunRecord, "current" | "triggers" | "given"> {
  const isGiven = Object.keys({ ...given.flow, ...given.step }).length > 0;
  return {
    ...(Object.keys(current).length === 0 ? {} : { current }),
    ...(triggers.length === 0 ? {} : { triggers }),
    ...(isGiven ? { given } : {}),
  };
}

/** Tags that say under which circumstances a run was started; nobody can change them. */
function systemTags(user: string | null): readonly string[] {
  return [...(user === null ? [] : [`user:${user}`]), "runtime:dev", `node_version:${process.versions.node}`];
}
