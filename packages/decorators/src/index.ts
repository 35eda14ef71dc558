/** Decorators that come with Metaflow for TypeScript. */
import { definePlugin } from "@metaflow-ts/core/plugin";
import { catchError } from "./catch-error.js";
import { environment } from "./environment.js";
import { exitHook } from "./exit-hook.js";
import { parallel } from "./parallel.js";
import { project } from "./project.js";
import { resources } from "./resources.js";
import { retry } from "./retry.js";
import { schedule } from "./schedule.js";
import { secrets } from "./secrets.js";
import { timeout } from "./timeout.js";
import { trigger } from "./trigger.js";
import { triggerOnFinish } from "./trigger-on-finish.js";

export type { EventTrigger, FlowTrigger, ResourceRequest, ScheduleRequest } from "@metaflow-ts/core/plugin";
export {
  type CatchErrorAttributes,
  type CatchErrorOptions,
  type CaughtError,
  catchError,
  /** The same, for those who look for Metaflow's `@catch`. */
  catchError as catch_,
} from "./catch-error.js";
export { type CronTarget, translateCron } from "./cron/translate-cron.js";
export { type EnvironmentAttributes, type EnvironmentOptions, environment } from "./environment.js";
export type { EventName, EventOption, EventWithParameters, ParameterMapping } from "./event-options.js";
export {
  type EndedRunView,
  type ExitFunction,
  type ExitHookAttributes,
  type ExitHookOptions,
  exitHook,
} from "./exit-hook.js";
export type { FlowOption } from "./finished-flow-options.js";
export { type ParallelOptions, parallel } from "./parallel.js";
export { type ProjectOptions, type ProjectPlace, project, projectOf } from "./project.js";
export { type ResourcesOptions, resources } from "./resources.js";
export { type RetryAttributes, type RetryOptions, retry } from "./retry.js";
export { type ScheduleOptions, schedule } from "./schedule.js";
export { type SecretsAttributes, type SecretsOptions, secrets } from "./secrets.js";
export { type TimeoutAttributes, type TimeoutOptions, timeout } from "./timeout.js";
export { namespacedEventName, type TriggerAttributes, type TriggerOptions, trigger } from "./trigger.js";
export {
  type TriggerOnFinishAttributes,
  type TriggerOnFinishOptions,
  triggerOnFinish,
} from "./trigger-on-finish.js";

/** What installing the package adds: names for `--with`, and flow decorators. */
export const plugin = definePlugin({
  name: "@metaflow-ts/decorators",
  decorators: [retry, catchError, timeout, environment, resources, secrets, parallel].map(
    ({ definition }) => definition,
  ),
  flowDecorators: [project, schedule, trigger, triggerOnFinish, exitHook].map(({ definition }) => definition),
});
