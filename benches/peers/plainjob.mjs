// plainjob over better-sqlite3, as its README sets it up: WAL, synchronous=NORMAL, as many workers as requests at once.
import Database from "better-sqlite3";
import { better, defineQueue, defineWorker } from "plainjob";
import { folder, nInFlight, nMessages, row, send } from "./send.mjs";

const silent = { error: console.error, warn: () => {}, info: () => {}, debug: () => {} };
const connection = better(new Database(`${folder}/jobs.db`));
const queue = defineQueue({ connection, logger: silent });
queue.addMany("send", Array.from({ length: nMessages }, (_, n) => row(n)));

let nDone = 0;
const workers = Array.from({ length: nInFlight }, () =>
  defineWorker("send", (job) => send(JSON.parse(job.data)), {
    queue,
    logger: silent,
    pollIntervall: 10,
    onCompleted: () => {
      if (++nDone === nMessages) process.exit(0);
    },
  }),
);
await Promise.all(workers.map((worker) => worker.start()));
