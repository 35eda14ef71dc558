import type { ArtifactSerializer } from "@metaflow-ts/core/plugin";

/** Marks values of the class, also those of another copy of this module. */
const MARK: unique symbol = Symbol.for("metaflow-acme-name/value") as never;

/** A number with a unit. */
export class AcmeNameValue {
  readonly [MARK] = true;
  readonly amount: number;
  readonly unit: string;

  constructor(amount: number, unit: string) {
    this.amount = amount;
    this.unit = unit;
  }
}

/** Stores an `AcmeNameValue` as plain data. */
export const acmeNameSerializer: ArtifactSerializer<AcmeNameValue> = {
  name: "acme-name",
  version: 1,
  package: "metaflow-acme-name",
  claims: (value): value is AcmeNameValue => typeof value === "object" && value !== null && MARK in value,
  encode: ({ amount, unit }) => ({ amount, unit }),
  decode(data) {
    const { amount, unit } = data as { readonly amount: number; readonly unit: string };
    return new AcmeNameValue(amount, unit);
  },
};
