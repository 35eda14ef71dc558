import type { ContributionKind } from "../contracts/contribution-kind.js";

/** Every kind of contribution, in the order in which it is listed, with the word for one of it. */
export const KIND_WORDS: Readonly<Record<ContributionKind, string>> = {
  decorators: "step decorator",
  flowDecorators: "flow decorator",
  datastores: "datastore",
  secrets: "secrets provider",
  serializers: "serializer",
  commands: "command",
  observers: "observer",
  backends: "backend",
  environments: "environment",
  metadataProviders: "metadata provider",
  deployers: "deployer",
  cards: "card",
};

export const KINDS: readonly ContributionKind[] = Object.keys(KIND_WORDS) as ContributionKind[];
