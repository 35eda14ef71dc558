import type { Missing } from "./missing.ts";
import { type Quantity, show } from "./quantity.ts";

/** One line of the table. */
export interface Row {
  readonly name: string;
  readonly ours: Quantity | null;
  /** What was measured beside it in the same run, and what it is called. */
  readonly reference: { readonly what: string; readonly quantity: Quantity } | null;
  /** `5.2×`, `+130 ms`, `61 %`: how ours stands to the reference. */
  readonly ratio: string;
  readonly target: string;
  /** Null where nothing was measured or nothing was promised. */
  readonly met: boolean | null;
  /** Why it was not measured. */
  readonly missing?: string;
}

type Reference = NonNullable<Row["reference"]>;

/** Without a target: it tells what others are compared with. */
export function plain(name: string, ours: Quantity): Row {
  return { name, ours, reference: null, ratio: "", target: "", met: null };
}

/** `ours` must not be more than `limit`. */
export function atMost(name: string, ours: Quantity, limit: number): Row {
  const target = `≤ ${show({ ...ours, value: limit })}`;
  return { name, ours, reference: null, ratio: "", target, met: ours.value <= limit };
}

/** `ours` must not be more than `limit` above the reference. */
export function atMostOver(name: string, ours: Quantity, reference: Reference, limit: number): Row {
  const difference = ours.value - reference.quantity.value;
  return {
    name,
    ours,
    reference,
    ratio: `${difference < 0 ? "−" : "+"}${show({ ...ours, value: Math.abs(difference) })}`,
    target: `≤ +${show({ ...ours, value: limit })}`,
    met: difference <= limit,
  };
}

/** How many times as much the reference takes, without a target. */
export function compare(name: string, ours: Quantity, reference: Reference): Row {
  return { ...plain(name, ours), reference, ratio: `${rounded(reference.quantity.value / ours.value)}×` };
}

/** The reference must take at least `times` as much as `ours`. */
export function timesLess(name: string, ours: Quantity, reference: Reference | Missing, times: number): Row {
  const target = `≥ ${times}×`;
  if ("missing" in reference) {
    return { name, ours, reference: null, ratio: "", target, met: null, missing: reference.missing };
  }
  return { ...compare(name, ours, reference), target, met: reference.quantity.value / ours.value >= times };
}

/** `ours` must not be more than `factor` times the reference. */
export function atMostTimes(name: string, ours: Quantity, reference: Reference, factor: number): Row {
  const ratio = ours.value / reference.quantity.value;
  return { name, ours, reference, ratio: `${ratio.toFixed(2)}×`, target: `≤ ${factor}×`, met: ratio <= factor };
}

/** `ours`, the more the better, must reach this share of the reference. */
export function atLeastShare(name: string, ours: Quantity, reference: Reference, share: number): Row {
  const ratio = ours.value / reference.quantity.value;
  const percent = (value: number): string => `${Math.round(value * 100)} %`;
  return { name, ours, reference, ratio: percent(ratio), target: `≥ ${percent(share)}`, met: ratio >= share };
}

/** Nothing was measured; the table says why. */
export function notMeasured(name: string, target: string, missing: string): Row {
  return { name, ours: null, reference: null, ratio: "", target, met: null, missing };
}

function rounded(ratio: number): string {
  return ratio >= 20 ? ratio.toFixed(0) : ratio.toFixed(1);
}
