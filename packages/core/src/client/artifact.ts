import type { ArtifactRef } from "../contracts/serializer.js";
import type { Reader } from "./reader.js";

/** An artifact of a task. Its value is loaded when it is asked for. */
export class Artifact<T = unknown> {
  /** `Flow/run/step/task/name` */
  readonly pathspec: string;
  readonly name: string;
  /** Name of the value's type: `"number"`, `"Array"`, `"Map"`, … */
  readonly type: string;
  /** Bytes of the stored value, before compression. */
  readonly size: number;
  /** Address of the stored bytes; null for a small value, which stands in the task's record. */
  readonly sha256: string | null;
  readonly #reader: Reader;
  readonly #ref: ArtifactRef;

  /** @internal */
  constructor(reader: Reader, task: string, name: string, ref: ArtifactRef) {
    this.pathspec = `${task}/${name}`;
    this.name = name;
    this.type = ref.type;
    this.size = ref.size;
    this.sha256 = "sha256" in ref ? ref.sha256 : null;
    this.#reader = reader;
    this.#ref = ref;
  }

  /** The value, loaded anew at each call. */
  async value(): Promise<T> {
    return (await this.#reader.load(this.name, this.#ref)) as T;
  }
}
