import type { ContributionKind } from "../contracts/contribution-kind.js";
import type { Contributions } from "../contracts/contributions.js";
import type { Provision } from "../contracts/installed-plugin.js";

/** What core itself has of a kind, loaded when it is used. */
export type Builtin<K extends ContributionKind> = Provision<K> & { readonly load: () => Promise<Contributions[K]> };

export type Builtins = { readonly [K in ContributionKind]?: readonly Builtin<K>[] };
