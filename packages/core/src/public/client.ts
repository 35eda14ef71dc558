/**
 * `@metaflow-ts/core/client`: reads what runs left.
 *
 * ```ts
 * import { createClient } from "@metaflow-ts/core/client";
 * import type OrdersFlow from "./orders.js";
 *
 * const client = await createClient();
 * const run = await client.flow<OrdersFlow>("OrdersFlow").latestSuccessfulRun();
 * console.log(run.id, await run.data.total);
 * ```
 *
 * Node does not run the decorators of a flow's file, so the class is imported as a type. In Vitest or a bundler, which
 * compile them, `client.flow(OrdersFlow)` takes the class itself.
 */
export type { Artifact } from "../client/artifact.js";
export type { Client } from "../client/client.js";
export type { ArtifactData } from "../client/data.js";
export type { Flow } from "../client/flow.js";
export type { Listing, ListingOptions } from "../client/listing.js";
export type { FailedRun, Run } from "../client/run.js";
export type { RunCode } from "../client/run-code.js";
export type { Step } from "../client/step.js";
export type { Task } from "../client/task.js";
export type { LogOptions, TaskLogs } from "../client/task-logs.js";
export { Trigger, type TriggerEvent } from "../client/trigger.js";
export type { AnyFlow, ArtifactOf, RunQuery, StepCounts, StepOf, TaskStatus, ValueOf } from "../client/types.js";
export type { CodeManifest, CodePackageRef, RuntimeRef } from "../contracts/code-package.js";
export type { Datastore } from "../contracts/datastore.js";
export type { FlowClass } from "../contracts/flow-definition.js";
export type { FlowGraph, StepNode } from "../contracts/graph.js";
export type { Page } from "../contracts/record-store.js";
export type {
  ForeachPosition,
  LoopPosition,
  ObservedRunStatus,
  ParallelPosition,
  RecordedError,
  RunCounts,
} from "../contracts/records.js";
export type { ArtifactSerializer, InstalledSerializer, SerializerSource } from "../contracts/serializer.js";
export { isMetaflowError, type MetaflowError } from "../errors/metaflow-error.js";
export type { ArtifactName, StepName } from "../flow/inputs.js";
export type { TagChange } from "../metadata/run-tags.js";
export { type ClientOptions, createClient } from "../project/create-client.js";
export type { ProjectConfig } from "../registry/define-config.js";
export { currentRun } from "../runtime/current-run.js";
export type { LogLine, LogStream } from "../util/log-lines.js";
