import type { Draft } from "./draft.js";
import type { GraphProblem } from "./problems.js";
import { methodsAreMarked } from "./rules-helpers.js";
import { namesDiffer, namesUnreserved, validNames } from "./rules-names.js";
import { parallelIsDecorated, parallelIsJoined, parallelIsUsed } from "./rules-parallel.js";
import { privatesStayInStep } from "./rules-privates.js";
import {
  endHasNoNext,
  endpointsExist,
  endTakesNothing,
  everyStepLeadsOn,
  nothingLeadsToStart,
  sourcesAreReadable,
  targetsExist,
} from "./rules-steps.js";

/** Looks at a flow before its splits and loops are known. Pure; says all that is wrong, nothing when all is well. */
export type Rule = (draft: Draft) => readonly GraphProblem[];

/** In the order in which problems are told. */
export const RULES: readonly Rule[] = [
  namesUnreserved,
  validNames,
  namesDiffer,
  methodsAreMarked,
  endpointsExist,
  sourcesAreReadable,
  everyStepLeadsOn,
  targetsExist,
  nothingLeadsToStart,
  endHasNoNext,
  endTakesNothing,
  parallelIsDecorated,
  parallelIsJoined,
  parallelIsUsed,
  privatesStayInStep,
];
