// Follows a campaign. Each event carries what has changed, as HTML made by the server; the first one of a connection
// carries all of it, so a connection that was lost and found again shows the truth at once. What is on the page stays the
// same elements: only what differs is changed, so nothing is lost that is being pressed, selected or read.

import { clockTime, localTimes } from "./console.js";

const root = document.querySelector("[data-live]");
const lost = document.querySelector("[data-lost]");
const notify = document.querySelector("[data-notify]");
const { live: name, base } = root.dataset;
const language = document.documentElement.lang;

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
  for (const { name: attribute } of [...old.attributes]) {
    const isPersons = attribute === "open" && old.matches("details");
    if (!isPersons && attribute !== "data-sent" && !fresh.hasAttribute(attribute)) old.removeAttribute(attribute);
  }
  for (const { name: attribute, value } of fresh.attributes) {
    if (old.getAttribute(attribute) !== value) old.setAttribute(attribute, value);
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

function put(part, html) {
  if (part === "title") {
    document.title = html;
    return;
  }
  const place = document.getElementById(`live-${part}`);
  if (!place) return;
  const fresh = document.createElement("template");
  fresh.innerHTML = html;
  localTimes(fresh.content);
  morphChildren(place, fresh.content);
}

// A notice when sending stops, for whoever has allowed it.
let state = root.dataset.state;
const canNotify = "Notification" in window;
const wantsNotices = () => canNotify && Notification.permission === "granted";

function arrive(next) {
  const before = state;
  state = next;
  if (before === next || !["running", "scheduled"].includes(before)) return;
  if (!["paused", "finished", "cancelled"].includes(next) || !wantsNotices()) return;
  const said = document.querySelector("#live-state .headline")?.textContent.replace(/\s+/g, " ").trim();
  new Notification(name, { body: said, tag: `${base} ${name}`, icon: document.querySelector("link[rel=icon]").href });
}

function showNotify() {
  const isOver = ["finished", "cancelled", "draft"].includes(state);
  notify.hidden = !canNotify || isOver || Notification.permission === "denied";
  notify.querySelector("button").hidden = wantsNotices();
  notify.querySelector("span").hidden = !wantsNotices();
}

const connectionLost = lost.textContent;

function hear({ kind, of, state: next, parts, since }) {
  if (kind === "news" && of === name) {
    lost.hidden = true;
    for (const [part, html] of Object.entries(parts)) put(part, html);
    arrive(next);
    showNotify();
  } else if (kind === "heard") {
    lost.hidden = true;
  } else if (kind === "silent") {
    lost.textContent = lost.dataset.silent.replace("{time}", clockTime(new Date(since)));
    lost.hidden = false;
  } else if (kind === "lost") {
    lost.textContent = connectionLost;
    lost.hidden = false;
  } else if (kind === "refused") {
    lost.textContent = connectionLost;
    lost.hidden = false;
    // The page itself says what is wrong: whoever was signed out signs in, and comes back.
    setTimeout(() => location.reload(), 3_000);
  }
}

/** One stream for the whole browser. */
function shared() {
  const { port } = new SharedWorker(root.dataset.worker);
  const say = () =>
    port.postMessage({ name, base, language, isSeen: !document.hidden, wantsNotices: wantsNotices() && state === "running" });
  port.addEventListener("message", ({ data }) => hear(data));
  port.start();
  say();
  setInterval(say, 30_000);
  document.addEventListener("visibilitychange", say);
  addEventListener("pagehide", () => port.postMessage({ leaves: true }));
  addEventListener("pageshow", (event) => { if (event.persisted) say(); });
  return say;
}

/** A stream of this page, while it is seen. */
function alone() {
  let source = null;
  let heardAt = 0;
  const heard = () => { heardAt = Date.now(); };
  const leave = () => { source?.close(); source = null; };
  const listen = () => {
    leave();
    source = new EventSource(`${base}/events?of=${encodeURIComponent(name)}&language=${language}`);
    heard();
    source.addEventListener("snapshot", (event) => { heard(); hear({ kind: "news", ...JSON.parse(event.data) }); });
    for (const kind of ["alive", "open"]) source.addEventListener(kind, () => { heard(); hear({ kind: "heard" }); });
    source.addEventListener("error", () =>
      hear({ kind: source?.readyState === EventSource.CLOSED ? "refused" : "lost" }));
  };
  listen();
  setInterval(() => {
    if (source === null || Date.now() - heardAt < 12_000) return;
    const since = heardAt;
    listen();
    hear({ kind: "silent", since });
  }, 2_000);
  document.addEventListener("visibilitychange", () => (document.hidden ? leave() : listen()));
  addEventListener("pagehide", leave);
  addEventListener("pageshow", (event) => { if (event.persisted) listen(); });
  return () => {};
}

const say = "SharedWorker" in window ? shared() : alone();
showNotify();
notify.querySelector("button").addEventListener("click", async () => {
  await Notification.requestPermission();
  showNotify();
  say();
});
