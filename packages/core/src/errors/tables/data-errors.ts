/** Data that flows keep beside their artifacts. */
export const dataErrors = {
  DATA_ABSENT: {
    message: (v: { root: string; keys: readonly string[] }) =>
      v.keys.length === 1
        ? `There is no '${v.keys[0]}' in ${v.root}.`
        : `${v.keys.length} keys are not in ${v.root}:\n${shownKeys(v.keys)}`,
    fix: () => "List what is there, or ask with find() or findMany(), which give null for what is not.",
  },
  DATA_KEY_ABSOLUTE: {
    message: (v: { root: string; key: string }) => `'${v.key}' is no key below ${v.root}: it is a whole address.`,
    fix: () => "Leave out the root, or open the other place with openData().",
  },
  DATA_RUN_MISSING: {
    message: () => "There is no run whose data could be opened: `current` is used outside of a running step.",
    fix: () => "Call openData({ run: current }) within a step, or give a run: openData({ run }) of the client's.",
  },
  DATA_BODY_INVALID: {
    message: (v: { key: string; given: string }) => `'${v.key}' cannot be written from ${v.given}.`,
    fix: () =>
      "Give text, bytes, a stream of bytes, { file: path } or { json: value }; null in { json: null } is a value too.",
  },
  DATA_FILE_FAILED: {
    message: (v: { action: "read" | "write"; path: string; reason: string }) =>
      `Could not ${v.action} the file ${v.path}: ${v.reason}`,
    fix: (v: { action: "read" | "write" }) =>
      v.action === "read"
        ? "Give the path of a file that is there and that you may read; relative ones begin in the working folder."
        : "Give the path of a file that you may write, on a disk with room.",
  },
  DATA_NOT_JSON: {
    message: (v: { url: string; reason: string }) => `${v.url} is no JSON: ${v.reason}`,
    fix: () => "Look at what is there with text(), or read it as bytes. put(key, { json: value }) writes JSON.",
  },
} as const;

const SHOWN = 20;

function shownKeys(keys: readonly string[]): string {
  const lines = keys.slice(0, SHOWN).map((key) => `- ${key}`);
  return [...lines, ...(keys.length > SHOWN ? [`- and ${keys.length - SHOWN} more`] : [])].join("\n");
}
