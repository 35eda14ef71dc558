/** A message in which URLs have no query and no user: signatures and passwords stand there. */
export function withoutSecrets(text: string): string {
  return text.replace(/([a-z][a-z0-9+.-]*:\/\/)([^\s/?#'"<>]*@)?([^\s?#'"<>]*)(\?[^\s'"<>]*)?/gi, "$1$3");
}
