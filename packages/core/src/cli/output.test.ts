import { PassThrough, Writable } from "node:stream";
import { describe, expect, it } from "vitest";
import { createOutput } from "./output.js";

const terminal = () => Object.assign(new PassThrough(), { isTTY: true, columns: 50 });
const text = (stream: PassThrough): string => stream.read()?.toString() ?? "";

describe("createOutput", () => {
  it("keeps results and everything else apart", () => {
    const [stdout, stderr] = [new PassThrough(), new PassThrough()];
    const output = createOutput({ stdout, stderr, environment: {}, color: true });
    output.line("a");
    output.json({ b: 1 });
    output.note("c");
    output.status("never without a terminal");
    expect(text(stdout)).toBe('a\n{"b":1}\n');
    expect(text(stderr)).toBe("c\n");
  });

  it.each([
    [{}, true, true],
    [{ NO_COLOR: "1" }, true, false],
    [{}, false, false],
    [{ CI: "true" }, true, true],
    [{ TERM: "dumb" }, true, false],
  ])("colours a terminal unless told otherwise: %#", (environment, color, expected) => {
    const output = createOutput({ stdout: terminal(), stderr: new PassThrough(), environment, color });
    expect(output.colors.isColorSupported).toBe(expected);
    expect(output.noteColors.isColorSupported).toBe(false);
    expect(output.isInteractive).toBe(!("CI" in environment) && !("TERM" in environment));
  });

  it("colours a pipe only where FORCE_COLOR says so", () => {
    const streams = { stdout: new PassThrough(), stderr: new PassThrough(), color: true };
    expect(createOutput({ ...streams, environment: {} }).colors.isColorSupported).toBe(false);
    expect(createOutput({ ...streams, environment: { FORCE_COLOR: "1" } }).colors.isColorSupported).toBe(true);
  });

  it("keeps the live line below what is printed", () => {
    const stdout = terminal();
    const output = createOutput({ stdout, stderr: new PassThrough(), environment: {}, color: false });
    output.status("busy");
    output.line("done");
    output.status("");
    const clear = "\r\u001b[2K";
    expect(text(stdout)).toBe(`${clear}busy${clear}done\nbusy${clear}`);
  });

  it("notices that the reader is gone, and goes on", async () => {
    const stdout = new Writable({ write: (_chunk, _encoding, done) => done(new Error("write EPIPE")) });
    const output = createOutput({ stdout, stderr: new PassThrough(), environment: {}, color: false });
    output.line("a");
    await new Promise((done) => setImmediate(done));
    expect(output.closed.aborted).toBe(true);
    output.line("b");
    await output.flush();
  });
});
