/** Code packages, and the environments that make them. */
export const packageErrors = {
  ENVIRONMENT_REFUSED: {
    message: (v: { environment: string; problems: readonly string[] }) =>
      `The environment '${v.environment}' cannot run this flow: ${v.problems.join("; ")}.`,
    fix: () => "Change the steps that are named, or choose another environment with --environment.",
  },
  PACKAGE_NOT_MADE: {
    message: (v: { reason: string }) => `The code package could not be made: ${v.reason}`,
    fix: () =>
      "Name a package that cannot be bundled in `codePackage.packages` of metaflow.config.ts to have it copied, or in `codePackage.installed` where the place has it.",
  },
  PACKAGE_FILE_CONFLICT: {
    message: (v: { path: string; first: string; second: string }) =>
      `Two different files would be '${v.path}' in the code package: from ${v.first} and from ${v.second}.`,
    fix: () => "Give one of the files another name, or leave one of them out.",
  },
  PACKAGE_PATH_INVALID: {
    message: (v: { path: string; from: string }) =>
      `'${v.path}', from ${v.from}, cannot be the path of a file in a code package.`,
    fix: () => "Paths are relative, with '/' between their parts, and lead nowhere outside of the package.",
  },
  PACKAGE_CORRUPT: {
    message: (v: { place: string; reason: string }) => `The code package in ${v.place} is damaged: ${v.reason}.`,
    fix: () => "Nothing of it was run. Delete the folder where it was unpacked, or start the run again.",
  },
  PACKAGE_NODE_TOO_OLD: {
    message: (v: { needed: string; found: string }) =>
      `The code package needs Node ${v.needed}; this place has Node ${v.found}.`,
    fix: (v: { needed: string }) => `Use an image with Node ${v.needed}.`,
  },
  PACKAGE_INSTALLS_MISSING: {
    message: (v: { missing: readonly string[]; folder: string }) =>
      `The code package needs npm packages that this place does not have: ${v.missing.join(", ")}.`,
    fix: (v: { folder: string }) =>
      `Have them in the image, in a node_modules folder above ${v.folder}, or run 'npm install' in ${v.folder} first: its package.json names them.`,
  },
  PACKAGE_STEPS_APART: {
    message: (v: { steps: readonly string[]; here: readonly string[] }) =>
      `The code package here is for the steps ${v.here.join(", ")}, and not for ${v.steps.join(", ")}.`,
    fix: () =>
      "Start each step from its own package: 'metaflow bootstrap <run> <folder> --step <step>'. A region of several steps needs one that they share.",
  },
  PACKAGE_NONE: {
    message: (v: { run: string }) => `${v.run} has no code package: its tasks ran where it was started.`,
    fix: () => "Start the run with --code-package. Its sources can be extracted all the same.",
  },
  EXTRACT_WOULD_OVERWRITE: {
    message: (v: { folder: string; paths: readonly string[] }) =>
      `Files in ${v.folder} are not what would be extracted over them: ${v.paths.join(", ")}.`,
    fix: () => "Nothing was written. Extract into another folder, or give --force to lose what is there.",
  },
  FILE_NOT_WRITTEN: {
    message: (v: { path: string; reason: string }) => `Could not write ${v.path}: ${v.reason}.`,
    fix: () => "Give a path in a folder that exists and that you may write to.",
  },
} as const;
