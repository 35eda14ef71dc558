import { expect, it } from "vitest";
import { OPTIONS_EVERYWHERE, OPTIONS_OF_RUNS, optionOfField } from "../../registry/check-command.js";
import { globalOptions } from "../global-options.js";
import { type OptionSpecs, optionName } from "../option-spec.js";
import { runOptions } from "../run-options.js";

const names = (options: OptionSpecs) => Object.values(options).map(({ flags }) => optionName(flags));

it("knows the options that core's commands have", () => {
  expect(["help", ...names(globalOptions)].toSorted()).toEqual(OPTIONS_EVERYWHERE);
  const ofRuns = new Set([...names(runOptions), ...Object.keys(runOptions).map(optionOfField)]);
  expect([...ofRuns].toSorted()).toEqual(OPTIONS_OF_RUNS);
});
