import type { FlowClass, FlowDecoratorDeclaration } from "../contracts/flow-definition.js";
import { errors } from "../errors/codes.js";
import { classMetadata, declaredOn, lineage, metadataSlot } from "../params/decorator-metadata.js";
import { CORE_COPY } from "../util/core-copy.js";
import { isFlowClass } from "./flow-spec.js";
import { expectKnownContract } from "./known-contract.js";

const FLOW_DECORATORS: symbol = Symbol.for("metaflow-ts.flow-decorators");

/** Attaches a flow decorator to the class that it stands above. */
export function attachFlowDecorator(flowClass: unknown, context: unknown, declaration: FlowDecoratorDeclaration): void {
  const decorator = `@${declaration.data.name}`;
  const metadata = classMetadata(decorator, context);
  if (!isFlowClass(flowClass)) {
    const { name } = flowClass as { readonly name: string };
    const problem = "a class that does not extend FlowSpec";
    throw errors.FLOW_DECORATOR_MISPLACED({ decorator, name, problem, wanted: "class" });
  }
  // Decorators are applied from the innermost outwards: this keeps them as they stand in the source.
  metadataSlot<FlowDecoratorDeclaration[]>(metadata, FLOW_DECORATORS, () => []).unshift({
    ...declaration,
    core: CORE_COPY,
  });
}

/**
 * The flow decorators of a class and its bases: base classes first, in source order. A later class replaces all of a
 * name that its bases have.
 */
export function collectFlowDecorators(flowClass: FlowClass): readonly FlowDecoratorDeclaration[] {
  return lineage(flowClass).reduce<readonly FlowDecoratorDeclaration[]>((inherited, owner) => {
    const own = declaredOn<FlowDecoratorDeclaration[]>(owner, FLOW_DECORATORS) ?? [];
    for (const { definition, core } of own) {
      expectKnownContract(`Decorator '${definition.name}'`, definition.contract, core);
    }
    const names = new Set(own.map(({ data }) => data.name));
    return [...inherited.filter(({ data }) => !names.has(data.name)), ...own];
  }, []);
}
