/** Whether the value is a function that a name can stand for. */
export function isNamedFunction(value: unknown): boolean {
  return typeof value === "function" && value.name !== "";
}

/** The value with every function in it replaced by its name. The value is data otherwise, and so is what comes out. */
export function namesForFunctions(value: unknown): unknown {
  if (typeof value === "function") return value.name;
  if (Array.isArray(value)) return value.map(namesForFunctions);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, namesForFunctions(member)]));
}
