/** Where flow decorators may stand, what they take, and what they may give. */
import type { StandardSchemaV1 } from "@standard-schema/spec";
import { defineFlowDecorator } from "../../src/decorators/define-flow-decorator.js";
import { FlowSpec } from "../../src/flow/flow-spec.js";
import { step } from "../../src/flow/step.js";

declare function schema<Input, Output = Input>(): StandardSchemaV1<Input, Output>;

const named = defineFlowDecorator({
  name: "named",
  contract: 1,
  options: schema<{ name: string }, { name: URL }>(),
  check: ({ name }, { exports, parameters }) => (name.href in exports || name.href in parameters ? "taken" : null),
  start: ({ name }, { given, origin, user }) => ({
    systemTags: [name.href, `${given.name}`, origin?.runId ?? "", user ?? ""],
    current: { username: name.host },
  }),
});

const optional = defineFlowDecorator({
  name: "optional",
  contract: 1,
  options: schema<{ onEnd?: () => void }>(),
  exitHooks: ({ onEnd = () => {} }, status) => [{ name: status, timeLimitMs: 1000, call: onEnd }],
});

@named({ name: "x" })
@optional
export abstract class Base extends FlowSpec {}

@optional()
@optional({ onEnd: () => {} })
export class Flow extends Base {
  @step start() {}
}

// @ts-expect-error: the option has to be given
@named
export class WithoutParentheses extends FlowSpec {}

// @ts-expect-error: the option has to be given
@named()
export class WithoutOption extends FlowSpec {}

// @ts-expect-error: the option is no number
@named({ name: 3 })
export class WrongOption extends FlowSpec {}

// @ts-expect-error: there is no such option
@optional({ onStart: () => {} })
export class UnknownOption extends FlowSpec {}

// @ts-expect-error: no flow
@named({ name: "x" })
export class Plain {}

// @ts-expect-error: no flow
@optional
export class PlainToo {}

export class Members extends FlowSpec {
  // @ts-expect-error: on a method
  @named({ name: "x" }) @step start() {}
  // @ts-expect-error: on a method
  @optional @step end() {}
  // @ts-expect-error: on a field
  @named({ name: "x" }) field = 1;
}

defineFlowDecorator({
  name: "wrong",
  contract: 1,
  options: schema<object>(),
  // @ts-expect-error: nobody added the field to `current`
  start: () => ({ current: { nobody: 1 } }),
});

defineFlowDecorator({
  name: "wrong",
  contract: 1,
  options: schema<object>(),
  // @ts-expect-error: there is no such kind
  cliOptions: { alpha: { kind: "number", help: "" } },
});
