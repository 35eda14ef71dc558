import { createSerializerSet, type SerializerSet } from "../../artifacts/serializer-set.js";
import type { Client } from "../../client/client.js";
import { createClient } from "../../client/create-client.js";
import type { CommandContext } from "../command.js";

/** What reading commands need of their context, whatever their options are. */
export type ReadingContext = Omit<CommandContext, "options">;

export interface OpenedClient {
  readonly client: Client;
  /** Those of the project's plugins, to show values with. */
  readonly serializers: SerializerSet;
}

/** The client on the datastore that the command line leads to. */
export async function openClient(context: ReadingContext): Promise<OpenedClient> {
  const { serializers } = await context.registry();
  const client = await createClient({ datastore: await context.datastore(), serializers });
  return { client, serializers: createSerializerSet(serializers) };
}
