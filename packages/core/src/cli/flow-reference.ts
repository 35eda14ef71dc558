/** A flow as the command line names it: `train.ts`, or `train.ts:OtherFlow`. */
export interface FlowReference {
  /** As the user wrote it. */
  readonly file: string;
  /** The class's name; null where the file has to have one flow only, or a default export. */
  readonly name: string | null;
}

/** A path with the ending of a source file, and perhaps a class of it. */
const FLOW_REFERENCE = /^(.*\.[cm]?[jt]sx?)(?::([^:/\\]*))?$/s;

/** Null where the word does not look like a flow's file, but like a command. */
export function parseFlowReference(word: string): FlowReference | null {
  const [, file, name] = FLOW_REFERENCE.exec(word) ?? [];
  return file === undefined ? null : { file, name: name || null };
}

/** The reference as it was written. */
export function showReference({ file, name }: FlowReference): string {
  return name === null ? file : `${file}:${name}`;
}
