import { defineStepDecorator, type ResourceRequest, type StepDecoratorFactory } from "@metaflow-ts/core/plugin";
import * as v from "valibot";
import { options, value, wholeNumber } from "./option-schemas.js";

/** Options of `@resources`. A size is a number of megabytes, or text with a unit: `"500M"`, `"4Gi"`. */
export interface ResourcesOptions {
  /** Cores; may be a fraction. Default 1. */
  readonly cpu?: number | undefined;
  /** Graphics processors. Default: none. */
  readonly gpu?: number | undefined;
  /** Default 4096. */
  readonly memory?: number | string | undefined;
  /** Space for files. Default: what the place gives by itself. */
  readonly disk?: number | string | undefined;
  /** Size of `/dev/shm`. Default: what the place gives by itself. */
  readonly sharedMemory?: number | string | undefined;
}

const SIZE = /^(\d+(?:\.\d+)?) ?(?:([KMGT])(i?)B?)?$/;

const size: v.GenericSchema<number | string, number> = v.pipe(
  value<number | string>("megabytes above 0 or a size such as '500M' or '4Gi'", (input) => {
    const megabytes = megabytesOf(input);
    return megabytes > 0 && Number.isSafeInteger(megabytes);
  }),
  v.transform((input) => megabytesOf(input)),
);

/** Rounded up, so that what was asked for fits. */
function megabytesOf(input: unknown): number {
  if (typeof input === "number") return Math.ceil(input);
  const [, amount, unit, binary] = SIZE.exec(String(input)) ?? [];
  if (unit === undefined) return Math.ceil(Number(amount));
  const bytes = Number(amount) * (binary === "i" ? 1024 : 1000) ** ("KMGT".indexOf(unit) + 1);
  return Math.ceil(bytes / 1_000_000);
}

const cores = value<number>("a number above 0", (input) => Number.isFinite(input) && Number(input) > 0);

const schema = options({
  cpu: v.optional(cores, 1),
  gpu: v.optional(wholeNumber),
  memory: v.optional(size, 4096),
  disk: v.optional(size),
  sharedMemory: v.optional(size),
}) satisfies v.GenericSchema<ResourcesOptions, ResourceRequest>;

/**
 * Says what a step needs. It has no effect on a local run; backends that run steps elsewhere give it that.
 *
 * ```ts
 * @resources({ cpu: 4, memory: "16Gi", gpu: 1 })
 * @step train() { … }
 * ```
 */
export const resources: StepDecoratorFactory<ResourcesOptions, ResourceRequest> = defineStepDecorator({
  name: "resources",
  contract: 1,
  options: schema,
});
