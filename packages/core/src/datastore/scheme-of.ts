/** The scheme of a root such as `s3://bucket/prefix`, in lower case; null for a path. */
export function schemeOf(root: string): string | null {
  return /^([a-z][a-z0-9+.-]+):\/\//i.exec(root)?.[1]?.toLowerCase() ?? null;
}
