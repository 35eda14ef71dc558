import fc from "fast-check";

/** What a flow does between `start` and `end`, as a tree. Each shape has one way in and one way out. */
export type Shape =
  | { readonly kind: "step" }
  | { readonly kind: "sequence"; readonly parts: readonly Shape[] }
  | { readonly kind: "branch"; readonly branches: readonly Shape[] }
  | { readonly kind: "foreach"; readonly items: number; readonly takesItem: boolean; readonly body: Shape }
  /** A gang: one step, whose tasks run at once. */
  | { readonly kind: "parallel"; readonly nodes: number; readonly takesItem: boolean }
  /** A case of null leads straight to what follows, even where that is a join. */
  | { readonly kind: "switch"; readonly cases: readonly (Shape | null)[]; readonly fallback: boolean }
  /** Without a body, a switch leads to itself. */
  | { readonly kind: "loop"; readonly times: number; readonly body: Shape | null };

/** A shape, and how its ends are tied to those of the flow. */
export interface FlowShape {
  readonly shape: Shape;
  /** The first step of the shape is `start` itself, where it can be. */
  readonly mergedStart: boolean;
  /** A join followed by something takes over that one's first step: it joins and branches, or joins and fans out. */
  readonly mergedJoins: boolean;
}

/** Flows of all shapes, small enough to be run. */
export function flowShapes(): fc.Arbitrary<FlowShape> {
  const { shape } = fc.letrec<{ shape: Shape }>((tie) => {
    const inner = tie("shape");
    return {
      shape: fc.oneof(
        { maxDepth: 4, depthSize: "small", withCrossShrink: true },
        fc.constant<Shape>({ kind: "step" }),
        fc.record<Shape & { kind: "sequence" }>({
          kind: fc.constant("sequence"),
          parts: fc.array(inner, { minLength: 1, maxLength: 3 }),
        }),
        fc.record<Shape & { kind: "branch" }>({
          kind: fc.constant("branch"),
          branches: fc.array(inner, { minLength: 2, maxLength: 3 }),
        }),
        fc.record<Shape & { kind: "foreach" }>({
          kind: fc.constant("foreach"),
          items: fc.integer({ min: 1, max: 3 }),
          takesItem: fc.boolean(),
          body: inner,
        }),
        fc.record<Shape & { kind: "parallel" }>({
          kind: fc.constant("parallel"),
          nodes: fc.integer({ min: 1, max: 4 }),
          takesItem: fc.boolean(),
        }),
        fc.record<Shape & { kind: "switch" }>({
          kind: fc.constant("switch"),
          cases: fc.array(fc.option(inner, { freq: 3 }), { minLength: 2, maxLength: 3 }),
          fallback: fc.boolean(),
        }),
        fc.record<Shape & { kind: "loop" }>({
          kind: fc.constant("loop"),
          times: fc.integer({ min: 1, max: 3 }),
          body: fc.option(inner, { freq: 3 }),
        }),
      ),
    };
  });
  return fc.record({ shape, mergedStart: fc.boolean(), mergedJoins: fc.boolean() });
}
