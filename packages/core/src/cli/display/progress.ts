import type { RunEvent } from "../../contracts/run-events.js";
import { count, showDuration } from "./duration.js";

/** Counts what goes on, for the live line: `running train ×3, load · 12 tasks done · 4.2 s`. */
export function createProgress(now: () => number = Date.now): { observe(event: RunEvent): void; text(): string } {
  const running = new Map<string, number>();
  let done = 0;
  let startedAt = now();
  const change = (step: string, by: number): void => {
    const tasks = (running.get(step) ?? 0) + by;
    if (tasks > 0) running.set(step, tasks);
    else running.delete(step);
  };
  return {
    observe(event) {
      if (event.type === "run.started") startedAt = event.at;
      if (event.type === "task.started") change(event.step, 1);
      if (event.type === "task.finished") {
        change(event.step, -1);
        if (event.status === "successful") done++;
      }
    },
    text() {
      const steps = [...running].map(([step, tasks]) => (tasks === 1 ? step : `${step} ×${tasks}`));
      const current = steps.length === 0 ? "nothing running" : `running ${steps.join(", ")}`;
      return `  ${current} · ${count(done, "task")} done · ${showDuration(now() - startedAt)}`;
    },
  };
}
