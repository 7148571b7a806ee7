// Append the events that come as JSON lines, one per call and commit; says how many seconds it took.
//   node append.mjs postgresql://user:password@host:port/database < events.jsonl
import { readFileSync } from "node:fs";
import { getPostgreSQLEventStore } from "@event-driven-io/emmett-postgresql";

const asked = readFileSync(0, "utf8").trim().split("\n").map((line) => JSON.parse(line));
const store = getPostgreSQLEventStore(process.argv[2]);
await store.schema.migrate();
const began = performance.now();
for (const { stream, version, type, data } of asked) {
  const expectedStreamVersion = version === 1 ? "STREAM_DOES_NOT_EXIST" : BigInt(version - 1);
  await store.appendToStream(stream, [{ type, data }], { expectedStreamVersion });
}
console.log((performance.now() - began) / 1000);
await store.close();
