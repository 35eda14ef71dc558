import { isDeepStrictEqual } from "node:util";
import { checkDefinition, STEP_DECORATOR } from "../../decorators/check-definition.js";
import { comparableOption, RESERVED_OPTIONS } from "../../params/reserved-options.js";
import { checkSchema } from "../../util/check-schema.js";
import { attachments, ensure, type RuleBody } from "./rule.js";

/** What a decorator says of itself, and its options. */
export const optionRules: readonly RuleBody[] = [
  {
    name: "its definition is well made",
    check({ decorator, options }) {
      checkDefinition(decorator, STEP_DECORATOR);
      ensure(options.length > 0, "give at least one sample of options");
    },
  },
  { name: "the options that it takes become data, at once", check: (tested) => void attachments(tested) },
  {
    name: "completed options are taken again, and stay as they are",
    check(tested) {
      for (const { data, definition } of attachments(tested)) {
        const again = checkSchema(definition.options, data.attributes);
        ensure("value" in again, `its own result ${JSON.stringify(data.attributes)} was refused`);
        const same = "value" in again && isDeepStrictEqual(again.value, data.attributes);
        ensure(same, `${JSON.stringify(data.attributes)} became something else`);
      }
    },
  },
  {
    name: "options that it does not know, or that are wrong, are refused",
    check({ decorator, options: [sample], refused = [] }) {
      for (const wrong of [{ ...(sample as object), anOptionThatNobodyHas: 1 }, ...refused]) {
        ensure("problems" in checkSchema(decorator.options, wrong), `${JSON.stringify(wrong)} was taken`);
      }
    },
  },
  {
    name: "a refusal names the option",
    check({ decorator, options: [sample] }) {
      const result = checkSchema(decorator.options, { ...(sample as object), anOptionThatNobodyHas: 1 });
      const problems = "problems" in result ? result.problems.join("; ") : "";
      ensure(problems === "" || problems.includes("anOptionThatNobodyHas"), `it says only: ${problems}`);
    },
  },
  {
    name: "what is given to it is not changed",
    check({ decorator, options }) {
      for (const given of options) {
        const before = structuredClone(given);
        checkSchema(decorator.options, given);
        ensure(isDeepStrictEqual(given, before), "the options are others than before");
      }
    },
  },
  {
    name: "its command line options can be written, and are nobody else's",
    check({ decorator: { cliOptions = {} } }) {
      for (const [name, { kind, help }] of Object.entries(cliOptions)) {
        ensure(/^[a-z][a-z0-9-]*$/.test(name), `'${name}' is no name of an option`);
        ensure(!RESERVED_OPTIONS.has(comparableOption(name)), `--${name} is metaflow's own`);
        ensure(["text", "flag", "list"].includes(kind) && help !== "", `--${name} is of no kind, or has no help`);
      }
    },
  },
];
