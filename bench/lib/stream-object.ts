/** Started by its path: streams one object into a datastore and out again. `<package> <root> <megabytes>` */
const [from = "", root = "", megabytes = "0"] = process.argv.slice(2);
const { plugin } = await import(from);
const datastore = await plugin.datastores[0].open(root, process.env);
const chunk = Buffer.alloc(1024 * 1024, "x");

async function* source() {
  for (let i = 0; i < Number(megabytes); i += 1) yield chunk;
}

await datastore.putStream("streamed", source());
let bytes = 0;
for await (const piece of (await datastore.getStream("streamed")).stream) bytes += piece.length;
await datastore.delete("streamed");
if (bytes !== Number(megabytes) * chunk.length) throw new Error(`${bytes} bytes came back.`);
process.exit(0);
