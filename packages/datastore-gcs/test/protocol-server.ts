/**
 * A small store that keeps to Google's documentation where the emulator does not: uploads in parts that say how far
 * they got, pages that count groups, and the words for what is absent.
 */
import { createHash } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export const BUCKET = "documented";

interface StoredObject {
  readonly bytes: Buffer;
  readonly generation: number;
  readonly metadata: Readonly<Record<string, string>>;
}

interface Session {
  readonly name: string;
  readonly condition: string | null;
  readonly metadata: Readonly<Record<string, string>>;
  bytes: Buffer;
  done?: StoredObject;
}

export interface ProtocolServer {
  readonly url: string;
  readonly objects: ReadonlyMap<string, StoredObject>;
  /** Uploads that have not ended, by the secret part of their URL. */
  readonly sessions: ReadonlyMap<string, Session>;
  /** Of each chunk, only so many bytes are kept; the client has to send the rest again. */
  keepAtMost(bytes: number): void;
  close(): Promise<void>;
}

type Answer = readonly [status: number, body?: unknown, headers?: Readonly<Record<string, string>>];

const failed = (status: number, reason: string, message: string): Answer => [
  status,
  { error: { code: status, message, errors: [{ reason, message }] } },
];

export async function startProtocolServer(): Promise<ProtocolServer> {
  const objects = new Map<string, StoredObject>();
  const sessions = new Map<string, Session>();
  let kept = Number.POSITIVE_INFINITY;
  let generation = 1_700_000_000_000_000;

  const finish = (id: string, session: Session, hash: string | undefined): Answer => {
    const { name, condition, bytes, metadata } = session;
    const sum = createHash("md5").update(bytes).digest("base64");
    const damaged = hash !== undefined && hash !== `md5=${sum}`;
    const current = String(objects.get(name)?.generation ?? 0);
    if (damaged || (condition !== null && condition !== current)) sessions.delete(id);
    if (damaged) return failed(400, "invalid", `Provided MD5 hash "x" doesn't match calculated MD5 hash "${sum}".`);
    if (condition !== null && condition !== current) return failed(412, "conditionNotMet", "At least one condition");
    session.done = { bytes, metadata, generation: ++generation };
    objects.set(name, session.done);
    return [200, described(session.done)];
  };

  const takeChunk = (id: string, { headers }: IncomingMessage, body: Buffer): Answer => {
    const session = sessions.get(id);
    if (session === undefined) return failed(404, "notFound", "Not Found");
    const [, range = "*", total] = /^bytes (.+)\/(.+)$/.exec(headers["content-range"] ?? "") ?? [];
    const isQuestion = range === "*";
    if (session.done !== undefined && isQuestion) return [200, described(session.done)];
    // Google's ignores what it has already; who relies on that has not asked.
    if (!isQuestion && Number(range.split("-")[0]) !== session.bytes.length)
      return failed(400, "invalid", "out of order");
    session.bytes = Buffer.concat([session.bytes, total === "*" ? body.subarray(0, kept) : body]);
    if (String(session.bytes.length) === total) return finish(id, session, headers["x-goog-hash"] as string);
    return [308, undefined, session.bytes.length === 0 ? {} : { range: `bytes=0-${session.bytes.length - 1}` }];
  };

  const answer = async (request: IncomingMessage): Promise<Answer> => {
    const { method, headers } = request;
    const { pathname, searchParams } = new URL(request.url ?? "/", `http://${headers.host}`);
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks);
    const id = /^\/session\/(.+)$/.exec(pathname)?.[1];
    if (id !== undefined && method === "DELETE") return [sessions.delete(id) ? 499 : 404];
    if (id !== undefined) return takeChunk(id, request, body);
    if (pathname === `/upload/storage/v1/b/${BUCKET}/o`) {
      const name = searchParams.get("name") ?? "";
      const secret = `secret-${sessions.size}-${++generation}`;
      const condition = searchParams.get("ifGenerationMatch");
      if (searchParams.get("uploadType") === "multipart") {
        const [description, bytes] = partsOf(body);
        const { metadata = {}, md5Hash } = JSON.parse(description.toString());
        return finish(secret, { name, metadata, condition, bytes }, `md5=${md5Hash}`);
      }
      const { metadata = {} } = JSON.parse(body.toString());
      sessions.set(secret, { name, metadata, condition, bytes: Buffer.of() });
      return [200, undefined, { location: `http://${headers.host}/session/${secret}`, "x-guploader-uploadid": secret }];
    }
    const [, bucket, key] = /^\/storage\/v1\/b\/([^/]+)\/o(?:\/(.+))?$/.exec(pathname) ?? [];
    if (bucket !== BUCKET) return failed(404, "notFound", "The specified bucket does not exist.");
    if (key === undefined) return [200, page([...objects.keys()], searchParams)];
    const name = decodeURIComponent(key);
    const found = objects.get(name);
    if (found === undefined) return failed(404, "notFound", `No such object: ${BUCKET}/${name}`);
    return searchParams.get("alt") === "media" ? download(found) : [200, described(found)];
  };

  const server = createServer((request, response) => {
    answer(request).then(
      (given) => send(response, given),
      () => response.destroy(),
    );
  });
  await new Promise<void>((done) => void server.listen(0, "127.0.0.1", done));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    objects,
    sessions,
    keepAtMost(bytes) {
      kept = bytes;
    },
    close: () =>
      new Promise((done) => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  };
}

