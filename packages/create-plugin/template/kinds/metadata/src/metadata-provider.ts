import { createDatastoreRecords, type MetadataProvider } from "@metaflow-ts/core/plugin";

/** Milliseconds that a service has to answer. */
const TIMEOUT = 5000;

/**
 * Keeps records in the datastore, as Metaflow does, and tells a service of every run that begins and ends. The service's
 * address is METAFLOW_ACME_NAME_URL; without it nobody is told. A service that keeps the records itself implements all of
 * `RecordStore` in place of this.
 */
export const acmeNameMetadata: MetadataProvider = {
  name: "acme-name",
  open({ datastore, settings }) {
    const records = createDatastoreRecords(datastore);
    const url = settings.METAFLOW_ACME_NAME_URL;
    return {
      ...records,
      async createRun(record) {
        const created = await records.createRun(record);
        if (created) await tell(url, { run: `${record.flow}/${record.runId}`, status: record.status });
        return created;
      },
      async updateRun(flow, runId, change) {
        const record = await records.updateRun(flow, runId, change);
        await tell(url, { run: `${flow}/${runId}`, status: record.status });
        return record;
      },
    };
  },
};

/** Nobody's run fails because a service does not answer. */
async function tell(url: string | undefined, what: object): Promise<void> {
  if (url === undefined) return;
  const headers = { "content-type": "application/json" };
  const signal = AbortSignal.timeout(TIMEOUT);
  await fetch(url, { method: "POST", headers, body: JSON.stringify(what), signal }).catch(() => undefined);
}
