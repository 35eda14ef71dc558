import type { Datastore } from "../contracts/datastore.js";

/**
 * The datastore as a process has it that dies after some writes: what it asks for then never ends.
 *
 * @param turn awaited before each call
 * @param died called at the first call after the last write
 */
export function mortalDatastore(
  datastore: Datastore,
  writes: number,
  turn: () => Promise<void> = async () => {},
  died: () => void = () => {},
): Datastore {
  let left = writes;
  const live = async (): Promise<void> => {
    await turn();
    if (left > 0) return;
    died();
    await new Promise<never>(() => {});
  };
  return {
    ...datastore,
    async get(...args) {
      await live();
      return datastore.get(...args);
    },
    async head(...args) {
      await live();
      return datastore.head(...args);
    },
    async list(...args) {
      await live();
      return datastore.list(...args);
    },
    async put(...args) {
      await live();
      left -= 1;
      return datastore.put(...args);
    },
    async delete(...args) {
      await live();
      left -= 1;
      return datastore.delete(...args);
    },
  };
}
