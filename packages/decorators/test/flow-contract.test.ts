/** The conformance suite of core, run by every flow decorator. */
import { flowDecoratorSuite } from "@metaflow-ts/core/testing";
import { exitHook, project, schedule, trigger, triggerOnFinish } from "../src/index.js";

function tell(): void {}

flowDecoratorSuite("project", () => ({
  decorator: project.definition,
  options: [{ name: "fraud" }, { name: "fraud", branch: "x", production: true }],
  refused: [{}, { name: "Not Fine" }],
  given: { branch: "x", production: true },
}));

flowDecoratorSuite("schedule", () => ({
  decorator: schedule.definition,
  options: [{}, { hourly: true }, { daily: false }, { cron: "0 9 * * MON", timezone: "Europe/Berlin" }],
  refused: [{ cron: "nine" }, { timezone: "+01:00" }],
}));

flowDecoratorSuite("trigger", () => ({
  decorator: trigger.definition,
  options: [{ event: "a" }, { events: ["a", { name: "b", parameters: {} }], options: { x: 1 } }],
  refused: [{}, { event: "a", events: ["b"] }],
}));

flowDecoratorSuite("triggerOnFinish", () => ({
  decorator: triggerOnFinish.definition,
  options: [{ flow: "A" }, { flows: ["A", "p.prod.B"] }],
  refused: [{}, { flow: "p.B" }],
}));

flowDecoratorSuite("exitHook", () => ({
  decorator: exitHook.definition,
  options: [{ onSuccess: tell }, { onError: [tell, "named"], timeout: "1m" }],
  refused: [{}, { onSuccess: [() => {}] }],
  flow: { exports: { named: tell } },
}));
