import { encodeArtifact } from "../artifacts/encode-artifact.js";
import type { SerializerSet } from "../artifacts/serializer-set.js";
import type { ArtifactRef, EncodedArtifact } from "../contracts/serializer.js";
import { errors } from "../errors/codes.js";
import { once } from "../util/once.js";
import { withAbsentNames } from "./absent-artifacts.js";
import { type ArtifactLoader, referenceOf, sameArtifact } from "./artifact-io.js";

/** What an instance of the flow is given before its step runs. */
export interface Binding {
  readonly step: string;
  /** The step itself where it is a join, else the nearest join before it: what it dropped is absent here. */
  readonly lastJoin: () => string | null;
  readonly parameters: Readonly<Record<string, ArtifactRef>>;
  /** What the step inherits. */
  readonly artifacts: Readonly<Record<string, ArtifactRef>>;
  /** Field initialisers are the values that the start step begins with; elsewhere they are dropped. */
  readonly keepsInitial: boolean;
  /** Every name that is an artifact somewhere in the flow. */
  readonly known: ReadonlySet<string>;
  readonly loader: ArtifactLoader;
  readonly serializers: SerializerSet;
}

/** An artifact after the step: still the inherited one, or a new value. */
export type Outcome = { readonly ref: ArtifactRef } | { readonly encoded: EncodedArtifact };

/** Throws where the value of that name must not be stored. */
export type CheckEncoded = (name: string, encoded: EncodedArtifact, value: unknown) => void;

/** The artifacts of one running instance. */
export interface BoundArtifacts {
  /** Gives the instance an artifact by reference, as merging does. */
  inherit(name: string, ref: ArtifactRef): void;
  /** Whether the step has an artifact of this name at the moment. */
  has(name: string): boolean;
  /**
   * What the step leaves, every value encoded; nothing is written. `onBroken` decides about a value that cannot be
   * stored: throw, or leave it out. So it does where `check` throws, which is asked about every new value.
   */
  collect(onBroken: (error: unknown) => void, check?: CheckEncoded): ReadonlyMap<string, Outcome>;
}

interface Slot {
  readonly ref: ArtifactRef;
  readonly get: () => unknown;
  loaded: boolean;
  value: unknown;
}

/**
 * Turns the fields of a fresh instance into artifacts: inherited ones load when they are read, parameters cannot be
 * written, declared fields that nobody assigned are gone.
 */
export function bindArtifacts(instance: object, binding: Binding): BoundArtifacts {
  const slots = new Map<string, Slot>();
  const prototype = Object.getPrototypeOf(instance) as object;
  const { helpers, initial } = removeFields(instance);
  Object.setPrototypeOf(
    instance,
    withAbsentNames(
      prototype,
      binding.known,
      (name) => refuseAbsent(name, binding),
      (name) => refuseMember(name, prototype),
    ),
  );
  for (const [name, ref] of Object.entries(binding.parameters)) bindParameter(instance, name, ref, binding.loader);
  const inherit = (name: string, ref: ArtifactRef): void => {
    slots.set(name, bindSlot(instance, name, ref, binding.loader));
  };
  for (const [name, ref] of Object.entries(binding.artifacts)) {
    if (!Object.hasOwn(binding.parameters, name)) inherit(name, ref);
  }
  for (const [name, value] of binding.keepsInitial ? initial : []) {
    // A field without an initialiser is undefined in the compiled class: it is declared, not assigned.
    if (value !== undefined && !Object.hasOwn(binding.parameters, name)) Reflect.set(instance, name, value);
  }
  return {
    inherit,
    has: (name) => Object.hasOwn(instance, name),
    collect: (onBroken, check) => collect(instance, binding, slots, helpers, { onBroken, check }),
  };
}

function refuseAbsent(artifact: string, { step, lastJoin }: Binding): never {
  throw errors.ARTIFACT_ABSENT({ artifact, step, join: lastJoin() }, { where: { step, artifact } });
}

/** A method of the flow, or of `FlowSpec`, cannot become an artifact: whoever calls it would find a value. */
function refuseMember(name: string, prototype: object): void {
  for (let owner = prototype; owner !== Object.prototype && owner !== null; owner = Object.getPrototypeOf(owner)) {
    const member = Object.getOwnPropertyDescriptor(owner, name);
    if (member === undefined) continue;
    if (member.set !== undefined) return;
    throw errors.ARTIFACT_NAME_TAKEN({ name }, { where: { artifact: name } });
  }
}

