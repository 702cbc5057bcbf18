// One connection for all tabs of a browser that show campaigns: a browser has few connections to one server, and a command
// must never wait behind a stream. Runs as a shared worker; a browser without those has a stream for each page that is seen
// (live.js).

// The server says something every four seconds, if only that it is there.
const SILENCE_MAX_MS = 12_000;
const WATCHES_EVERY_MS = 2_000;
// A tab that was killed says no goodbye; one in the background may speak once a minute.
const TAB_GONE_MS = 150_000;

/** What each tab shows: { name, base, language, isSeen, wantsNotices, seenAt }. */
const tabs = new Map();
/** The latest parts of each campaign, by view and name: a tab that comes later sees them at once. */
const known = new Map();
/** For each view, a base ('' or '/rehearsal') in a language: its source, the names it tells of, and when it was heard last. */
const streams = new Map();

const viewOf = ({ base, language }) => `${base} ${language}`;
const key = (view, name) => `${view} ${name}`;

function tell(view, message) {
  for (const [port, tab] of tabs) {
    if (viewOf(tab) === view && (!message.of || message.of === tab.name)) port.postMessage(message);
  }
}

function follow(view) {
  const own = [...tabs.values()].filter((tab) => viewOf(tab) === view);
  const isWanted = own.some((tab) => tab.isSeen || tab.wantsNotices);
  const names = isWanted ? [...new Set(own.map((tab) => tab.name))].sort().join(",") : "";
  const stream = streams.get(view);
  if ((stream?.names ?? "") === names) return;
  stream?.source.close();
  streams.delete(view);
  if (names) open(view, names, stream?.heardAt);
}

function open(view, names, heardAt) {
  const [base, language] = view.split(" ");
  const source = new EventSource(`${base}/events?of=${encodeURIComponent(names)}&language=${language}`);
  const stream = { source, names, heardAt: heardAt ?? Date.now(), askedAt: Date.now() };
  streams.set(view, stream);
  const heard = () => {
    stream.heardAt = Date.now();
    tell(view, { kind: "heard" });
  };
  source.addEventListener("open", heard);
  source.addEventListener("alive", heard);
  source.addEventListener("snapshot", (event) => {
    heard();
    const { of, state, parts } = JSON.parse(event.data);
    const all = { ...known.get(key(view, of))?.parts, ...parts };
    known.set(key(view, of), { state, parts: all });
    tell(view, { kind: "news", of, state, parts });
  });
  source.addEventListener("error", () => {
    const isRefused = source.readyState === EventSource.CLOSED;
    if (isRefused && streams.get(view) === stream) streams.delete(view);
    tell(view, { kind: isRefused ? "refused" : "lost", since: stream.heardAt });
  });
}

// A connection can be dead without an end; silence tells.
setInterval(() => {
  const now = Date.now();
  for (const [port, tab] of tabs) {
    if (now - tab.seenAt > TAB_GONE_MS) leave(port);
  }
  for (const [view, stream] of streams) {
    if (now - Math.max(stream.heardAt, stream.askedAt) < SILENCE_MAX_MS) continue;
    tell(view, { kind: "silent", since: stream.heardAt });
    stream.source.close();
    open(view, stream.names, stream.heardAt);
  }
}, WATCHES_EVERY_MS);

function leave(port) {
  const tab = tabs.get(port);
  tabs.delete(port);
  if (tab !== undefined) follow(viewOf(tab));
}

self.addEventListener("connect", ({ ports: [port] }) => {
  port.addEventListener("message", ({ data }) => {
    if (data.leaves) {
      leave(port);
      return;
    }
    const isNew = !tabs.has(port);
    tabs.set(port, { ...data, seenAt: Date.now() });
    const view = viewOf(data);
    follow(view);
    const latest = known.get(key(view, data.name));
    if (isNew && latest && streams.has(view)) port.postMessage({ kind: "news", of: data.name, ...latest });
  });
  port.start();
});
