/**
 * Writes the source of a flow with many steps: blocks of a chain, a branch, a foreach and a switch, two joins in each,
 * one after the other. Whoever works on the types of `next` and `Inputs` measures them with it.
 */

/** Steps of one block. */
const BLOCK = 11;

/** The source of a flow with about `steps` steps. `flow`, `params`: where FlowSpec and `parameter` are imported from. */
export function largeFlow(steps: number, folders: { readonly flow: string; readonly params: string }): string {
  const blocks = Math.ceil((steps - 2) / BLOCK);
  return `import { FlowSpec } from "${folders.flow}/flow-spec.js";
import type { Inputs } from "${folders.flow}/inputs.js";
import { step } from "${folders.flow}/step.js";
import { parameter } from "${folders.params}/parameter.js";

export default class LargeFlow extends FlowSpec {
  @parameter({ help: "Learning rate" }) readonly alpha = 0.01;
  @parameter({ choices: ["fast", "exact"] }) readonly mode: "fast" | "exact" = "fast";
${Array.from({ length: blocks }, (_, block) => fields(block)).join("")}
  @step start() {
    this.next(this.chain0);
  }
${Array.from({ length: blocks }, (_, block) => methods(block, block + 1 < blocks ? `chain${block + 1}` : "end")).join("")}
  @step end() {
    console.log(this.alpha);
  }
}
`;
}

function fields(b: number): string {
  return `
  items${b}!: { name: string; depth: number; nested: { value${b}: number } }[];
  score${b}!: number;
  verdict${b}!: "better" | "worse" | "same";
  found${b}?: Map<string, readonly number[]>;
`;
}

function methods(b: number, next: string): string {
  return `
  @step chain${b}() {
    this.score${b} = this.alpha;
    this.next(this.split${b});
  }
  @step async split${b}() {
    this.next(this.left${b}, this.right${b});
  }
  @step left${b}() {
    this.next(this.join${b});
  }
  @step async right${b}() {
    this.next(this.join${b});
  }
  @step join${b}(inputs: Inputs<LargeFlow>) {
    this.score${b} = inputs.left${b}.score${b} + inputs.right${b}.score${b};
    this.mergeArtifacts(inputs, { exclude: ["score${b}"] });
    this.items${b} = [{ name: "small", depth: 3, nested: { value${b}: 1 } }];
    this.next(this.body${b}, { foreach: this.items${b} });
  }
  @step async body${b}(item: { name: string; depth: number; nested: { value${b}: number } }) {
    this.score${b} = item.nested.value${b};
    this.next(this.collect${b});
  }
  @step collect${b}(inputs: Inputs<LargeFlow>) {
    this.score${b} = Math.max(...inputs.map((input) => input.score${b}));
    this.verdict${b} = this.score${b} > 1 ? "better" : this.score${b} < 1 ? "worse" : "same";
    this.next(
      { better: this.better${b}, worse: this.worse${b}, same: this.same${b} },
      { condition: this.verdict${b} },
    );
  }
  @step better${b}() {
    this.next(this.after${b});
  }
  @step worse${b}() {
    this.next(this.after${b});
  }
  @step same${b}() {
    this.next(this.chain${b});
  }
  @step after${b}() {
    this.next(this.${next});
  }
`;
}