/** Takes the fields off the instance; functions that a field holds are helpers of the class and stay. */
function removeFields(instance: object): { helpers: ReadonlyMap<string, unknown>; initial: Map<string, unknown> } {
  const helpers = new Map<string, unknown>();
  const initial = new Map<string, unknown>();
  for (const [name, value] of Object.entries(instance)) {
    if (typeof value === "function") {
      helpers.set(name, value);
    } else {
      initial.set(name, value);
      Reflect.deleteProperty(instance, name);
    }
  }
  return { helpers, initial };
}

function bindSlot(instance: object, name: string, ref: ArtifactRef, loader: ArtifactLoader): Slot {
  const slot: Slot = {
    ref,
    loaded: false,
    value: undefined,
    get: () => {
      if (!slot.loaded) {
        slot.value = loader.load(name, ref);
        slot.loaded = true;
      }
      return slot.value;
    },
  };
  Object.defineProperty(instance, name, {
    get: slot.get,
    set(value: unknown) {
      Object.defineProperty(instance, name, { value, writable: true, enumerable: true, configurable: true });
    },
    enumerable: true,
    configurable: true,
  });
  return slot;
}

function bindParameter(instance: object, name: string, ref: ArtifactRef, loader: ArtifactLoader): void {
  Object.defineProperty(instance, name, {
    get: once(() => deepFreeze(loader.load(name, ref))),
    set() {
      throw errors.PARAMETER_READONLY({ parameter: name });
    },
    enumerable: true,
    configurable: false,
  });
}

function collect(
  instance: object,
  binding: Binding,
  slots: ReadonlyMap<string, Slot>,
  helpers: ReadonlyMap<string, unknown>,
  { onBroken, check }: { readonly onBroken: (error: unknown) => void; readonly check: CheckEncoded | undefined },
): ReadonlyMap<string, Outcome> {
  const outcomes = new Map<string, Outcome>();
  for (const [name, ref] of Object.entries(binding.parameters)) outcomes.set(name, { ref });
  for (const name of Object.keys(instance)) {
    if (Object.hasOwn(binding.parameters, name)) continue;
    const descriptor = Object.getOwnPropertyDescriptor(instance, name);
    const slot = slots.get(name);
    if (descriptor !== undefined && !("value" in descriptor) && (slot === undefined || descriptor.get !== slot.get)) {
      onBroken(
        errors.ARTIFACT_NOT_STORABLE(
          { path: name, what: "a getter or setter that was defined on the flow" },
          { where: { artifact: name } },
        ),
      );
      continue;
    }
    const value: unknown = descriptor?.get === undefined ? descriptor?.value : slot?.value;
    if (helpers.has(name) && helpers.get(name) === value) continue;
    const inherited = slot !== undefined && descriptor?.get === slot.get ? slot : undefined;
    if (inherited !== undefined && (!inherited.loaded || !isMutable(inherited.value))) {
      outcomes.set(name, { ref: inherited.ref });
      continue;
    }
    try {
      const encoded = encodeArtifact(name, value, binding.serializers);
      const outcome = inherited === undefined ? { encoded } : unchangedOr(inherited.ref, encoded);
      if ("encoded" in outcome) check?.(name, encoded, value);
      outcomes.set(name, outcome);
    } catch (error) {
      onBroken(error);
    }
  }
  return outcomes;
}

/** What was loaded may have been changed in place; when it was not, the reference is passed on. */
function unchangedOr(ref: ArtifactRef, encoded: EncodedArtifact): Outcome {
  return sameArtifact(referenceOf(encoded), ref) ? { ref } : { encoded };
}

function isMutable(value: unknown): boolean {
  return typeof value === "object" && value !== null;
}

function deepFreeze<T>(value: T): T {
  if (typeof value !== "object" || value === null || Object.isFrozen(value) || ArrayBuffer.isView(value)) return value;
  for (const inner of Object.values(value)) deepFreeze(inner);
  return Object.freeze(value);
}
