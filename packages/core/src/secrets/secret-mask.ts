import type { NamedSecret } from "../contracts/secrets-provider.js";
import { once } from "../util/once.js";
import { createMatcher, type Finding, type PatternMatcher } from "./pattern-matcher.js";
import { LONGEST_PATTERN, type Pattern, patternsOf } from "./secret-patterns.js";

/** What stands where a secret stood. */
const MARK = "***";

/** Takes secrets out of text. Knows more of them as time goes on, and forgets none. */
export interface SecretMask {
  add(secrets: readonly NamedSecret[]): void;
  /** All that it knows. */
  readonly known: readonly NamedSecret[];
  /** The text with every secret in it, in whatever form, replaced. */
  text(text: string): string;
  /** The names of the secrets that the text holds. */
  find(text: string): readonly string[];
  /** No form of a secret that can be found is longer, in characters; 0 where there are no secrets. */
  readonly reach: number;
}

/** What one escaped character takes at most: two units, each behind some backslashes. */
const CHARACTERS_EACH = 32;

export function createSecretMask(secrets: readonly NamedSecret[] = []): SecretMask {
  const known = new Map<string, NamedSecret>();
  let patterns: readonly Pattern[] = [];
  let matcher: () => PatternMatcher = () => createMatcher([]);
  const mask: SecretMask = {
    add(more) {
      const fresh = more.filter(({ name, value }) => !known.has(`${name}=${value}`));
      if (fresh.length === 0) return;
      for (const secret of fresh) known.set(`${secret.name}=${secret.value}`, secret);
      patterns = [...patterns, ...fresh.flatMap(({ value }) => patternsOf(value))];
      matcher = once(() => createMatcher(patterns));
    },
    get known() {
      return [...known.values()];
    },
    text: (text) => (patterns.length === 0 ? text : replaceAll(text, matcher().find(text))),
    find(text) {
      if (patterns.length === 0 || !holds(text, matcher())) return [];
      const found = [...known.values()].filter(({ value }) => holds(text, createMatcher(patternsOf(value))));
      return [...new Set(found.map(({ name }) => name))];
    },
    get reach() {
      return patterns.length === 0 ? 0 : LONGEST_PATTERN * CHARACTERS_EACH;
    },
  };
  mask.add(secrets);
  return mask;
}

function holds(text: string, matcher: PatternMatcher): boolean {
  for (const _ of matcher.find(text)) return true;
  return false;
}

/** Replaces what was found; findings that overlap, or touch, are one. */
function replaceAll(text: string, findings: Iterable<Finding>): string {
  let masked = "";
  let end = -1;
  for (const { from, to } of findings) {
    if (from > end) masked += text.slice(Math.max(end, 0), from) + MARK;
    end = Math.max(end, to);
  }
  return end < 0 ? text : masked + text.slice(end);
}
