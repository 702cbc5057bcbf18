// Follows a campaign. Each event carries what has changed, as HTML made by the server; the first one of a connection
// carries all of it, so a connection that was lost and found again shows the truth at once. What is on the page stays the
// same elements: only what differs is changed, so nothing is lost that is being pressed, selected or read.

import { localTimes } from "./console.js";

const root = document.querySelector("[data-live]");
const lost = document.querySelector("[data-lost]");

// The server says something every ten seconds, if only that it is there.
const SILENCE_MAX_MS = 25_000;

/** Makes `old` what `fresh` is. */
function morph(old, fresh) {
  if (old.nodeType !== fresh.nodeType || old.nodeName !== fresh.nodeName || old.id !== fresh.id) {
    old.replaceWith(fresh);
    return;
  }
  if (old.nodeType !== Node.ELEMENT_NODE) {
    if (old.data !== fresh.data) old.data = fresh.data;
    return;
  }
  // What somebody is typing into is left alone until they are done.
  if (old.matches("input") && old === document.activeElement) return;
  for (const { name } of [...old.attributes]) {
    const isPersons = name === "open" && old.matches("details");
    if (!isPersons && name !== "data-sent" && !fresh.hasAttribute(name)) old.removeAttribute(name);
  }
  for (const { name, value } of fresh.attributes) {
    if (old.getAttribute(name) !== value) old.setAttribute(name, value);
  }
  morphChildren(old, fresh);
}

function morphChildren(old, fresh) {
  const before = [...old.childNodes];
  const after = [...fresh.childNodes];
  after.forEach((node, at) => {
    if (at < before.length) morph(before[at], node);
    else old.append(node);
  });
  before.slice(after.length).forEach((node) => node.remove());
}

function put(name, html) {
  const place = document.getElementById(`live-${name}`);
  if (!place) return;
  const fresh = document.createElement("template");
  fresh.innerHTML = html;
  localTimes(fresh.content);
  morphChildren(place, fresh.content);
}

let source = null;
let heardAt = 0;

function heard() {
  heardAt = Date.now();
  lost.hidden = true;
}

function listen() {
  source?.close();
  source = new EventSource(root.dataset.live);
  heardAt = Date.now();
  source.addEventListener("snapshot", (event) => {
    heard();
    for (const [name, html] of Object.entries(JSON.parse(event.data))) put(name, html);
  });
  source.addEventListener("alive", heard);
  source.addEventListener("open", heard);
  source.addEventListener("error", () => {
    lost.hidden = false;
    // A server that answered with a refusal closes the source for good: the page itself says what is wrong.
    if (source.readyState === EventSource.CLOSED) setTimeout(() => location.reload(), 5000);
  });
}

function leave() {
  source?.close();
  source = null;
}

if (root) {
  listen();
  // A connection can be dead without an end; silence tells.
  setInterval(() => {
    if (source === null || Date.now() - heardAt < SILENCE_MAX_MS) return;
    lost.hidden = false;
    listen();
  }, 5_000);
  // A browser has few connections to one server: a page that nobody looks at takes none.
  document.addEventListener("visibilitychange", () => (document.hidden ? leave() : listen()));
  addEventListener("pagehide", leave);
  addEventListener("pageshow", (event) => { if (event.persisted) listen(); });
}
