// BullMQ over a Redis that writes nothing to disk, with as many jobs at once as requests. The folder's place is the port's.
import { Queue, Worker } from "bullmq";
import Redis from "ioredis";
import { folder as port, nInFlight, nMessages, row, send } from "./send.mjs";

const connection = new Redis(Number(port), "127.0.0.1", { maxRetriesPerRequest: null });
const queue = new Queue("send", { connection });
await queue.addBulk(Array.from({ length: nMessages }, (_, n) => ({ name: "send", data: row(n) })));

let nDone = 0;
const worker = new Worker("send", (job) => send(job.data), { connection, concurrency: nInFlight });
worker.on("completed", () => {
  if (++nDone === nMessages) process.exit(0);
});
