/** Makes a hostile or very long name fit to stand in a message. */
function shown(text: string): string {
  const escaped = JSON.stringify(text).slice(1, -1);
  return escaped.length <= 120 ? escaped : `${escaped.slice(0, 117)}...`;
}

/** What can be done about a damaged record depends on what it records. */
function recordFix(key: string): string {
  if (key.endsWith("/run.json")) {
    return "Restore the object from a backup. Without it this run cannot be read or resumed any more; others can.";
  }
  if (key === "format.json") return "Delete the object: the next run writes it again.";
  if (key.endsWith("/heartbeat.json")) return "Delete the object: it says only what a run without an end was doing.";
  if (key.includes("/failed/"))
    return "Restore the object from a backup, or delete it: it says only why an attempt failed.";
  return "Restore the object from a backup, or delete it and resume the run: the task is then done again.";
}

/** Reading and writing the datastore, and what lies in it. */
export const datastoreErrors = {
  DATASTORE_DENIED: {
    message: (v: { action: string; key: string; root: string; reason?: string | undefined }) =>
      `Not allowed to ${v.action} '${shown(v.key)}' in ${v.root}${v.reason === undefined ? "." : `: ${v.reason}`}`,
    fix: (v: { root: string }) =>
      `Check what the user or role that this process runs as may do in ${v.root}, or choose another place with --datastore-root.`,
  },
  DATASTORE_BROKEN: {
    message: (v: { action: string; key: string; root: string; reason: string }) =>
      `Could not ${v.action} '${shown(v.key)}' in ${v.root}: ${v.reason}`,
    fix: () =>
      "Make sure that the place can be reached and has room, then run the command again; `resume` keeps what was done.",
  },
  DATASTORE_CONDITION_IGNORED: {
    message: (v: { root: string; condition: string }) =>
      `${v.root} overwrote an object ${v.condition}: it ignores conditions on writes.`,
    fix: () =>
      "Use a store that keeps conditions on writes, and no proxy in front of it that drops headers: two processes could overwrite each other's results.",
  },
  DATASTORE_KEY_INVALID: {
    message: (v: { key: string; reason: string }) => `'${shown(v.key)}' is no valid key: ${v.reason}.`,
    fix: () => "Keys are parts joined by '/': no empty, '.' or '..' part, at most 255 bytes a part and 1,024 in all.",
  },
  DATASTORE_ATTRIBUTES_INVALID: {
    message: (v: { key: string; reason: string }) =>
      `'${shown(v.key)}' cannot have these attributes: ${shown(v.reason)}.`,
    fix: () =>
      "Give metadata up to 50 entries and 1,024 bytes, with names such as 'made_by' and values of printable ASCII: encodeURIComponent() makes such of any text. What is longer goes into an object of its own.",
  },
  DATASTORE_ATTRIBUTES_UNSUPPORTED: {
    message: (v: { name: string; root: string; key: string }) =>
      `'${shown(v.key)}' in ${v.root} would lose its content type or metadata: the datastore '${v.name}' keeps bytes only.`,
    fix: () => "Leave out contentType and metadata, write them into an object of their own, or choose another place.",
  },
  DATASTORE_RANGE_INVALID: {
    message: (v: { key: string; start: number; end: number; size: number | null }) =>
      `Bytes ${v.start} to ${v.end} of '${shown(v.key)}' cannot be read${v.size === null ? "" : `: the object has ${v.size} bytes`}.`,
    fix: () => "A range starts within the object and ends after its start, counted in whole bytes from 0.",
  },
  DATASTORE_UNKNOWN: {
    message: (v: { name: string; known: readonly string[] }) =>
      `There is no datastore '${shown(v.name)}'. Known: ${v.known.join(", ") || "none"}.`,
    fix: (v: { name: string; known: readonly string[] }) =>
      `Install the package that provides it${v.known[0] === undefined ? "" : `, or use '${v.known[0]}'`}.`,
  },
  DATASTORE_ROOT_INVALID: {
    message: (v: { name: string; root: string; reason: string }) =>
      `'${shown(v.root)}' is no root for the datastore '${v.name}': ${v.reason}.`,
  },
  DATASTORE_OPTION_INVALID: {
    message: (v: { name: string; option: string; value: string; min: number; max: number }) =>
      `The datastore '${v.name}' cannot have the option ${v.option}: ${shown(v.value)}. It is a whole number from ${v.min} to ${v.max}.`,
    fix: (v: { name: string; option: string }) =>
      `Change ${v.option} where ${v.name}({ … }) is called, as in metaflow.config.ts, or leave it out.`,
  },
  STORAGE_NAME_INVALID: {
    message: (v: { kind: string; name: string; reason: string }) =>
      `'${shown(v.name)}' cannot be the name of a ${v.kind}: ${v.reason}.`,
    fix: () => "Use a short name of letters, digits, '_' and '-'.",
  },
  STORAGE_TOO_NEW: {
    message: (v: { key: string; root: string; version: number; supported: number }) =>
      `'${shown(v.key)}' in ${v.root} has format version ${v.version}; this release reads up to ${v.supported}.`,
    fix: () => "Update @metaflow-ts/core to a release that knows the format.",
  },
  RECORD_CORRUPT: {
    message: (v: { key: string; root: string; reason: string }) =>
      `The record '${shown(v.key)}' in ${v.root} is damaged: ${v.reason}.`,
    fix: (v: { key: string }) => recordFix(v.key),
  },
  RECORD_MISSING: {
    message: (v: { key: string; root: string }) => `There is no record '${shown(v.key)}' in ${v.root}.`,
    fix: () => "Check the flow's name and the run's id, and that this is the datastore the run was made with.",
  },
  RECORD_CONTENDED: {
    message: (v: { key: string; root: string; tries: number }) =>
      `The record '${shown(v.key)}' in ${v.root} changed under each of ${v.tries} tries to update it.`,
    fix: () => "Find out which other process keeps rewriting it, then try again.",
  },
  BLOB_MISSING: {
    message: (v: { what: string; sha256: string; root: string }) =>
      `${shown(v.what)} is gone: the datastore ${v.root} has no blob ${v.sha256}.`,
    fix: () => "Restore the object from a backup, or run the task that made it again.",
  },
  BLOB_CORRUPT: {
    message: (v: { what: string; sha256: string; root: string; reason: string }) =>
      `${shown(v.what)} is damaged: blob ${v.sha256} in ${v.root}: ${v.reason}.`,
    fix: () => "Restore the object from a backup, or delete it and run the task that made it again.",
  },
} as const;
