/** Options of flow decorators are checked by the compiler too, and so is what they add to `current`. */
import { current, FlowSpec, parameter, step } from "@metaflow-ts/core";
import type { Run } from "@metaflow-ts/core/client";
import {
  type EndedRunView,
  exitHook,
  namespacedEventName,
  project,
  schedule,
  translateCron,
  trigger,
  triggerOnFinish,
} from "@metaflow-ts/decorators";

async function tell({ run, failure, signal, status }: EndedRunView) {
  const texts: (string | null | undefined)[] = [run.id, failure?.step, failure?.error.message, status];
  console.log(texts, signal.aborted);
}

@project({ name: "fraud", branch: "x", production: true })
@schedule({ cron: "0 9 * * MON", timezone: "Europe/Berlin" })
@trigger({ events: ["a", namespacedEventName("b"), { name: "c", parameters: ["limit", ["table", "name"]] }] })
@triggerOnFinish({ flows: ["FirstFlow", { name: "SecondFlow", project: "fraud", branch: "prod" }], options: { x: 1 } })
@exitHook({ onSuccess: tell, onError: [tell, "name"], timeout: "30s" })
@exitHook({ onError: () => {} })
export class EveryFlow extends FlowSpec {
  @parameter() limit = 1;

  @step
  async start() {
    const names: (string | undefined)[] = [current.projectName, current.branchName, current.projectFlowName];
    const flags: (boolean | undefined)[] = [current.isProduction, current.isUserBranch];
    const newest: Run | undefined = await current.trigger?.run;
    const first = await current.trigger?.runOf<Run<{ rows: number }>>("FirstFlow");
    const rows: number | undefined = await first?.data.rows;
    const payload: unknown = current.trigger?.event?.payload.field;
    console.log(names, flags, newest?.id, rows, payload, current.trigger?.has("a"));
    for (const { timestamp } of current.trigger ?? []) console.log(timestamp.getTime());
    this.next(this.end);
  }

  @step
  end() {}
}

@schedule
export class DailyFlow extends FlowSpec {
  // @ts-expect-error a decorator of flows
  @schedule({ daily: true })
  @step
  start() {}
}

const text: string = translateCron("0 9 * * *", "kubeflow");
console.log(text);

// @ts-expect-error the name is missing
project({});
// @ts-expect-error no such option
project({ name: "a", prod: true });
// @ts-expect-error no text
schedule({ cron: 5 });
// @ts-expect-error no number
trigger({ event: { name: "a", parameters: { limit: 1 } } });
// @ts-expect-error no name
triggerOnFinish({ flow: 1 });
// @ts-expect-error no function
exitHook({ onSuccess: 1 });
// @ts-expect-error no such target
translateCron("0 9 * * *", "quartz");
// @ts-expect-error no event
trigger({});
// @ts-expect-error one or several
trigger({ event: "a", events: ["b"] });
// @ts-expect-error no flow
triggerOnFinish({ options: {} });
// @ts-expect-error one or several
triggerOnFinish({ flow: "A", flows: ["B"] });
// @ts-expect-error no hook
exitHook({ timeout: 5 });
