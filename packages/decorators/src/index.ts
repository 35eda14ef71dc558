/** Step decorators that come with Metaflow for TypeScript. */
import { definePlugin } from "@metaflow-ts/core/plugin";
import { catchError } from "./catch-error.js";
import { environment } from "./environment.js";
import { parallel } from "./parallel.js";
import { resources } from "./resources.js";
import { retry } from "./retry.js";
import { secrets } from "./secrets.js";
import { timeout } from "./timeout.js";

export type { ResourceRequest } from "@metaflow-ts/core/plugin";
export {
  type CatchErrorAttributes,
  type CatchErrorOptions,
  type CaughtError,
  catchError,
  /** The same, for those who look for Metaflow's `@catch`. */
  catchError as catch_,
} from "./catch-error.js";
export { type EnvironmentAttributes, type EnvironmentOptions, environment } from "./environment.js";
export { type ParallelOptions, parallel } from "./parallel.js";
export { type ResourcesOptions, resources } from "./resources.js";
export { type RetryAttributes, type RetryOptions, retry } from "./retry.js";
export { type SecretsAttributes, type SecretsOptions, secrets } from "./secrets.js";
export { type TimeoutAttributes, type TimeoutOptions, timeout } from "./timeout.js";

/** What installing the package adds: names for `--with`. */
export const plugin = definePlugin({
  name: "@metaflow-ts/decorators",
  decorators: [retry, catchError, timeout, environment, resources, secrets, parallel].map(
    ({ definition }) => definition,
  ),
});
