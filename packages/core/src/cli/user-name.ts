import { userInfo } from "node:os";
import type { Environment } from "../config/env.js";
import type { Profile } from "../config/profile.js";

/** Variables that name the person, the most telling first; the same as in Metaflow. */
const VARIABLES = ["METAFLOW_USER", "SUDO_USER", "USERNAME", "USER"] as const;

/** Who runs this, or null where nobody knows: a container may have an account without a name. */
export function userName(environment: Environment, profile: Profile): string | null {
  const name = environment.METAFLOW_USER || profile.METAFLOW_USER;
  if (name) return name;
  const variable = VARIABLES.find((candidate) => environment[candidate]);
  if (variable !== undefined) return environment[variable] ?? null;
  try {
    return userInfo().username;
  } catch {
    return null;
  }
}
