/** Copying runs from one datastore to another. */
export const transferErrors = {
  COPY_RUN_RUNNING: {
    message: (v: { run: string; root: string }) =>
      `${v.run} in ${v.root} has not ended: what it does next would be missing.`,
    fix: () => "Copy it when it has ended; `metaflow status` says whether it has.",
  },
  COPY_RUN_DIFFERS: {
    message: (v: { run: string; root: string }) =>
      `${v.root} has another run ${v.run}: it was started at another time, or runs other code.`,
    fix: () => "Copy to another root.",
  },
  COPY_DAMAGED: {
    message: (v: { what: string; root: string }) => `'${v.what}' was copied to ${v.root}, but is not there as it was.`,
    fix: () =>
      "Copy again: what is right stays, what is not is written anew. A task's record that differs has to be deleted first.",
  },
} as const;
