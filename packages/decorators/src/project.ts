import type { Current } from "@metaflow-ts/core";
import { defineFlowDecorator, type FlowDecoratorFactory } from "@metaflow-ts/core/plugin";
import * as v from "valibot";
import { errors } from "./errors.js";
import { options, value } from "./option-schemas.js";

declare module "@metaflow-ts/core" {
  interface Current {
    /** The project's name; undefined where the flow has no `@project`. As are the four below. */
    readonly projectName?: string;
    /** `user.<name>`, `test.<branch>`, `prod` or `prod.<branch>`. */
    readonly branchName?: string;
    /** `project.branch.Flow`: the name that a deployment has. */
    readonly projectFlowName?: string;
    readonly isProduction?: boolean;
    /** Nobody named a branch: it is the user's own. */
    readonly isUserBranch?: boolean;
  }
}

/** Options of `@project`. */
export interface ProjectOptions {
  /** Small letters, digits and `_`, 128 at the most. */
  readonly name: string;
  /** Default: what `--branch` says, else the user's own branch. */
  readonly branch?: string | undefined;
  /** Default: what `--production` says. */
  readonly production?: boolean | undefined;
}

/** Where in a project a run or a deployment of a flow belongs. */
export type ProjectPlace = Required<
  Pick<Current, "projectName" | "branchName" | "projectFlowName" | "isProduction" | "isUserBranch">
>;

const MAX_LENGTH = 128;
const EXPECTED = `small letters, digits and '_', at most ${MAX_LENGTH} of them`;

const isName = (input: unknown): boolean => typeof input === "string" && /^[a-z0-9_]{1,128}$/.test(input);

/** Part of the names of branches, deployments and events. */
const USER = /^[\p{L}\p{N}._@+-]+$/u;

const name = value<string>(EXPECTED, isName);

const schema = options({
  name,
  branch: v.optional(name),
  production: v.optional(value<boolean>("true or false", (input) => typeof input === "boolean")),
}) satisfies v.GenericSchema<ProjectOptions, ProjectOptions>;

/**
 * Makes the flow part of a project: people and branches that run or deploy it do not get in each other's way.
 *
 * ```ts
 * @project({ name: "fraud" })
 * export default class TrainFlow extends FlowSpec { … }
 * ```
 *
 * `--branch` and `--production` say which branch; `current.branchName` and the like tell it to the steps.
 */
export const project: FlowDecoratorFactory<ProjectOptions, ProjectOptions> = defineFlowDecorator({
  name: "project",
  contract: 1,
  options: schema,
  cliOptions: {
    branch: { kind: "text", placeholder: "name", help: "the branch of the project; default: the user's own" },
    production: { kind: "flag", help: "the production branch of the project" },
  },
  start(given, { graph, user, given: { branch, production } }) {
    const place = projectOf(given, {
      flow: graph.flow,
      user,
      branch: typeof branch === "string" ? branch : undefined,
      production: production === true,
    });
    return {
      systemTags: [`project:${place.projectName}`, `project_branch:${place.branchName}`],
      current: { ...place },
    };
  },
});

/**
 * Where a flow belongs whose decorator `project` has these options.
 *
 * @throws MFD_PROJECT_BRANCH_INVALID, MFD_PROJECT_OPTION_DISAGREES, MFD_PROJECT_USER_UNKNOWN,
 *   MFD_PROJECT_USER_INVALID
 */
export function projectOf(
  options: ProjectOptions,
  asked: {
    readonly flow: string;
    readonly user: string | undefined;
    readonly branch?: string | undefined;
    readonly production?: boolean | undefined;
  },
): ProjectPlace {
  if (asked.branch !== undefined && !isName(asked.branch)) {
    throw errors.PROJECT_BRANCH_INVALID({ branch: asked.branch, expected: EXPECTED });
  }
  const branch = agreed("branch", options.branch, asked.branch);
  const production = agreed("production", options.production, asked.production || undefined) ?? false;
  const branchName = branchOf(branch, production, asked.user);
  return {
    projectName: options.name,
    branchName,
    projectFlowName: `${options.name}.${branchName}.${asked.flow}`,
    isProduction: production,
    isUserBranch: branch === undefined && !production,
  };
}

function agreed<T>(option: string, attribute: T | undefined, given: T | undefined): T | undefined {
  if (attribute !== undefined && given !== undefined && attribute !== given) {
    throw errors.PROJECT_OPTION_DISAGREES({ option, attribute: String(attribute), given: String(given) });
  }
  return attribute ?? given;
}

function branchOf(branch: string | undefined, production: boolean, user: string | undefined): string {
  if (branch !== undefined) return `${production ? "prod" : "test"}.${branch}`;
  if (production) return "prod";
  if (!user) throw errors.PROJECT_USER_UNKNOWN(undefined);
  if (!USER.test(user)) throw errors.PROJECT_USER_INVALID({ user });
  return `user.${user}`;
}
