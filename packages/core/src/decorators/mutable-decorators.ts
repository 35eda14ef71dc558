import { isDeepStrictEqual } from "node:util";
import type { AttachedDecorator } from "../contracts/graph.js";
import type { Addable, AddSettings, Decorated } from "../contracts/mutators.js";
import { asker, expectListed, expectOpen, type Mutation, refusal } from "./mutation.js";
import { parseDecoratorSpec } from "./parse-spec.js";

type Options = Readonly<Record<string, unknown>>;

/** What a step decorator and a flow decorator have in common here. */
interface Definition {
  readonly name: string;
  readonly aliases?: readonly string[] | undefined;
  readonly repeatable?: boolean | undefined;
}

interface Placed<D extends Definition> {
  readonly data: AttachedDecorator;
  readonly definition: D | undefined;
}

/** A step or a flow whose decorators can be changed. */
export interface DecoratorHolder<D extends Definition> {
  readonly name: string;
  /** `step 'train'` */
  readonly label: string;
  readonly kind: "step decorator" | "flow decorator";
  list(): readonly Placed<D>[];
  replace(list: readonly Placed<D>[]): void;
  find(name: string): Promise<D>;
  /** As it is to stand there: with its options completed where it is time for that. */
  finish(data: AttachedDecorator, definition: D): Placed<D>;
  /** @throws MUTATOR_REFUSED where it cannot be changed now */
  expectChangeable(): void;
  /** Adds what is no decorator of its kind. @throws MUTATOR_REFUSED */
  addOther(added: Addable, options: Options): boolean;
}

/** The members by which a mutator looks at decorators and changes them. */
export function mutableDecorators<D extends Definition, A extends Addable>(
  mutation: Mutation,
  holder: DecoratorHolder<D>,
): Omit<Decorated<A>, "decorators"> {
  const add = (added: Addable | string, options?: Options, settings: AddSettings = {}): unknown => {
    expectOpen(mutation);
    holder.expectChangeable();
    if (typeof added !== "string") {
      expectListed(mutation, added);
      if (added.kind !== holder.kind) return holder.addOther(added, options ?? {});
      return place(mutation, holder, added.definition as unknown as D, options ?? {}, settings);
    }
    const adding = addNamed(mutation, holder, added, options, settings);
    // Who does not wait for it gets its error all the same, when the hook has ended.
    adding.catch(() => {});
    mutation.pending.push(adding);
    return adding;
  };
  return {
    name: holder.name,
    hasDecorator: (name) => holder.list().some((each) => isCalled(each, name)),
    addDecorator: add as Decorated<A>["addDecorator"],
    removeDecorator(name, options) {
      expectOpen(mutation);
      holder.expectChangeable();
      const list = holder.list();
      const kept = list.filter(
        (each) => !isCalled(each, name) || (options !== undefined && !isDeepStrictEqual(each.data.attributes, options)),
      );
      holder.replace(kept);
      return kept.length < list.length;
    },
  };
}

/** A decorator as mutators may look at it: what they do to it changes nothing. */
export function shown(data: AttachedDecorator): AttachedDecorator {
  return { ...data, attributes: copied(data.attributes) as AttachedDecorator["attributes"] };
}

/** Options are data, and functions of flow decorators. */
function copied(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(copied);
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, copied(each)]));
}

function isCalled<D extends Definition>({ data, definition }: Placed<D>, name: string): boolean {
  return data.name === name || definition?.aliases?.includes(name) === true;
}

async function addNamed<D extends Definition>(
  mutation: Mutation,
  holder: DecoratorHolder<D>,
  spec: string,
  options: Options | undefined,
  settings: AddSettings,
): Promise<boolean> {
  const { name, attributes } = parseDecoratorSpec(spec, asker(mutation));
  if (options !== undefined && Object.keys(attributes).length > 0) {
    throw refusal(mutation, `it gives options of '${name}' twice: in '${spec}' and beside it`);
  }
  const listed = mutation.adds.find((each) => each.kind === holder.kind && each.definition.name === name);
  const definition = (listed?.definition as unknown as D | undefined) ?? (await holder.find(name));
  return place(mutation, holder, definition, options ?? attributes, settings);
}

function place<D extends Definition>(
  mutation: Mutation,
  holder: DecoratorHolder<D>,
  definition: D,
  attributes: Options,
  { duplicates = "ignore" }: AddSettings,
): boolean {
  const { name } = definition;
  const added = holder.finish({ name, attributes, staticallyDefined: false, insertedBy: mutation.mutator }, definition);
  const list = holder.list();
  const others = list.filter((each) => each.data.name !== name);
  const isThere = definition.repeatable !== true && others.length < list.length;
  if (isThere && duplicates === "ignore") return false;
  if (isThere && duplicates === "error") throw refusal(mutation, `${holder.label} has '${name}' already`);
  holder.replace([...(isThere ? others : list), added]);
  return true;
}
