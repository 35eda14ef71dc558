import { describe, expect, it } from "vitest";
import { guardImport, guardImportSync, ImportStopped } from "./guard-import.js";

const never = <T>(): Promise<T> => new Promise(() => {});

describe("guardImport", () => {
  it("gives what was loaded, and passes on what it throws", async () => {
    const { exit } = process;
    expect(await guardImport(async () => 3)).toBe(3);
    await expect(guardImport(() => Promise.reject(new RangeError("x")))).rejects.toThrow(RangeError);
    expect(guardImportSync(() => 4)).toBe(4);
    expect(process.exit).toBe(exit);
  });

  it("ends when the time is up, though the process has other things to do", async () => {
    await expect(guardImport(never, 20)).rejects.toThrow("it took longer than 0.02 seconds");
  });

  it("leaves process.exit as it was, also where guards overlap", async () => {
    const { exit } = process;
    const first = Promise.withResolvers<number>();
    const second = Promise.withResolvers<number>();
    const [a, b] = [guardImport(() => first.promise), guardImport(() => second.promise)];
    first.resolve(1);
    await a;
    expect(() => process.exit(3)).toThrow(ImportStopped);
    await expect(b).rejects.toThrow("process.exit(3) was called");
    const calls: unknown[] = [];
    process.exit = ((code: unknown) => calls.push(code)) as never;
    const stub = process.exit;
    const late = guardImport(() => first.promise);
    const guard = process.exit;
    await late;
    expect(process.exit).toBe(stub);
    guard(5);
    expect(calls).toEqual([5]);
    process.exit = exit;
  });

  it("is told at once where what is loaded at once calls it, or hides that", () => {
    const hide = (): void => {
      try {
        process.exit();
      } catch {}
    };
    expect(() => guardImportSync(hide)).toThrow("process.exit() was called");
    expect(() => guardImportSync(() => process.exit(1))).toThrow(ImportStopped);
  });
});
