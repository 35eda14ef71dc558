import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatLogLine, joinLogLines, parseLogLines } from "./log-lines.js";

const at = Date.UTC(2026, 0, 2, 3, 4, 5, 678);

describe("log lines", () => {
  it("are readable as they lie", () => {
    expect(formatLogLine(at, "stdout", "刺身 means sashimi")).toBe("2026-01-02T03:04:05.678Z o 刺身 means sashimi\n");
    expect(formatLogLine(at, "stderr", "")).toBe("2026-01-02T03:04:05.678Z e \n");
    expect(formatLogLine(at, "stdout", "50%", false)).toBe("2026-01-02T03:04:05.678Z O 50%\n");
    expect(formatLogLine(at, "stdout", "C:\\users\\x")).toBe("2026-01-02T03:04:05.678Z o C:\\users\\x\n");
  });

  it.each([
    "\r",
    "a\rb\r",
    "\u2028",
    "\u0085",
    "\ud83d",
    "x\udc00\ud83d",
    "😀",
    "\\uD83D",
    "\\\\uD83D",
    "\\u005C",
    "\\\ud83d",
    "\0",
  ])("keep %j", (text) => {
    const bytes = Buffer.from(formatLogLine(at, "stderr", text), "utf8");
    expect(parseLogLines(bytes.toString("utf8"))).toEqual([{ at, stream: "stderr", text, terminated: true }]);
  });

  it("come back whatever a stream holds", () => {
    const unit = fc.oneof(
      fc.integer({ min: 0, max: 0xffff }).map((code) => String.fromCharCode(code)),
      fc.constantFrom("\\", "u", "D", "8", "0", "5", "C", "\r", "\ud83d", "\ude00"),
    );
    const text = fc.array(unit).map((units) => units.join("").replaceAll("\n", ""));
    fc.assert(
      fc.property(fc.array(text), fc.boolean(), (texts, terminated) => {
        const lines = texts.map((text, i) => ({
          at,
          stream: "stdout" as const,
          text,
          terminated: i < texts.length - 1 || terminated,
        }));
        const chunk = lines.map((line) => formatLogLine(line.at, line.stream, line.text, line.terminated)).join("");
        const read = parseLogLines(Buffer.from(chunk, "utf8").toString("utf8"));
        expect(read).toEqual(lines);
        expect(joinLogLines(read)).toBe(texts.join("\n") + (terminated && texts.length > 0 ? "\n" : ""));
      }),
    );
  });

  it("show what somebody else wrote as it is", () => {
    expect(parseLogLines("hello\nworld")).toEqual([
      { at: 0, stream: "stdout", text: "hello", terminated: true },
      { at: 0, stream: "stdout", text: "world", terminated: true },
    ]);
  });
});
