import assert from "node:assert/strict";
import { ask, type RuleBody } from "./rule.js";

export const quietRules: readonly RuleBody[] = [
  {
    name: "prints nothing: nobody could mask it",
    async check(tested) {
      const printed: string[] = [];
      const streams = [process.stdout, process.stderr];
      const writes = streams.map((stream) => stream.write);
      for (const stream of streams) {
        stream.write = ((chunk: unknown) => {
          printed.push(String(chunk));
          return true;
        }) as typeof stream.write;
      }
      const { log } = console;
      console.log = (...texts: unknown[]) => void printed.push(...texts.map(String));
      try {
        await ask(tested, tested.present);
      } finally {
        console.log = log;
        for (const [k, stream] of streams.entries()) stream.write = writes[k] as typeof stream.write;
      }
      const values = Object.values(tested.present.values);
      assert.deepEqual(
        printed.filter((text) => values.some((value) => text.includes(value))),
        [],
      );
    },
  },
  {
    name: "sets nothing in the environment, and reads no other than it is given",
    async check(tested) {
      // biome-ignore-start lint/style/noProcessEnv: it is put back as it was
      const environment = process.env;
      const touched: string[] = [];
      process.env = new Proxy(environment, {
        get(target, name) {
          touched.push(String(name));
          return Reflect.get(target, name);
        },
        set(target, name, value) {
          touched.push(String(name));
          return Reflect.set(target, name, value);
        },
      });
      try {
        await ask(tested, tested.present);
      } finally {
        process.env = environment;
      }
      // biome-ignore-end lint/style/noProcessEnv: as above
      const names = new Set([...Object.keys(tested.environment ?? {}), ...Object.keys(tested.present.values)]);
      assert.deepEqual(
        touched.filter((name) => names.has(name)),
        [],
      );
    },
  },
];
