import { spawn } from "node:child_process";
import { PROVIDER_VARIABLE, readEnvironment } from "../config/env.js";
import type { ExitHook } from "../contracts/flow-decorator.js";
import { locationOf } from "../datastore/open-datastore.js";
import { coreProgramPath } from "../packaging/core-entry.js";
import type { SecretMask } from "../secrets/secret-mask.js";
import { createOrphanGuard, type OrphanGuard } from "./orphan-guard.js";
import { killGroup, stopGroup } from "./process-group.js";
import type { RunSettings } from "./run-options.js";
import { createStreamLines } from "./stream-lines.js";
import { waitForEnd } from "./worker-process.js";

/** Between the signal that tells a hook to end and the one that it cannot refuse, in ms. */
const GRACE = 2000;

type HookSettings = Pick<RunSettings, "datastore" | "observer" | "stop" | "kill">;

/** How a hook's process ended. */
type HookEnd =
  | { readonly status: "successful"; readonly problem: null }
  | { readonly status: "failed" | "timedOut"; readonly problem: string };

/**
 * Calls the exit hooks of a run that ended, one after the other, each in a process of its own. Never throws: what goes
 * wrong is told to the observer. Told to stop, it ends the hook that runs and calls no other.
 *
 * @param mask takes the run's secrets out of what the hooks print
 */
export async function callExitHooks(
  hooks: () => readonly ExitHook[],
  run: { readonly flow: string; readonly runId: string },
  settings: HookSettings,
  mask: SecretMask,
): Promise<void> {
  const { observer } = settings;
  try {
    const stopping = newStop(settings);
    const guard = createOrphanGuard();
    for (const [index, hook] of hooks().entries()) {
      if (stopping.aborted) return;
      const startedAt = performance.now();
      const end = await callInProcess(hook, index, run, settings, stopping, guard, mask);
      const durationMs = Math.round(performance.now() - startedAt);
      observer({ type: "exitHook.finished", at: Date.now(), hook: hook.name, ...end, durationMs });
    }
  } catch (error) {
    observer({ type: "run.warning", at: Date.now(), message: (error as Error).message });
  }
}

/** What tells hooks to end: the next signal, where the first one has ended the run itself. */
function newStop({ stop, kill }: HookSettings): AbortSignal {
  return stop.aborted ? kill : AbortSignal.any([stop, kill]);
}

async function callInProcess(
  { name, timeLimitMs }: ExitHook,
  index: number,
  { flow, runId }: { readonly flow: string; readonly runId: string },
  { datastore, observer }: HookSettings,
  stopping: AbortSignal,
  guard: OrphanGuard,
  mask: SecretMask,
): Promise<HookEnd> {
  const place = ["--datastore", datastore.name, "--datastore-root", datastore.root];
  const words = ["exit-hooks", `${flow}/${runId}`, "--only", String(index), ...place];
  // The provider's module goes along: it may be known to this process alone.
  const { module } = locationOf(datastore);
  const child = spawn(process.execPath, [coreProgramPath("bin"), ...words], {
    env: { ...readEnvironment(), ...(module !== undefined && { [PROVIDER_VARIABLE]: module }) },
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
  });
  guard.add(child.pid);
  const streams = (["stdout", "stderr"] as const).map((stream) => {
    const lines = createStreamLines(
      (line) => observer({ type: "exitHook.log", at: Date.now(), hook: name, stream, line }),
      mask,
    );
    child[stream].on("data", (bytes: Buffer) => lines.push(bytes));
    return [lines, child[stream]] as const;
  });
  let isLate = false;
  let isGone = false;
  const end = (): void => {
    stopGroup(child.pid);
    // Its number may be another's by then.
    setTimeout(() => isGone || killGroup(child.pid), GRACE).unref();
  };
  const timer = setTimeout(() => {
    isLate = true;
    end();
  }, timeLimitMs);
  stopping.addEventListener("abort", end, { once: true });
  const { code, signal } = await waitForEnd(child, streams);
  isGone = true;
  clearTimeout(timer);
  stopping.removeEventListener("abort", end);
  guard.remove(child.pid);
  if (isLate) return { status: "timedOut", problem: `it took longer than ${timeLimitMs / 1000} s` };
  if (code === 0) return { status: "successful", problem: null };
  if (stopping.aborted) return { status: "failed", problem: "it was told to end" };
  if (signal !== null) return { status: "failed", problem: `its process was ended by ${signal}` };
  if (code === null) return { status: "failed", problem: "its process could not be started" };
  return { status: "failed", problem: code === 1 ? "it threw an error" : `its process ended with exit code ${code}` };
}
