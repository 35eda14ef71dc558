/** The scheme of a root such as `s3://bucket/prefix`, in lower case; null for a path. */
export function schemeOf(root: string): string | null {
  return /^([a-z][a-z0-9+.-]+):\/\//i.exec(root)?.[1]?.toLowerCase() ?? null;
}

/** Whether a root is a path, absolute or relative. `s3:/bucket` is none: a folder of that name is `./s3:/bucket`. */
export function isPath(root: string): boolean {
  return !/^[a-z][a-z0-9+.-]+:/i.test(root);
}
