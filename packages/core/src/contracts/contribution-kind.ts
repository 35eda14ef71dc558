/**
 * Kinds of what a plugin may add: the key of the list in `definePlugin`, in `metaflow.config.ts` and in the field
 * `metaflow` of a package.json.
 */
export type ContributionKind =
  | "serializers"
  | "decorators"
  | "flowDecorators"
  | "datastores"
  | "secrets"
  | "commands"
  | "observers"
  | "backends"
  | "environments"
  | "metadataProviders"
  | "deployers"
  | "cards";
