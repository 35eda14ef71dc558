import type { BundlePositions } from "../contracts/source-positions.js";
import type { SourcePosition } from "../errors/metaflow-error.js";
import { createBundlePositions } from "../packaging/source-locator.js";

/** The code whose stacks are mapped; asked for when the first stack is. */
export interface MappedCode {
  readonly code: () => string;
  readonly map: () => string;
  /** Sources in the map are relative to it. */
  readonly root: string;
}

/** What the code's map tells of a frame. */
interface Known {
  readonly positions: BundlePositions;
  /** The names that classes were written with, by those that the bundler gave them. */
  readonly names: ReadonlyMap<string, string>;
}

interface Frame {
  readonly text: string;
  readonly from: "user" | "bundler" | "package" | "node" | "inner";
}

/** A place in a bundle's code. */
const BUNDLE_PLACE = /(?:file:\/\/)?[^\s()]*metaflow-bundle-[0-9a-f]{64}\.mjs:(\d+):(\d+)/;

/** Where this package's own built files lie. */
const OWN_FOLDER = new URL(".", import.meta.url).href;

/**
 * From now on, stacks of this process have the user's frames in positions of the user's files, wherever they are
 * looked at: in what a step prints, compares or stores. The functions that ran the step are left out. User code that
 * sets `Error.prepareStackTrace` itself gets stacks as Node makes them.
 */
export function mapStacks(mapped: MappedCode, ownFolder = OWN_FOLDER): void {
  const { prepareStackTrace: plain } = Error;
  let known: Known | null | undefined;
  let reading = false;
  const look = (): Known | null => {
    // What fails while the map is read has a stack as well.
    if (known !== undefined || reading) return known ?? null;
    reading = true;
    known = read(mapped);
    reading = false;
    return known;
  };
  Error.prepareStackTrace = (error, sites) => {
    const header = headerOf(error, plain);
    const frames = sites.map((site) => toText(site));
    const shown = isProbe(error, frames[0] ?? "", ownFolder) ? frames : show(frames, look, ownFolder);
    return [header, ...shown.map((frame) => `    at ${frame}`)].join("\n");
  };
}

function read({ code, map, root }: MappedCode): Known | null {
  try {
    // `__name(_Train, "Train")`: a decorated class goes by another name within itself.
    const pairs = code().matchAll(/\b__name\(([\w$]+), "([\w$]+)"\)/g);
    const names = new Map([...pairs].flatMap(([, given, written]) => (given && written ? [[given, written]] : [])));
    return { positions: createBundlePositions({ map: map(), root }), names };
  } catch {
    return null;
  }
}

/** The lines above the frames; Node's own errors have a code there. */
function headerOf(error: Error, plain: typeof Error.prepareStackTrace): string {
  try {
    const header: unknown = plain?.(error, []);
    return typeof header === "string" ? header : Error.prototype.toString.call(error);
  } catch {
    return "Error";
  }
}

function toText(site: NodeJS.CallSite): string {
  try {
    return String(site);
  } catch {
    return "<unknown>";
  }
}

/** Errors that this package makes to see who called it; those that it throws are of a class of their own. */
function isProbe(error: Error, top: string, ownFolder: string): boolean {
  return top.includes(ownFolder) && Object.getPrototypeOf(error) === Error.prototype;
}

function show(texts: readonly string[], look: () => Known | null, ownFolder: string): readonly string[] {
  if (!texts.some((text) => BUNDLE_PLACE.test(text))) return texts;
  const known = look();
  if (known === null) return texts;
  const frames = texts.map((text) => toFrame(text, known, ownFolder)).filter(({ from }) => from !== "bundler");
  const user = frames.findIndex(({ from }) => from === "user");
  if (user < 0) return frames.map(({ text }) => text);
  // What the user's code called stays; only what ran the user's code goes.
  const kept = frames.filter(({ from }, k) => k < user || from !== "inner");
  while (kept.at(-1)?.from === "node") kept.pop();
  return kept.map(({ text }) => text);
}

function toFrame(text: string, { positions, names }: Known, ownFolder: string): Frame {
  const place = BUNDLE_PLACE.exec(text);
  if (place === null) return { text, from: originOf(text, ownFolder) };
  const original = positions.original(Number(place[1]), Number(place[2]));
  if (original === null) return { text, from: "bundler" };
  const renamed = text.replace(/^((?:async )?(?:new )?)([\w$]+)(?=[. ])/, (whole, before: string, name: string) => {
    const written = names.get(name);
    return written === undefined ? whole : before + written;
  });
  return { text: renamed.replace(place[0], () => showPlace(original)), from: "user" };
}

function originOf(text: string, ownFolder: string): Frame["from"] {
  if (text.includes(ownFolder) || /\bnode:internal\//.test(text)) return "inner";
  return /\bnode:/.test(text) ? "node" : "package";
}

function showPlace({ file, line, column }: SourcePosition): string {
  return `${file}:${line}:${column}`;
}
