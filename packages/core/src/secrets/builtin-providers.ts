import type { SecretsProvider } from "../contracts/secrets-provider.js";
import { envFileProvider } from "./env-file-provider.js";
import { inlineProvider } from "./inline-provider.js";

/** The providers that need no plugin. */
export const builtinSecretsProviders: readonly SecretsProvider[] = [inlineProvider, envFileProvider];
