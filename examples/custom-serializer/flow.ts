import { FlowSpec, step } from "@metaflow-ts/core";
import { Temperature } from "./temperature.ts";

/** Artifacts of a class of one's own; `metaflow.config.ts` beside this file says how to store it. */
export default class TemperatureFlow extends FlowSpec {
  readings!: Temperature[];
  warmest!: Temperature;

  @step start() {
    this.readings = [18, 24, 21].map((degrees) => Temperature.celsius(degrees));
    this.next(this.compare);
  }

  @step compare() {
    this.warmest = this.readings.reduce((warmest, each) => (each.warmerThan(warmest) ? each : warmest));
    this.next(this.end);
  }

  @step end() {
    console.log(`${this.warmest.kelvin} K`);
  }
}
