/** Flows that other engines run. */
export const deployErrors = {
  DEPLOYMENT_REFUSED: {
    message: (v: { flow: string; target: string; problems: readonly string[] }) =>
      `Flow ${v.flow} cannot be deployed to '${v.target}':\n${v.problems.map((problem) => `- ${problem}`).join("\n")}`,
  },
  DEPLOYMENT_FILE_INVALID: {
    message: (v: { target: string; path: string }) =>
      `The deployer '${v.target}' gave a file with a path that leads elsewhere, or that it gave before: '${v.path}'.`,
    fix: () => "Report this to the authors of the deployer.",
  },
} as const;
