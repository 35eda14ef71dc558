import { defineStepDecorator, type StepDecoratorFactory } from "@metaflow-ts/core/plugin";
import { options } from "./option-schemas.js";

/** `@parallel` has no options. */
export type ParallelOptions = Readonly<Record<never, never>>;

/**
 * Makes a step one that `numParallel` may start: its tasks run at the same time and know of one another by
 * `current.parallel`. They succeed together or not at all.
 *
 * ```ts
 * @step start() { this.next(this.train, { numParallel: 4 }); }
 *
 * @parallel
 * @step train() {
 *   const { nodeIndex, numNodes, mainIp, mainPort } = current.parallel;
 *   …
 * }
 * ```
 */
export const parallel: StepDecoratorFactory<ParallelOptions, ParallelOptions> = defineStepDecorator({
  name: "parallel",
  contract: 1,
  options: options({}),
  parallel: true,
});
