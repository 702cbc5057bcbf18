// Follows a campaign. Each event carries the whole of what changes, as HTML made by the server, so a connection that
// was lost and found again shows the truth at once.

import { localTimes } from "./console.js";

const root = document.querySelector("[data-live]");
const lost = document.querySelector("[data-lost]");
const shown = new Map();

function put(name, html) {
  const place = document.getElementById(`live-${name}`);
  if (!place || shown.get(name) === html) return;
  const active = place.contains(document.activeElement) ? document.activeElement : null;
  // What somebody is typing into is left alone until they are done.
  if (active && active.matches("input")) return;
  const open = [...place.querySelectorAll("details[open]")].map((details) => details.id);
  shown.set(name, html);
  place.innerHTML = html;
  for (const id of open) document.getElementById(id)?.setAttribute("open", "");
  localTimes(place);
  if (!active) return;
  const again = active.id ? document.getElementById(active.id) : null;
  const summary = active.matches("summary") ? document.querySelector(`#${active.parentElement.id} > summary`) : null;
  (again ?? summary)?.focus();
}

if (root) {
  const source = new EventSource(root.dataset.live);
  source.addEventListener("snapshot", (event) => {
    lost.hidden = true;
    for (const [name, html] of Object.entries(JSON.parse(event.data))) put(name, html);
  });
  source.addEventListener("open", () => { lost.hidden = true; });
  source.addEventListener("error", () => {
    lost.hidden = false;
    // A server that answered with a refusal closes the source for good: the page itself says what is wrong.
    if (source.readyState === EventSource.CLOSED) setTimeout(() => location.reload(), 5000);
  });
  addEventListener("pagehide", () => source.close());
}
