import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import type { SecretsProvider } from "../contracts/secrets-provider.js";
import { envFileProvider } from "../secrets/env-file-provider.js";
import { inlineProvider } from "../secrets/inline-provider.js";
import { optionSchema } from "../secrets/option-schema.js";
import { secretFailure } from "../secrets/secret-failure.js";
import { type SecretsFactory, secretsProviderRules, secretsProviderSuite } from "./secrets-provider-suite.js";

secretsProviderSuite("inline", {
  open: () => ({
    provider: inlineProvider,
    present: { options: { envVars: { TOKEN: "a value", OTHER: "" } }, values: { TOKEN: "a value", OTHER: "" } },
    absent: { options: { envVars: { TOKEN: undefined } } },
    invalidOptions: { envVars: { TOKEN: 7 } },
  }),
});

secretsProviderSuite("env-file", {
  async open() {
    const folder = await mkdtemp(join(tmpdir(), "metaflow-secrets-"));
    await writeFile(join(folder, "a.env"), `# comment\nTOKEN="a \\"value\\""\nexport OTHER=x=y\nKEY="two\nlines"\n`);
    await writeFile(join(folder, "denied.env"), "");
    await chmod(join(folder, "denied.env"), 0);
    // The superuser may read everything.
    const denied = process.getuid?.() === 0 ? undefined : { id: join(folder, "denied.env") };
    return {
      provider: envFileProvider,
      present: {
        id: join(folder, "a.env"),
        options: { only: ["OTHER", "KEY"] },
        values: { OTHER: "x=y", KEY: "two\nlines" },
      },
      absent: { id: join(folder, "other.env") },
      denied,
      broken: { id: folder },
      invalidOptions: { only: "TOKEN" },
      close: () => rm(folder, { recursive: true }),
    };
  },
});

/** What a vault would have. */
const VAULT: Readonly<Record<string, Record<string, string>>> = { db: { DB_PASSWORD: "a value" } };

const good: SecretsProvider<{ readonly prefix: string }> = {
  name: "vault",
  contract: 1,
  options: optionSchema(({ prefix = "" }) => (typeof prefix === "string" ? { prefix } : "prefix: must be text")),
  async resolve(request) {
    const { id, environment, signal } = request;
    signal.throwIfAborted();
    const fail = (outcome: "absent" | "denied" | "broken") => secretFailure("vault", request, outcome, { reason: "x" });
    if (environment.VAULT_URL === undefined || id === "broken") throw fail("broken");
    if (id === "denied") throw fail("denied");
    const found = VAULT[id];
    if (found === undefined) throw fail("absent");
    return { ...found };
  },
};

const factoryOf = (provider: SecretsProvider): SecretsFactory => ({
  open: () => ({
    provider,
    environment: { VAULT_URL: "here" },
    present: { id: "db", values: { DB_PASSWORD: "a value" } },
    absent: { id: "other" },
    denied: { id: "denied" },
    broken: { id: "broken" },
    invalidOptions: { prefix: 7 },
  }),
});

type Resolve = SecretsProvider["resolve"];
const resolve = good.resolve as Resolve;
const resolving = (bug: Resolve): Partial<SecretsProvider> => ({ resolve: bug });

/** For every rule at least one provider that breaks it. */
const bugs: Record<string, readonly Partial<SecretsProvider>[]> = {
  "has a name that a source can have as its type, and the contract's version": [
    { name: "my.vault" },
    { contract: 2 as never },
  ],
  "gives the values of a secret by name": [
    resolving(async () => ({})),
    resolving(async (request) => ({ ...(await resolve(request)), EXTRA: "x" })),
    resolving(async () => ({ DB_PASSWORD: 7 }) as never),
  ],
  "gives them again, and many times at once": [
    resolving(
      (() => {
        let asked = 0;
        return (request) => (asked++ > 0 ? Promise.resolve({}) : resolve(request));
      })(),
    ),
  ],
  "gives each caller values of its own": [
    resolving(async (request) => {
      await resolve(request);
      return SHARED;
    }),
  ],
  "refuses options that make no sense, by its schema and at once": [
    { options: optionSchema(() => ({})) },
    { options: optionSchema(() => "never good") },
    { options: { "~standard": { version: 1, vendor: "x", validate: async () => ({ value: {} }) } } },
  ],
  "a secret that is not there is SECRET_ABSENT": [
    resolving(async (request) => (VAULT[request.id] === undefined ? {} : resolve(request))),
    resolving((request) => resolve({ ...request, id: VAULT[request.id] === undefined ? "denied" : request.id })),
    resolving((request) =>
      resolve(request).catch((error: { readonly code: string }) => {
        throw error.code === "MF_SECRET_ABSENT"
          ? secretFailure("other", request, "absent", { reason: "without the type" })
          : error;
      }),
    ),
  ],
  "a secret that may not be read is SECRET_DENIED": [
    resolving((request) => resolve({ ...request, id: request.id === "denied" ? "other" : request.id })),
  ],
  "a place that cannot answer is SECRET_BROKEN, never an absent secret": [
    resolving((request) => resolve({ ...request, id: request.id === "broken" ? "other" : request.id })),
    resolving(async (request) => {
      if (request.id === "broken") throw new Error("ECONNREFUSED");
      return await resolve(request);
    }),
  ],
  "gives nothing when its signal was aborted": [
    resolving((request) => resolve({ ...request, signal: new AbortController().signal })),
  ],
  "prints nothing: nobody could mask it": [
    resolving(async (request) => {
      const found = await resolve(request);
      process.stdout.write(`found ${JSON.stringify(found)}\n`);
      return found;
    }),
    resolving(async (request) => {
      const found = await resolve(request);
      console.log(`found ${found.DB_PASSWORD}`);
      return found;
    }),
  ],
  "sets nothing in the environment, and reads no other than it is given": [
    resolving(async (request) => {
      const found = await resolve(request);
      process.env.DB_PASSWORD = found.DB_PASSWORD;
      return found;
    }),
    resolving((request) => {
      void process.env.VAULT_URL;
      return resolve(request);
    }),
  ],
};
const SHARED = { DB_PASSWORD: "a value" };

it("a good provider keeps every rule, and every rule has a provider that breaks it", async () => {
  const rules = secretsProviderRules(factoryOf(good as SecretsProvider));
  for (const rule of rules) await rule.check();
  expect(Object.keys(bugs).sort()).toEqual(rules.map(({ name }) => name).sort());
});

it.each(Object.entries(bugs).flatMap(([name, list]) => list.map((bug, k) => [name, k, bug] as const)))(
  "catches what breaks: %s (%i)",
  async (name, _, bug) => {
    SHARED.DB_PASSWORD = "a value";
    const rules = secretsProviderRules(factoryOf({ ...(good as SecretsProvider), ...bug }));
    const rule = rules.find((each) => each.name === name);
    await expect(rule?.check()).rejects.toThrow();
  },
);
