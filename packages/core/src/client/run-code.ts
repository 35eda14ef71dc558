import { resolve } from "node:path";
import { type ExtractOptions, extractFiles } from "../code/extract-files.js";
import { sourcesOf } from "../code/run-sources.js";
import { fetchPackage } from "../code/unpack-package.js";
import type { CodeManifest, CodePackageRef } from "../contracts/code-package.js";
import type { CodeRef } from "../contracts/records.js";
import { errors } from "../errors/codes.js";
import type { Reader } from "./reader.js";

/** The code that a run's tasks ran. Reading it runs none of it. */
export class RunCode {
  /** Of the flow's bundle. */
  readonly sha256: string;
  /** The source file as it was given on the command line. */
  readonly file: string;
  /** Where the flow's file was. */
  readonly entry: string;
  /** The flow class's export name. */
  readonly exportName: string;
  /** What tasks elsewhere ran from; empty where all ran where the run was started. */
  readonly packages: readonly CodePackageRef[];
  readonly #run: string;
  readonly #code: CodeRef;
  readonly #reader: Reader;

  /** @internal */
  constructor(run: string, code: CodeRef, reader: Reader) {
    this.sha256 = code.sha256;
    this.file = code.file;
    this.entry = code.entry;
    this.exportName = code.exportName;
    this.packages = code.packages ?? [];
    this.#run = run;
    this.#code = code;
    this.#reader = reader;
  }

  /** The source of the flow's file, as it was when the run started. */
  async flowSource(): Promise<string> {
    return (await this.#sources()).flow.text;
  }

  /** The user's own files that are in the flow's bundle, by their paths. */
  async sources(): Promise<ReadonlyMap<string, string>> {
    return new Map((await this.#sources()).files.map(({ path, text }) => [path, text]));
  }

  /** What is in the code package of a step, or of the first package. @throws MF_PACKAGE_NONE */
  async info(step?: string): Promise<CodeManifest> {
    return (await this.#package(step)).manifest;
  }

  /**
   * Writes the user's own files into a folder. Returns their paths in it.
   *
   * @throws MF_EXTRACT_WOULD_OVERWRITE where files differ from what is there, MF_FILE_NOT_WRITTEN
   */
  async extract(folder: string, options?: ExtractOptions): Promise<readonly string[]> {
    const { files } = await this.#sources();
    const written = files.map(({ path, text }) => ({ path, bytes: Buffer.from(text) }));
    return await extractFiles(resolve(folder), written, options);
  }

  /**
   * Writes a code package, that of the step or the first one, into a folder, as a place gets it. Returns the paths in it.
   *
   * @throws MF_PACKAGE_NONE, MF_EXTRACT_WOULD_OVERWRITE where files differ from what is there, MF_FILE_NOT_WRITTEN
   */
  async extractPackage(folder: string, step?: string, options?: ExtractOptions): Promise<readonly string[]> {
    const { files } = await this.#package(step);
    return await extractFiles(resolve(folder), files, options);
  }

  #sources(): Promise<ReturnType<typeof sourcesOf>> {
    return this.#reader
      .blob(this.#code.map, `the sources of ${this.#run}`)
      .then((map) => sourcesOf(Buffer.from(map).toString("utf8"), this.entry));
  }

  #package(step: string | undefined): ReturnType<typeof fetchPackage> {
    const found = this.packages.find(({ steps }) => step === undefined || steps === null || steps.includes(step));
    if (found === undefined) throw errors.PACKAGE_NONE({ run: this.#run });
    return fetchPackage((sha256, what) => this.#reader.blob(sha256, what), found.sha256);
  }
}
