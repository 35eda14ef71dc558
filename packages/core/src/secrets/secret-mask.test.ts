import { execFileSync } from "node:child_process";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { secretForms, secretValues, tellingPart } from "../testing/secret-forms.js";
import { createSecretMask } from "./secret-mask.js";

const maskOf = (...values: readonly string[]) =>
  createSecretMask(values.map((value, k) => ({ name: `SECRET_${k}`, value })));

/** What is left of a form, white space and the characters that surround the secret in it aside. */
function left(value: string, form: (value: string) => string): string {
  return maskOf(value).text(form(value));
}

describe("a secret in text", () => {
  it("is replaced in every form, whatever it is made of", { timeout: 120_000 }, () => {
    fc.assert(
      fc.property(secretValues, fc.string(), (value, around) => {
        const mask = maskOf(value);
        for (const [name, form] of Object.entries(secretForms)) {
          const masked = mask.text(`${around}\n${form(value)}\n${around}`);
          const found = tellingPart(form(value));
          if (found !== "" && !around.includes(found))
            expect(masked, `${name} of ${JSON.stringify(value)}`).not.toContain(found);
        }
      }),
      { numRuns: 10_000, seed: 7 },
    );
  });

  it("is gone with nothing left of it, and leaves the rest as it is", () => {
    const value = `p"ss w/rd+é`;
    expect(left(value, (text) => `a ${text} b`)).toBe("a *** b");
    for (const [name, form] of Object.entries(secretForms)) {
      expect(left(value, form).replaceAll(/"value":|\\*["'=]/g, ""), name).toBe("***");
    }
    const basic = Buffer.from(`user:${value}@host`).toString("base64");
    expect(left(value, () => basic)).toBe(`${basic.slice(0, 6)}***${basic.slice(-9)}`);
  });

  it("is found where lines or chunks cut it", () => {
    const pem = ["-----BEGIN KEY-----", "c".repeat(64), "d".repeat(64), "-----END KEY-----"].join("\n");
    expect(left(pem, (text) => text)).toBe("***\n***\n***\n***");
    expect(left(pem, (text) => text.split("\n")[2] ?? "")).toBe("***");
    const wrapped = execFileSync("base64", { input: pem, encoding: "utf8" });
    expect(wrapped.split("\n").length).toBeGreaterThan(2);
    expect(left(pem, () => wrapped).replaceAll(/[=\n]/g, "")).toBe("*********");
  });

  it("takes its neighbours along where they overlap", () => {
    const mask = maskOf("abcdefgh", "efghijkl", "mnopqrst");
    expect(mask.text("-abcdefghijkl-mnopqrst")).toBe("-***-***");
    expect(mask.text("abcdefghmnopqrst")).toBe("***");
    expect(maskOf("abcd", "abcdefgh").text("abcdefgh abcdxxxx")).toBe("*** ***xxxx");
  });

  it("may be as long as it likes", () => {
    const value = Array.from({ length: 5000 }, (_, k) => String.fromCharCode(33 + ((k * 7919) % 90))).join("");
    expect(left(value, (text) => `a ${text} b`)).toBe("a *** b");
    expect(left(value, (text) => JSON.stringify(text))).toBe('"***"');
  });

  it("is not looked for where it says nothing", () => {
    for (const value of ["", "1", "abc", "true", "False", " no ", "null", "\n\n\n\n\n"]) {
      const mask = maskOf(value);
      expect(mask.reach).toBe(0);
      expect(mask.text(`x${value}y`)).toBe(`x${value}y`);
    }
    expect(maskOf("1234").text("pin 1234")).toBe("pin ***");
  });

  it("is named", () => {
    const mask = createSecretMask([
      { name: "TOKEN", value: "token-value" },
      { name: "OTHER", value: "other-value" },
    ]);
    expect(mask.find("Bearer token-value")).toEqual(["TOKEN"]);
    expect(mask.find("nothing")).toEqual([]);
    expect(mask.find(Buffer.from("token-value|other-value").toString("base64"))).toEqual(["TOKEN", "OTHER"]);
  });
});

describe("a mask", () => {
  it("costs nothing without secrets, and little with three hundred", () => {
    const text = "2026-11-24 12:00:00 step train finished epoch 12 of 100, loss=0.1234\n".repeat(3000);
    expect(createSecretMask().text(text)).toBe(text);
    const mask = maskOf(...Array.from({ length: 300 }, (_, k) => `${Math.sin(k).toString(36)}/secret+${k}`));
    mask.text(text);
    const start = performance.now();
    expect(mask.text(text)).toBe(text);
    const megabytesPerSecond = text.length / 1000 / (performance.now() - start);
    expect(megabytesPerSecond).toBeGreaterThan(0.5);
  });

  it("is not slowed down by what only looks like secrets", () => {
    const mask = maskOf(`\\\\\\\\"quoted"`, "aaaaaaaa", "%25%25%25%25");
    const start = performance.now();
    mask.text(`${"\\".repeat(200_000)} ${"a".repeat(7)} ${"%25".repeat(50_000)}`);
    expect(performance.now() - start).toBeLessThan(60_000);
  });
});
