import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import type { GangStart } from "../contracts/gang.js";

const THIS_MACHINE = "127.0.0.1";

/** A start of a gang whose tasks are processes of this machine. */
export async function startHere(attempt: number, numNodes: number): Promise<GangStart> {
  const id = `${attempt}-${randomBytes(6).toString("hex")}`;
  return { id, numNodes, mainIp: THIS_MACHINE, mainPort: await freePort() };
}

/** A port that is free now; the system gives the same one to nobody else for a while. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, THIS_MACHINE);
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}
