import type { Connector } from "./client.js";
import type { GcsOptions } from "./options.js";

/** What an answer that something is absent is about. */
export type Subject = "object" | "bucket" | "upload";

/** A request of Cloud Storage's JSON API. */
export interface GcsRequest {
  readonly about: Subject;
  readonly method?: "GET" | "POST" | "PUT" | "DELETE";
  /** Below the endpoint, or a whole URL. */
  readonly path: string;
  /** What is undefined is left out. */
  readonly query?: Readonly<Record<string, string | number | undefined>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
  /** Statuses that are answers, beside those of success. */
  readonly expected?: readonly number[];
  readonly signal: AbortSignal;
}

/** Makes one request. @throws GcsError for an answer that is none of success */
export type Send = (request: GcsRequest) => Promise<Response>;

/** What a store says about a request that failed. */
export interface Refusal {
  readonly about: Subject;
  readonly status: number;
  readonly headers: Headers;
  /** The store's word for it, e.g. `notFound`; often there is none. */
  readonly reason?: string | undefined;
  readonly message: string;
}

/** The store's answer to a request that failed. */
export class GcsError extends Error {
  readonly answer: Refusal;
  constructor(answer: Refusal) {
    super(answer.message);
    this.answer = answer;
  }
}

/** An answer came, but not whole, or other bytes than were stored. */
export class DamagedError extends Error {}

const AGENT = "metaflow-datastore-gcs";
/** Longer texts are pages of somebody between here and the store. */
const MAX_MESSAGE = 500;

/** Requests over Node's own HTTP client, with the credentials and the endpoint of the SDK's. */
export function createSender(connector: Connector, options: GcsOptions): Send {
  const { headers: added, userAgent, userProject } = options;
  return async ({ about, method = "GET", path, query = {}, headers, body, expected = [], signal }) => {
    const { client, authorize } = await connector.connect();
    const url = new URL(path, `${client.apiEndpoint}/`);
    for (const [name, value] of Object.entries({ ...query, userProject })) {
      if (value !== undefined) url.searchParams.set(name, String(value));
    }
    const all = await authorize(url.href);
    const agent = userAgent ?? client.providedUserAgent;
    all.set("user-agent", agent === undefined ? AGENT : `${agent} ${AGENT}`);
    for (const [name, value] of Object.entries({ ...headers, ...added })) all.set(name, value);
    const send = options.fetch ?? fetch;
    const sent = body === undefined ? {} : { body: body as Uint8Array<ArrayBuffer> };
    const response = await send(url, { method, headers: all, signal, redirect: "manual", ...sent });
    if (response.ok || expected.includes(response.status)) return response;
    throw await failureOf(about, response);
  };
}

/** The JSON that was answered. */
export async function jsonOf<T>(response: Response): Promise<T> {
  const text = await response.text();
  try {
    return JSON.parse(text) as T;
  } catch {
    throw new DamagedError("the answer was no JSON");
  }
}

async function failureOf(about: Subject, response: Response): Promise<GcsError> {
  // The status is enough where the rest got lost.
  const text = await response.text().catch(() => "");
  return new GcsError({ about, status: response.status, headers: response.headers, ...detailsOf(text) });
}

/** JSON mostly; downloads fail with XML or plain text. */
function detailsOf(text: string): Pick<Refusal, "reason" | "message"> {
  try {
    const { error } = JSON.parse(text) as { error: { message?: string; errors?: { reason?: string }[] } };
    return { reason: error.errors?.[0]?.reason, message: error.message ?? "" };
  } catch {
    const [code, message] = ["Code", "Message"].map((tag) => new RegExp(`<${tag}>([^<]*)</${tag}>`).exec(text)?.[1]);
    if (code !== undefined) return { reason: code, message: message ?? "" };
    return { message: text.length > MAX_MESSAGE || text.includes("<") ? "" : text.trim() };
  }
}
