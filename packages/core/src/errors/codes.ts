import { defineErrors } from "./define-errors.js";
import { artifactErrors } from "./tables/artifact-errors.js";
import { backendErrors } from "./tables/backend-errors.js";
import { cliErrors } from "./tables/cli-errors.js";
import { clientErrors } from "./tables/client-errors.js";
import { dataErrors } from "./tables/data-errors.js";
import { datastoreErrors } from "./tables/datastore-errors.js";
import { decoratorErrors } from "./tables/decorator-errors.js";
import { deployErrors } from "./tables/deploy-errors.js";
import { flowErrors } from "./tables/flow-errors.js";
import { graphErrors } from "./tables/graph-errors.js";
import { packageErrors } from "./tables/package-errors.js";
import { paramErrors } from "./tables/param-errors.js";
import { pluginErrors } from "./tables/plugin-errors.js";
import { runErrors } from "./tables/run-errors.js";
import { secretErrors } from "./tables/secret-errors.js";
import { transferErrors } from "./tables/transfer-errors.js";

/** Before every code of core. Codes are never renamed and never used again for something else. */
export const CORE_PREFIX = "MF_";

/** The one table of core's error codes; each has a page under `docs/errors/`. */
export const coreErrorTable = {
  ...artifactErrors,
  ...backendErrors,
  ...cliErrors,
  ...clientErrors,
  ...dataErrors,
  ...datastoreErrors,
  ...decoratorErrors,
  ...deployErrors,
  ...flowErrors,
  ...graphErrors,
  ...packageErrors,
  ...paramErrors,
  ...pluginErrors,
  ...runErrors,
  ...secretErrors,
  ...transferErrors,
} as const;

/** Builds core's errors: `errors.RUN_NOT_FOUND({ run })`. */
export const errors = defineErrors(CORE_PREFIX, coreErrorTable);
