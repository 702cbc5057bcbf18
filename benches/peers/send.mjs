// What both queues of Node do with a job: one request over a kept connection, and the answer's message id.
import { Agent, request } from "node:http";

export const [address, nMessages, nInFlight, folder] = process.argv.slice(2).map((arg, at) => (at === 1 || at === 2 ? Number(arg) : arg));

const agent = new Agent({ keepAlive: true, maxSockets: nInFlight });
const url = new URL("/v2/BENCH/whatsapp/+911161197855/messages", address);

export function row(n) {
  return { to: `+9198${10_000_000 + n}`, name: `Asha ${n}`, ref: `order-${n}` };
}

export function send({ to, name, ref }) {
  const text = `Hi ${name}, our catalogue: https://wa.me/c/911161197855`;
  const body = JSON.stringify({
    messaging_object: { messaging_product: "whatsapp", recipient_type: "individual", to, type: "text", text: { preview_url: true, body: text } },
    extra_info: { ref, wa_source: "api" },
  });
  return new Promise((resolve, reject) => {
    const headers = { "content-type": "application/json", "content-length": Buffer.byteLength(body), "api-key": "bench" };
    const asked = request(url, { method: "POST", agent, headers }, (answer) => {
      let said = "";
      answer.on("data", (chunk) => (said += chunk));
      answer.on("end", () => resolve(JSON.parse(said).data.message_id));
      answer.on("error", reject);
    });
    asked.on("error", reject);
    asked.end(body);
  });
}