/** The two parts of a body that has an object's description and its bytes. */
function partsOf(body: Buffer): readonly [Buffer, Buffer] {
  const boundary = body.subarray(0, body.indexOf("\r\n"));
  const [description, bytes] = [0, 1].map((index) => {
    const begin = body.indexOf("\r\n\r\n", index === 0 ? 0 : body.indexOf(boundary, boundary.length)) + 4;
    return body.subarray(begin, body.indexOf(Buffer.concat([Buffer.from("\r\n"), boundary]), begin));
  });
  return [description ?? Buffer.of(), bytes ?? Buffer.of()];
}

function described({ bytes, generation, metadata }: StoredObject) {
  return { size: String(bytes.length), generation: String(generation), updated: new Date().toISOString(), metadata };
}

/** Headers of a download say nothing of custom metadata. */
function download({ bytes, generation }: StoredObject): Answer {
  const headers = {
    "content-type": "application/octet-stream",
    "last-modified": new Date().toUTCString(),
    "x-goog-generation": String(generation),
    "x-goog-stored-content-length": String(bytes.length),
    "x-goog-hash": `md5=${createHash("md5").update(bytes).digest("base64")}`,
  };
  return [200, bytes, headers];
}

/** A page of keys and groups, of which each counts. */
function page(names: readonly string[], query: URLSearchParams) {
  const prefix = query.get("prefix") ?? "";
  const delimiter = query.get("delimiter");
  const items = new Set<string>();
  for (const name of names.filter((each) => each.startsWith(prefix))) {
    const at = delimiter === null ? -1 : name.indexOf(delimiter, prefix.length);
    items.add(at < 0 ? name : name.slice(0, at + 1));
  }
  const sorted = [...items].sort().filter((item) => item > (query.get("pageToken") ?? ""));
  const limit = Number(query.get("maxResults"));
  const shown = sorted.slice(0, limit);
  return {
    items: shown.filter((item) => !item.endsWith("/")).map((name) => ({ name })),
    prefixes: shown.filter((item) => item.endsWith("/")),
    ...(sorted.length > limit && { nextPageToken: shown.at(-1) }),
  };
}

function send(response: ServerResponse, [status, body, headers]: Answer): void {
  response.writeHead(status, { "content-type": "application/json", ...headers });
  response.end(body === undefined || Buffer.isBuffer(body) ? body : JSON.stringify(body));
}
