/**
 * `@metaflow-ts/core/data`: files and objects beside runs, wherever they lie.
 *
 * ```ts
 * import { openData } from "@metaflow-ts/core/data";
 *
 * const data = await openData("s3://bucket/datasets");
 * for await (const key of data.list()) console.log(key);
 * ```
 */
export type {
  Data,
  DataBody,
  DataGetOptions,
  DataInfo,
  DataObject,
  DataPutOptions,
  DataRequest,
  DataStream,
  DataWritten,
} from "../contracts/data.js";
export type { Datastore, ObjectAttributes } from "../contracts/datastore.js";
export { type DataOfRun, type DataRoot, openData } from "../data/open-data.js";
export { isMetaflowError, type MetaflowError } from "../errors/metaflow-error.js";
