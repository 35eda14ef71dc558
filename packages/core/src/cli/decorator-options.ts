import type { DecoratorCliOption, GivenByDecorator, GivenOptions } from "../contracts/decorator-options.js";
import type { FlowDefinition } from "../contracts/flow-definition.js";
import type { StepDecorator } from "../contracts/step-decorator.js";
import { errors } from "../errors/codes.js";
import { comparableOption, RESERVED_OPTIONS } from "../params/reserved-options.js";
import { flagOption, listOption, type OptionSpec, optionName, textOption } from "./option-spec.js";
import { findOption, type OptionLayers } from "./resolve-options.js";

/** A command line option that a decorator of the flow adds. */
export interface DecoratorOption {
  readonly kind: keyof GivenByDecorator;
  readonly decorator: string;
  /** Without dashes. */
  readonly name: string;
  readonly spec: OptionSpec<string | boolean | readonly string[] | undefined>;
}

/** A decorator, as far as its options matter. */
interface Adder {
  readonly name: string;
  readonly cliOptions?: Readonly<Record<string, DecoratorCliOption>> | undefined;
}

/**
 * The options that the decorators of a flow add to commands on it: those in the source, and the step decorators that
 * are asked for beside it.
 *
 * @param taken what the command itself takes
 * @throws DECORATOR_CLI_OPTION_TAKEN
 */
export function decoratorOptions(
  definition: FlowDefinition,
  requested: readonly StepDecorator[],
  taken: readonly OptionSpec<unknown>[],
): readonly DecoratorOption[] {
  const onSteps = Object.values(definition.steps).flatMap(({ definitions }) => Object.values(definitions));
  const found = [...optionsOf("flow", onFlow(definition)), ...optionsOf("step", [...onSteps, ...requested])];
  const owners = ownersOf(definition, taken);
  for (const { decorator, name } of found) {
    const other = owners.get(comparableOption(name));
    if (other !== undefined) throw errors.DECORATOR_CLI_OPTION_TAKEN({ decorator, option: name, other });
    owners.set(comparableOption(name), `one of decorator '${decorator}'`);
  }
  return found;
}

/** The values that were given for them, by decorator. */
export function givenOptions(options: readonly DecoratorOption[], layers: OptionLayers): GivenByDecorator {
  const given: Record<keyof GivenByDecorator, Record<string, GivenOptions>> = { flow: {}, step: {} };
  for (const { kind, decorator, name, spec } of options) {
    const value = findOption(spec, layers);
    if (value !== undefined) given[kind][decorator] = { ...given[kind][decorator], [name]: value };
  }
  return given;
}

function onFlow({ decorators }: FlowDefinition): readonly Adder[] {
  return decorators.map(({ definition }) => definition);
}

/** A decorator that is attached more than once adds its options once. */
function optionsOf(kind: DecoratorOption["kind"], adders: readonly Adder[]): readonly DecoratorOption[] {
  const byName = new Map(adders.map((adder) => [adder.name, adder]));
  return [...byName.values()].flatMap(({ name: decorator, cliOptions = {} }) =>
    Object.entries(cliOptions).map(([name, option]) => ({ kind, decorator, name, spec: specOf(name, option) })),
  );
}

const MAKERS = { text: textOption, flag: flagOption, list: listOption };

function specOf(name: string, { kind, placeholder = name, help }: DecoratorCliOption): DecoratorOption["spec"] {
  const variable = name.toUpperCase().replaceAll("-", "_");
  const flags = kind === "flag" ? `--${name}` : `--${name} <${placeholder}>`;
  return MAKERS[kind](flags, { help, variable: `FLOW_${variable}`, alias: variable });
}

/** Who has which option, in the form in which options are compared. */
function ownersOf({ parameters }: FlowDefinition, taken: readonly OptionSpec<unknown>[]): Map<string, string> {
  const core = [...RESERVED_OPTIONS, ...taken.map(({ flags }) => optionName(flags))];
  const declared = Object.values(parameters).flatMap(({ option, kind }) =>
    kind === "boolean" ? [option, `no-${option}`] : [option],
  );
  return new Map([
    ...core.map((name) => [comparableOption(name), "one of metaflow's own"] as const),
    ...declared.map((name) => [comparableOption(name), "a parameter of the flow"] as const),
  ]);
}
