import type { GivenByDecorator, GivenOptions } from "../contracts/decorator-options.js";

type ByDecorator = Readonly<Record<string, GivenOptions>>;

/** No option of any decorator. */
export const nothingGiven: GivenByDecorator = { flow: {}, step: {} };

/** What a resumed run goes by: what was given now, and for other options what the origin was given. */
export function givenAgain(now: GivenByDecorator, before: GivenByDecorator = nothingGiven): GivenByDecorator {
  return { flow: over(before.flow, now.flow), step: over(before.step, now.step) };
}

function over(before: ByDecorator, now: ByDecorator): ByDecorator {
  const names = Object.keys({ ...before, ...now });
  return Object.fromEntries(names.map((name) => [name, { ...before[name], ...now[name] }]));
}
