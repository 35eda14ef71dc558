import type { Environment } from "../contracts/environment.js";

/** An environment of core's own, to build another one on. The bundler that it needs is loaded now. */
export async function loadEnvironment(_name: "npm"): Promise<Environment> {
  return (await import("./code/npm-environment.js")).npmEnvironment;
}
