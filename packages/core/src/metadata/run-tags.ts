import { errors } from "../errors/codes.js";

const MAX_TAGS = 50;
const MAX_TAG_LENGTH = 500;

/** What is done to a run's tags; first it is taken away, then added. */
export interface TagChange {
  readonly add?: readonly string[] | undefined;
  readonly remove?: readonly string[] | undefined;
}

/** The tags of a run; nobody can change the system tags. */
export interface RunTags {
  readonly tags: readonly string[];
  readonly systemTags: readonly string[];
}

/** The tags, each once. @throws TAG_INVALID, TAGS_TOO_MANY */
export function checkTags(tags: readonly string[]): readonly string[] {
  const unique = [...new Set(tags)];
  for (const tag of unique) checkTag(tag);
  if (unique.length > MAX_TAGS) throw errors.TAGS_TOO_MANY({ count: unique.length, limit: MAX_TAGS });
  return unique;
}

/**
 * The tags after a change. Adding what a run has, as a system tag too, and removing what it has not, changes nothing.
 * More tags than a run may have can only become fewer.
 *
 * @throws TAG_INVALID, TAGS_TOO_MANY, TAG_IS_SYSTEM
 */
export function changeTags({ tags, systemTags }: RunTags, { add = [], remove = [] }: TagChange): readonly string[] {
  for (const tag of add) checkTag(tag);
  const fixed = remove.filter((tag) => systemTags.includes(tag));
  if (fixed.length > 0) throw errors.TAG_IS_SYSTEM({ tags: [...new Set(fixed)] });
  const kept = tags.filter((tag) => !remove.includes(tag));
  const changed = [...new Set([...kept, ...add.filter((tag) => !systemTags.includes(tag))])];
  if (changed.length > MAX_TAGS && changed.length > tags.length) {
    throw errors.TAGS_TOO_MANY({ count: changed.length, limit: MAX_TAGS });
  }
  return changed;
}

/** Plain JavaScript may give anything. */
function checkTag(tag: unknown): void {
  const refuse = (shown: string, reason: string): Error => errors.TAG_INVALID({ tag: shown, reason });
  if (typeof tag !== "string") throw refuse(String(tag), "it is no text");
  if (tag.trim() === "") throw refuse(tag, "it is empty");
  if (!tag.isWellFormed()) throw refuse(JSON.stringify(tag), "it is no well-formed Unicode");
  if (tag.length <= MAX_TAG_LENGTH) return;
  throw refuse(`${tag.slice(0, 40)}…`, `it has ${tag.length} characters, and ${MAX_TAG_LENGTH} are the most`);
}
