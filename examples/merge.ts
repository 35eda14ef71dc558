import { FlowSpec, type Inputs, step } from "@metaflow-ts/core";

/** A join that takes over what its inputs agree on, and decides where they do not. */
export default class MergeFlow extends FlowSpec {
  source = "measures.csv";
  rows!: number;
  checkedAt!: Date;
  scratch!: string;
  quality!: number;

  @step start() {
    this.rows = 1000;
    this.next(this.clean, this.validate);
  }

  @step clean() {
    this.rows -= 12;
    this.scratch = "needed here only";
    this.next(this.join);
  }

  @step validate() {
    this.checkedAt = new Date("2026-01-02T03:04:05Z");
    this.scratch = "something else";
    this.next(this.join);
  }

  @step join(inputs: Inputs<MergeFlow>) {
    this.rows = inputs.clean.rows;
    // 'source' is the same in both and 'checkedAt' is in one: both are taken over. 'rows' differs, but is assigned.
    this.mergeArtifacts(inputs, { exclude: ["scratch"] });
    this.quality = this.rows / inputs.validate.rows;
    this.next(this.end);
  }

  @step end() {
    console.log(`${this.source}: ${this.rows} rows, checked ${this.checkedAt.toISOString()}, quality ${this.quality}`);
  }
}
