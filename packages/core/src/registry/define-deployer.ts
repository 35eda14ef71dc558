import type { Deployer } from "../contracts/deployer.js";

/** Declares a deployer for the list `deployers` of a plugin. Returns what it is given; the types do the checking. */
export function defineDeployer<O>(deployer: Deployer<O>): Deployer<O> {
  return deployer;
}
