/** Whether a contribution is meant by the name: its own, or one of its aliases where its kind has some. */
export function answersTo(
  contribution: { readonly name: string; readonly aliases?: readonly string[] | undefined },
  name: string,
): boolean {
  return contribution.name === name || contribution.aliases?.includes(name) === true;
}
