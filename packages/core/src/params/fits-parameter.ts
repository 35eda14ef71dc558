import type { ParameterDeclaration } from "../contracts/parameter.js";
import { isJsonData } from "./json-data.js";

/** Whether the parameter can have the value. */
export function fitsParameter({ kind, choices }: ParameterDeclaration, value: unknown): boolean {
  if (kind === "enum") return choices.some((choice) => choice === value);
  return kind === "json" ? isJsonData(value) : typeof value === kind;
}
