/** Flows that are measured, and the same flows for Python. */
export interface FlowSources {
  readonly ts: string;
  readonly python: string;
}

/** Two steps, one line printed. */
export const helloFlow: FlowSources = {
  ts: `import { FlowSpec, step } from "@metaflow-ts/core";

/** Says hello. */
export default class HelloFlow extends FlowSpec {
  message!: string;

  @step start() {
    this.message = "hello";
    this.next(this.end);
  }
  @step end() {
    console.log(this.message);
  }
}
`,
  python: `from metaflow import FlowSpec, step


class HelloFlow(FlowSpec):
    """Says hello."""

    @step
    def start(self):
        self.message = "hello"
        self.next(self.end)

    @step
    def end(self):
        print(self.message)


if __name__ == "__main__":
    HelloFlow()
`,
};

/** A foreach over \`width\` numbers and a join that adds up one small artifact of each. */
export const foreachFlow: FlowSources = {
  ts: `import { FlowSpec, type Inputs, parameter, step } from "@metaflow-ts/core";

export default class ForeachFlow extends FlowSpec {
  @parameter() readonly width = 10;
  items!: number[];
  value!: number;
  total!: number;

  @step start() {
    this.items = Array.from({ length: this.width }, (_, index) => index);
    this.next(this.work, { foreach: this.items });
  }
  @step work(item: number) {
    this.value = item * 2;
    this.next(this.join);
  }
  @step join(inputs: Inputs<ForeachFlow>) {
    this.total = inputs.reduce((sum, input) => sum + input.value, 0);
    this.next(this.end);
  }
  @step end() {
    console.log(this.total);
  }
}
`,
  python: `from metaflow import FlowSpec, Parameter, step


class ForeachFlow(FlowSpec):
    width = Parameter("width", default=10)

    @step
    def start(self):
        self.items = list(range(self.width))
        self.next(self.work, foreach="items")

    @step
    def work(self):
        self.value = self.input * 2
        self.next(self.join)

    @step
    def join(self, inputs):
        self.total = sum(input.value for input in inputs)
        self.next(self.end)

    @step
    def end(self):
        print(self.total)


if __name__ == "__main__":
    ForeachFlow()
`,
};

/** So many steps in a row, start and end among them; each counts one up. */
export function chainFlow(steps: number): FlowSources {
  const names = ["start", ...Array.from({ length: steps - 2 }, (_, index) => `step${index + 1}`), "end"];
  const last = names.length - 1;
  const ts = names.map((name, k) => {
    const next = k === last ? "" : `\n    this.next(this.${names[k + 1]});`;
    return `  @step ${name}() {\n    this.count ${k === 0 ? "= 1" : "+= 1"};${next}\n  }\n`;
  });
  const python = names.map((name, k) => {
    const next = k === last ? "" : `\n        self.next(self.${names[k + 1]})`;
    return `    @step\n    def ${name}(self):\n        self.count = ${k === 0 ? "1" : "self.count + 1"}${next}\n`;
  });
  return {
    ts: `import { FlowSpec, step } from "@metaflow-ts/core";

export default class ChainFlow extends FlowSpec {
  count!: number;

${ts.join("")}}
`,
    python: `from metaflow import FlowSpec, step


class ChainFlow(FlowSpec):
${python.join("\n")}

if __name__ == "__main__":
    ChainFlow()
`,
  };
}

/** A Buffer of so many bytes that no compression makes smaller, written by one step and read by the next. */
export function bufferFlow(bytes: number): string {
  return `import { randomFillSync } from "node:crypto";
import { FlowSpec, step } from "@metaflow-ts/core";

export default class BufferFlow extends FlowSpec {
  big!: Buffer;
  length!: number;

  @step start() {
    const begin = performance.now();
    const big = Buffer.allocUnsafeSlow(${bytes});
    for (let at = 0; at < big.length; at += 2 ** 30) randomFillSync(big, at, Math.min(2 ** 30, big.length - at));
    this.big = big;
    console.log(performance.now() - begin);
    this.next(this.end);
  }
  @step end() {
    this.length = this.big.length;
  }
}
`;
}
