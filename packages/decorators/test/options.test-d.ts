/** Options are checked by the compiler too. */
import { FlowSpec, type Inputs, step } from "@metaflow-ts/core";
import { type CaughtError, catch_, catchError, environment, resources, retry, timeout } from "@metaflow-ts/decorators";

export class OptionsFlow extends FlowSpec {
  items = [1, 2];
  failure!: CaughtError | null;

  @retry
  @timeout({ seconds: 1, minutes: 2, hours: 3 })
  @step
  start() {
    this.next(this.each, { foreach: this.items });
  }

  @retry({ times: 1, platformTimes: 2, delay: "2s", factor: 2, maxDelay: 60, jitter: 0.5 })
  @environment({ vars: { A: 1, B: "b", C: true } })
  @step
  async each(item: number) {
    this.next(this.join);
  }

  @catchError({ var: "failure", print: false })
  @resources({ cpu: 0.5, gpu: 1, memory: "4Gi", disk: 100, sharedMemory: "64M" })
  @step
  join(inputs: Inputs<OptionsFlow>) {
    this.next(this.end);
  }

  @catch_
  @resources
  @step
  end() {
    const types: (string | undefined)[] = [this.failure?.type, this.failure?.cause?.message];
    console.log(types);
  }
}

// @ts-expect-error no such option
retry({ time: 1 });
// @ts-expect-error no number
retry({ times: "1" });
// @ts-expect-error no number
timeout({ seconds: "1" });
// @ts-expect-error vars are missing
environment({});
// @ts-expect-error no value of a variable
environment({ vars: { A: undefined } });
// @ts-expect-error no such option
resources({ cpus: 1 });
// @ts-expect-error no name
catchError({ var: 1 });
// @ts-expect-error both say the same
retry({ delay: 1, minutesBetween: 1 });
retry({ minutesBetween: 1 });
// @ts-expect-error no duration
timeout({});
// @ts-expect-error no duration
timeout();

export class TimelessFlow extends FlowSpec {
  // @ts-expect-error no duration
  @timeout
  @step
  start() {}
}
