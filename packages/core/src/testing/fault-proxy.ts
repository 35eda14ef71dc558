import { createServer, type IncomingHttpHeaders, type IncomingMessage, request, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** What a proxy does to one request. */
export type Fault =
  /** Answers by itself. `forward`: only after the store did what was asked, as if its answer had been lost. */
  | ({ readonly kind: "answer"; readonly status: number; readonly forward?: boolean } & Partial<AnswerContent>)
  /** Breaks the connection: before the store sees the request, after it did it, or in the middle of the answer's body. */
  | { readonly kind: "reset"; readonly when: "before" | "after" | "mid-body" }
  /** Sends half of the answer's body. `honest`: and says so in the length, so that only its content tells. */
  | { readonly kind: "truncate"; readonly honest?: boolean }
  /** Changes one byte of a body. */
  | { readonly kind: "corrupt"; readonly body: "request" | "answer" }
  /** Waits before the answer's first byte. */
  | { readonly kind: "delay"; readonly milliseconds: number };

interface AnswerContent {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** A request that came to the proxy. */
export interface ProxiedRequest {
  readonly method: string;
  /** With the query. */
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
}

export interface FaultProxy {
  /** To be given to the store's client as its endpoint. */
  readonly url: string;
  /** All requests so far. */
  readonly requests: readonly ProxiedRequest[];
  /** Decides about each request that comes from now on; undefined lets it pass. */
  decide(fault: (request: ProxiedRequest, index: number) => Fault | undefined): void;
  close(): Promise<void>;
}

/** Starts an HTTP proxy in front of a store, which passes everything on as it came, but for the faults that are asked for. */
export async function startFaultProxy(target: string): Promise<FaultProxy> {
  const requests: ProxiedRequest[] = [];
  let decide: (request: ProxiedRequest, index: number) => Fault | undefined = () => undefined;
  const server = createServer((incoming, outgoing) => {
    const { method = "GET", url = "/", headers } = incoming;
    const seen = { method, path: url, headers };
    const fault = decide(seen, requests.push(seen) - 1);
    // The client went away, or the store did: either way there is nobody to tell.
    handle(new URL(target), incoming, outgoing, fault).catch(() => outgoing.destroy());
  });
  await new Promise<void>((done) => void server.listen(0, "127.0.0.1", done));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    decide(next) {
      decide = next;
    },
    close: () =>
      new Promise((done) => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  };
}

async function handle(
  target: URL,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  fault: Fault | undefined,
): Promise<void> {
  if (fault?.kind === "reset" && fault.when === "before") return reset(outgoing);
  if (fault?.kind === "answer" && fault.forward !== true) {
    await drain(incoming);
    return answer(outgoing, fault);
  }
  const reply = await forward(target, incoming, fault);
  if (fault?.kind === "delay") await new Promise((done) => setTimeout(done, fault.milliseconds));
  if (fault?.kind === "reset" || fault?.kind === "truncate" || fault?.kind === "answer") {
    // Without a body, half of it would be a length that nobody can find out to be wrong.
    if (incoming.method === "HEAD" && fault.kind !== "answer") return reset(outgoing);
    return spoil(reply, await collect(reply), outgoing, fault);
  }
  const isCorrupt = fault?.kind === "corrupt" && fault.body === "answer";
  outgoing.writeHead(reply.statusCode ?? 502, reply.rawHeaders);
  if (isCorrupt) outgoing.end(corrupted(await collect(reply)));
  else {
    reply.on("error", () => outgoing.destroy());
    // A reader that went away ends the transfer here, too: a store may hold a lock for it.
    outgoing.on("close", () => reply.destroy());
    reply.pipe(outgoing);
  }
}

function spoil(
  reply: IncomingMessage,
  body: Buffer,
  outgoing: ServerResponse,
  fault: Extract<Fault, { readonly kind: "reset" | "truncate" | "answer" }>,
): void {
  const half = body.subarray(0, body.length >> 1);
  const { "transfer-encoding": _, ...headers } = reply.headers;
  const isHonest = fault.kind === "truncate" && fault.honest === true;
  if (fault.kind === "answer") {
    answer(outgoing, fault);
  } else if (fault.kind === "reset" && fault.when === "after") {
    reset(outgoing);
  } else {
    outgoing.writeHead(reply.statusCode ?? 502, { ...headers, "content-length": isHonest ? half.length : body.length });
    if (isHonest) outgoing.end(half);
    else outgoing.write(half, () => (fault.kind === "reset" ? reset(outgoing) : outgoing.destroy()));
  }
}

/** Passes a request on, with its headers as they were written: signatures cover them. */
async function forward(target: URL, incoming: IncomingMessage, fault: Fault | undefined): Promise<IncomingMessage> {
  const { hostname, port } = target;
  const { method = "GET", url = "/" } = incoming;
  const outgoing = request({ hostname, port, method, path: url, headers: incoming.rawHeaders, setHost: false });
  const replied = new Promise<IncomingMessage>((done, fail) => void outgoing.on("response", done).on("error", fail));
  if (fault?.kind === "corrupt" && fault.body === "request") outgoing.end(corrupted(await collect(incoming)));
  else incoming.on("error", (error) => outgoing.destroy(error)).pipe(outgoing);
  return await replied;
}

function answer(
  outgoing: ServerResponse,
  { status, headers = {}, body = "" }: Extract<Fault, { kind: "answer" }>,
): void {
  outgoing.writeHead(status, { ...headers, "content-length": Buffer.byteLength(body) });
  outgoing.end(body);
}

function reset(outgoing: ServerResponse): void {
  outgoing.socket?.resetAndDestroy();
}

function corrupted(body: Buffer): Buffer {
  const copy = Buffer.from(body);
  const middle = copy.length >> 1;
  if (copy.length > 0) copy.writeUInt8((copy.readUInt8(middle) ^ 1) & 255, middle);
  return copy;
}

async function collect(stream: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

async function drain(stream: IncomingMessage): Promise<void> {
  for await (const _ of stream);
}
