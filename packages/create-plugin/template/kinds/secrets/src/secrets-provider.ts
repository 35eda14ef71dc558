import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { type SecretsProvider, type SecretsRequest, type SecretValues, secretFailure } from "@metaflow-ts/core/plugin";
import * as v from "valibot";

/** `options` of a source. */
export interface AcmeNameSecretsOptions {
  /** The folder with a file of JSON for each secret. */
  readonly folder: string;
}

const schema = v.strictObject({ folder: v.string() }) satisfies v.GenericSchema<AcmeNameSecretsOptions>;

/** Secrets in files, as Kubernetes mounts them: the secret `db` is `db.json` in a folder. */
export const acmeNameSecrets: SecretsProvider<AcmeNameSecretsOptions> = {
  name: "acme-name",
  contract: 1,
  options: schema,
  async resolve(request) {
    const { id, options, signal } = request;
    if (!/^[\w-]+$/.test(id)) throw failed(request, "absent", `'${id}' is no name of a secret`);
    const path = join(options.folder, `${id}.json`);
    const text = await readFile(path, { encoding: "utf8", signal }).catch((cause: NodeJS.ErrnoException) => {
      if (cause.code === "ENOENT") throw failed(request, "absent", "there is no such file", cause);
      if (cause.code === "EACCES") throw failed(request, "denied", "its file may not be read", cause);
      throw failed(request, "broken", "its file cannot be read", cause);
    });
    return parse(request, text);
  },
};

/** The text itself stays out of every message: it is the secret. */
function parse(request: SecretsRequest<AcmeNameSecretsOptions>, text: string): SecretValues {
  try {
    return v.parse(v.record(v.string(), v.string()), JSON.parse(text));
  } catch {
    throw failed(request, "broken", "its file holds no JSON object of texts");
  }
}

function failed(
  request: SecretsRequest<AcmeNameSecretsOptions>,
  outcome: Parameters<typeof secretFailure>[2],
  reason: string,
  cause?: unknown,
): Error {
  return secretFailure("acme-name", request, outcome, { reason, cause });
}
