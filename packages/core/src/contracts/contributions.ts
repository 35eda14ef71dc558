import type { Backend } from "./backend.js";
import type { Card } from "./card.js";
import type { CliCommand } from "./cli-command.js";
import type { DatastoreProvider } from "./datastore-provider.js";
import type { Deployer } from "./deployer.js";
import type { Environment } from "./environment.js";
import type { FlowDecorator } from "./flow-decorator.js";
import type { MetadataProvider } from "./metadata-provider.js";
import type { Observer } from "./observer.js";
import type { SecretsProvider } from "./secrets-provider.js";
import type { ArtifactSerializer } from "./serializer.js";
import type { AnyStepDecorator } from "./step-decorator.js";

/** What a contribution of each kind is. */
export interface Contributions {
  readonly serializers: ArtifactSerializer;
  readonly decorators: AnyStepDecorator;
  readonly flowDecorators: FlowDecorator;
  readonly datastores: DatastoreProvider;
  readonly secrets: SecretsProvider;
  readonly commands: CliCommand;
  readonly observers: Observer;
  readonly backends: Backend;
  readonly environments: Environment;
  readonly metadataProviders: MetadataProvider;
  readonly deployers: Deployer;
  readonly cards: Card;
}
