const list = (names: readonly string[]): string => names.map((name) => `'${name}'`).join(", ");

const oneNext = "A step may have many outcomes but only one unconditional this.next(...), as its last statement.";

const joinBefore = (step: string): string =>
  `\`@step join(inputs: Inputs<…>) { this.mergeArtifacts(inputs); this.next(this.${step}); }\``;

/** A flow's steps and the transitions between them. `GRAPH_INVALID` holds all others that were found in one go. */
export const graphErrors = {
  GRAPH_INVALID: {
    message: (v: { flow: string; problems: readonly string[] }) =>
      `The graph of flow '${v.flow}' has ${v.problems.length === 1 ? "a problem" : `${v.problems.length} problems`}:\n${v.problems.map((line) => `  - ${line}`).join("\n")}`,
  },

  GRAPH_STEP_NAME_RESERVED: {
    message: (v: { step: string }) => `Step name '${v.step}' is a reserved word: every flow has a member of that name.`,
    fix: () => "Choose another name for the step.",
  },
  GRAPH_STEP_NAME_INVALID: {
    message: (v: { step: string; reason: string }) => `'${v.step}' is no valid step name: ${v.reason}.`,
    fix: () => "Use ASCII letters, digits and underscores, a letter first, at most 100 characters.",
  },
  GRAPH_STEP_NAME_CASE: {
    message: (v: { step: string; other: string }) =>
      `Steps '${v.step}' and '${v.other}' differ only in upper and lower case, which some file systems cannot tell apart.`,
    fix: () => "Rename one of them.",
  },

  GRAPH_ENDPOINT_MISSING: {
    message: (v: { flow: string; which: "start" | "end" }) => `Flow '${v.flow}' has no ${v.which} step.`,
    fix: (v: { which: "start" | "end" }) => `Name a step '${v.which}' or mark it with @step({ ${v.which}: true }).`,
  },
  GRAPH_ENDPOINT_AMBIGUOUS: {
    message: (v: { flow: string; which: "start" | "end"; steps: readonly string[] }) =>
      `Flow '${v.flow}' has more than one ${v.which} step: ${list(v.steps)}.`,
    fix: (v: { which: "start" | "end" }) =>
      `Mark exactly one step with @step({ ${v.which}: true }); if one is marked, no other may be called '${v.which}'.`,
  },
  GRAPH_START_INCOMING: {
    message: (v: { step: string; from: readonly string[] }) =>
      `The start step '${v.step}' has incoming transitions, from ${list(v.from)}.`,
    fix: () => "Nothing may lead to the start step. For a loop, add a step behind it and lead back to that one.",
  },
  GRAPH_END_OUTGOING: {
    message: (v: { step: string }) => `The end step '${v.step}' has a this.next(...).`,
    fix: () => "Remove it: nothing follows the end step.",
  },
  GRAPH_END_JOIN: {
    message: (v: { step: string }) => `The end step '${v.step}' takes an argument, but it can be no join.`,
    fix: (v: { step: string }) => `Add a join step before it: ${joinBefore(v.step)}.`,
  },

  GRAPH_STEP_UNREADABLE: {
    message: (v: { step: string; reason: string }) => `The source of step '${v.step}' cannot be read: ${v.reason}.`,
    fix: () => "Write the step as an ordinary method of the class: `@step name() { … }`.",
  },
  GRAPH_STEP_UNMARKED: {
    message: (v: { step: string; leadsOn: boolean }) =>
      `Method '${v.step}' is written like a step${v.leadsOn ? ", with a this.next(...)," : ""} but is not marked as one.`,
    fix: (v: { step: string }) => `Mark the method with @step: \`@step ${v.step}() { … }\`.`,
  },
  GRAPH_STEP_PRIVATE_FIELD: {
    message: (v: { step: string; reader: string }) =>
      `Step '${v.step}' assigns a #private field that step '${v.reader}' reads: it is lost when the step ends.`,
    fix: () => "Use a field with an ordinary name, which is stored; `private` may stand before it.",
  },
  GRAPH_STEP_GENERATOR: {
    message: (v: { step: string }) => `Step '${v.step}' is a generator.`,
    fix: () => "Remove the `*`; a step is an ordinary or an async method.",
  },
  GRAPH_STEP_ARGUMENTS: {
    message: (v: { step: string }) => `Step '${v.step}' takes too many arguments.`,
    fix: () => "A step takes nothing, the item of a foreach, or a join's inputs.",
  },

  GRAPH_NEXT_MISSING: {
    message: (v: { step: string; helper: string | null }) =>
      v.helper === null
        ? `Step '${v.step}' has no this.next(...).`
        : `Step '${v.step}' has no this.next(...) of its own: it was found in ${v.helper}(), where it does not count.`,
    fix: (v: { step: string; helper: string | null }) =>
      v.helper === null
        ? "Add `this.next(this.<step>);` as its last statement."
        : `Move it into '${v.step}' itself, as its last statement: the graph is read from the source of the steps.`,
  },
  GRAPH_NEXT_CONDITIONAL: {
    message: (v: { step: string; construct: string }) =>
      `Step '${v.step}' calls this.next(...) only sometimes: ${v.construct}.`,
    fix: () =>
      `${oneNext} To choose at run time, use a switch: this.next({ a: this.x, b: this.y }, { condition: this.c }).`,
  },
  GRAPH_NEXT_TWICE: {
    message: (v: { step: string; count: number }) => `Step '${v.step}' calls this.next(...) in ${v.count} places.`,
    fix: () =>
      `${oneNext} To branch, name several steps in one call; to choose at run time, use a switch: this.next({ a: this.x, b: this.y }, { condition: this.c }).`,
  },
  GRAPH_NEXT_NOT_LAST: {
    message: (v: { step: string; reason: string }) =>
      `this.next(...) is not the last statement of step '${v.step}': ${v.reason}.`,
    fix: () => "Move it to the end of the step, as a statement of its own.",
  },
  GRAPH_NEXT_INDIRECT: {
    message: (v: { step: string }) => `Step '${v.step}' uses this.next without calling it directly.`,
    fix: () => "Write `this.next(this.<step>);`: the graph is read from the source.",
  },
  GRAPH_NEXT_INVALID: {
    message: (v: { step: string; reason: string }) => `Step '${v.step}' has an invalid this.next(...): ${v.reason}.`,
    fix: () =>
      "Write next(step), next(a, b), next(step, { foreach: this.items }), next(step, { numParallel: 4 }) or next({ a: this.x, b: this.y }, { condition: this.c }).",
  },
  GRAPH_NEXT_TARGET: {
    message: (v: { step: string; found: string; called: string | null }) =>
      `Step '${v.step}' has a this.next(...) with '${v.found}' in the place of a step.`,
    fix: (v: { called: string | null }) =>
      v.called === null
        ? "Name the step as `this.<step>`: the graph is read from the source."
        : `Name the step, do not call it: \`this.${v.called}\`.`,
  },
  GRAPH_NEXT_ARTIFACT: {
    message: (v: { step: string; option: string; found: string }) =>
      `Step '${v.step}' has ${v.option}: ${v.found}, which names no artifact.`,
    fix: (v: { option: string }) => `Assign it to an artifact first, then write \`${v.option}: this.<artifact>\`.`,
  },
  GRAPH_NEXT_OPTION: {
    message: (v: { step: string; option: string; allowed: readonly string[] }) =>
      `Step '${v.step}' gives this.next(...) an option '${v.option}' that it does not have here.`,
    fix: (v: { allowed: readonly string[] }) => `Possible here: ${list(v.allowed)}.`,
  },
  GRAPH_SWITCH_KEY: {
    message: (v: { step: string; found: string; reason: string }) =>
      `Step '${v.step}' is a switch with the case '${v.found}': ${v.reason}.`,
    fix: () => "Write the cases out as `{ name: this.step, … }`; keys are names, strings, numbers, true or false.",
  },
  GRAPH_SWITCH_CASES: {
    message: (v: { step: string; count: number }) =>
      `Step '${v.step}' is a switch with ${v.count === 1 ? "one case only" : "no cases"}.`,
    fix: () => "Give at least two cases, or one case and a `default`; where there is nothing to choose use next(step).",
  },
  GRAPH_STEP_UNKNOWN: {
    message: (v: { step: string; target: string; similar: string | null }) =>
      `Step '${v.step}' leads to '${v.target}', which is no step of the flow.`,
    fix: (v: { target: string; similar: string | null }) =>
      v.similar === null ? `Mark the method '${v.target}' with @step.` : `Did you mean '${v.similar}'?`,
  },

  GRAPH_CYCLE: {
    message: (v: { step: string; path: readonly string[]; reason: string }) =>
      `There is a loop in the flow, ${v.path.join(" → ")}: ${v.reason}.`,
    fix: () =>
      "A loop is closed by a switch that leads back to the one step the loop is entered by, within the same branch or foreach.",
  },
  GRAPH_LOOP_ENDLESS: {
    message: (v: { step: string; steps: readonly string[] }) =>
      `The loop that begins with step '${v.step}' never ends: nothing leads out of ${list(v.steps)}.`,
    fix: () => "Give the switch that closes the loop a case that leads on.",
  },
  GRAPH_UNREACHABLE: {
    message: (v: { step: string; start: string }) =>
      `Step '${v.step}' is unreachable from the start step '${v.start}'.`,
    fix: (v: { step: string }) => `Lead to it with this.next(this.${v.step}) in another step, or remove it.`,
  },

  GRAPH_SPLIT_UNJOINED: {
    message: (v: { step: string; splits: readonly string[] }) =>
      `The end step '${v.step}' is reached before the splits started at ${list(v.splits)} are joined.`,
    fix: () => "Add a join step before the end step: `@step join(inputs: Inputs<…>) { … }`.",
  },
  GRAPH_SPLIT_INTO_JOIN: {
    message: (v: { step: string; join: string; foreach: boolean }) =>
      `Step '${v.step}' is a ${v.foreach ? "foreach" : "split"} that leads straight into its join '${v.join}'.`,
    fix: () => "Add at least one step between the split and the join.",
  },
  GRAPH_SPLIT_JOINED_TWICE: {
    message: (v: { step: string; joins: readonly string[] }) =>
      `The split started at step '${v.step}' is joined in several steps: ${list(v.joins)}.`,
    fix: () => "Let all paths of a split lead to one join; to choose afterwards, make that join a switch.",
  },
  GRAPH_JOIN_INCOMPLETE: {
    message: (v: { step: string; split: string; missing: readonly string[]; expected: number }) =>
      `Step '${v.step}' joins the split started at '${v.split}', but not all of its ${v.expected} branches lead to it: ${list(v.missing)} ${v.missing.length === 1 ? "is" : "are"} missing.`,
    fix: () => "Let every branch of the split lead to its join.",
  },
  GRAPH_JOIN_WITHOUT_SPLIT: {
    message: (v: { step: string }) =>
      `Step '${v.step}' takes an argument as a join does, but it is not preceded by a split.`,
    fix: () => "Remove the argument, or lead to the step from a split or with a foreach.",
  },
  GRAPH_JOIN_UNRELATED: {
    message: (v: { step: string; splits: readonly string[] }) =>
      `Step '${v.step}' joins steps of unrelated splits: ${v.splits.join(", ")}.`,
    fix: () => "Join inner splits before outer ones: every split has a join of its own.",
  },
  GRAPH_JOIN_NO_INPUTS: {
    message: (v: { step: string; split: string; branches: readonly string[]; isEnd: boolean }) =>
      `Branches ${list(v.branches)} of the split '${v.split}' meet in step '${v.step}', which takes no inputs.`,
    fix: (v: { step: string; isEnd: boolean }) =>
      v.isEnd
        ? `Add a join step before it, and lead the branches there: ${joinBefore(v.step)}.`
        : `Make it a join: \`@step ${v.step}(inputs: Inputs<…>) { … }\`.`,
  },
  GRAPH_SPLIT_CROSSED: {
    message: (v: { step: string; paths: readonly string[] }) =>
      `Step '${v.step}' is reached both from inside and from outside of a split: ${v.paths.join(", ")}.`,
    fix: () => "Join the split first, or use a step of its own inside of it.",
  },
  GRAPH_FOREACH_TARGET_SHARED: {
    message: (v: { step: string; paths: readonly string[] }) =>
      `Step '${v.step}' takes the item of one foreach, but other steps lead to it as well: ${v.paths.join(", ")}.`,
    fix: () => "Give every foreach a first step of its own.",
  },
  GRAPH_FOREACH_NESTED: {
    message: (v: { step: string; outer: string }) =>
      `Step '${v.step}' is a foreach inside of the foreach of '${v.outer}', which this target does not support.`,
    fix: () => "Flatten the two lists into one, or run the flow elsewhere.",
  },

  GRAPH_PARALLEL_UNDECORATED: {
    message: (v: { step: string; from: string }) =>
      `Step '${v.step}' is started with numParallel by '${v.from}' but has no @parallel decorator.`,
    fix: (v: { step: string }) => `Add @parallel above step '${v.step}'.`,
  },
  GRAPH_PARALLEL_NOT_JOINED: {
    message: (v: { step: string }) => `The parallel step '${v.step}' is not followed by a join.`,
    fix: () => "Lead from it to a step that takes `inputs`.",
  },
  GRAPH_PARALLEL_MISUSED: {
    message: (v: { step: string; from: string }) =>
      `Step '${v.step}' has a @parallel decorator, but '${v.from}' leads to it without numParallel.`,
    fix: (v: { step: string }) => `Write this.next(this.${v.step}, { numParallel: … }), or remove @parallel.`,
  },
} as const;

/** A problem of a graph, without the prefix of its code. */
export type GraphErrorCode = keyof typeof graphErrors;

/** What the message of a problem needs to know. */
export type GraphErrorValues<C extends GraphErrorCode> = Parameters<(typeof graphErrors)[C]["message"]>[0];
