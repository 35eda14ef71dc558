import { flagOption, textOption } from "./option-spec.js";

/** What goes into a code package, for all commands that may make one. */
export const packageOptions = {
  environment: textOption("--environment <name>", {
    help: "how what steps depend on reaches the place where they run",
    variable: "ENVIRONMENT",
    setting: "environment",
    fallbackText: "npm",
  }),
  packageSuffixes: textOption("--package-suffixes <endings>", {
    help: "endings of files beside the flow that come along in the code package: .txt,.csv",
    variable: "PACKAGE_SUFFIXES",
    setting: "packageSuffixes",
  }),
};

/** For commands that run tasks where they are called, and make a package only when they are told to. */
export const codePackageOption = flagOption("--code-package", {
  help: "store a code package too, so that tasks of the run can be executed elsewhere",
  variable: "CODE_PACKAGE",
  setting: "storeCodePackage",
});
