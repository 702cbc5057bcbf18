// The console in a real browser: the whole way from a file to the results, its errors, its narrow screen, and what a
// screen reader meets. Run by tests/it/console.rs, which says where the console is.

import assert from "node:assert/strict";
import { mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import net from "node:net";
import { after, before, describe, test } from "node:test";
import { chromium } from "playwright-core";

const base = process.env.CONSOLE;
const provider = process.env.PROVIDER;
const shots = process.env.SHOTS;
const pictures = process.env.PICTURES;
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
let browser;

before(async () => {
  if (shots) mkdirSync(shots, { recursive: true });
  browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-dev-shm-usage"],
  });
});
after(() => browser.close());

async function visitor(options = {}) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options });
  const page = await context.newPage();
  page.errors = [];
  page.on("console", (message) => { if (message.type() === "error") page.errors.push(message.text()); });
  page.on("response", (answer) => { if (answer.status() >= 500) page.errors.push(`${answer.status()} ${answer.request().method()} ${answer.url()}`); });
  page.on("pageerror", (error) => page.errors.push(error.message));
  page.on("request", (request) => {
    if (!request.url().startsWith(base) && !request.url().startsWith("data:")) page.errors.push(`asked ${request.url()}`);
  });
  return page;
}

// axe is put in by the debugger, which the page's policy does not bind.
async function faults(page) {
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() => globalThis.axe.run());
  return violations.filter(({ impact }) => ["serious", "critical"].includes(impact))
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" | ").slice(0, 400)}`);
}

// A picture for the README.
async function picture(page, name) {
  if (!pictures) return;
  mkdirSync(pictures, { recursive: true });
  await page.setViewportSize({ width: 1120, height: 700 });
  await page.evaluate(() => scrollTo(0, 0));
  await page.screenshot({ path: `${pictures}/${name}.png` });
  await page.setViewportSize({ width: 1280, height: 800 });
}

async function look(page, name) {
  assert.deepEqual(await faults(page), [], name);
  for (const [width, colorScheme] of [[1440, "light"], [1440, "dark"], [768, "light"], [360, "light"], [320, "dark"]]) {
    await page.setViewportSize({ width, height: 800 });
    await page.emulateMedia({ colorScheme });
    if (shots) await page.screenshot({ path: `${shots}/${name}-${width}-${colorScheme}.png`, fullPage: true });
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    assert.ok(overflow <= 0, `${name} is ${overflow}px too wide at ${width}`);
    if (width === 320) assert.deepEqual(await faults(page), [], `${name}, narrow and dark`);
  }
  await page.setViewportSize({ width: 1280, height: 800 });
  await page.emulateMedia({ colorScheme: "light" });
}

const list = `First Name,Mobile Number,City
Asha,9800000001,Pune
محمد العربي,9800000002,حيدر آباد
"<img src=x onerror=alert(1)>",9800000003,Delhi
,9800000004,Agra
Meera,98000,Pune
Again,9800000001,Pune
${Array.from({ length: 40 }, (_, n) => `Person ${n},98000001${String(n).padStart(2, "0")},Kochi`).join("\n")}
`;

async function upload(page, name) {
  await page.goto(`${base}/new`);
  await page.getByLabel("List of recipients").setInputFiles({ name: `${name}.csv`, mimeType: "text/csv", buffer: Buffer.from(list) });
  assert.equal(await page.getByLabel("Name of the campaign").inputValue(), name);
  await page.getByRole("button", { name: "Upload" }).click();
  await page.waitForURL(/\/columns$/);
}

test("a campaign is made, sent and finished in the browser", async () => {
  const page = await visitor();
  await page.goto(`${base}/`);
  await look(page, "campaigns-empty");
  await page.getByRole("link", { name: "New campaign" }).click();
  await look(page, "new");
  await upload(page, "spring");
  await page.getByLabel("Country of numbers without a country code").fill("IN");
  await page.getByRole("button", { name: "Apply" }).first().click();
  await page.getByText("+919800000001").waitFor();
  await look(page, "columns");
  await page.getByRole("button", { name: "Continue" }).click();
  await page.waitForURL(/\/check$/);
  await page.getByText("5 digits are too few").waitFor();
  await look(page, "check");
  await picture(page, "check");
  await page.getByRole("link", { name: "Continue with 44 good rows" }).click();

  const text = page.locator("textarea[name=message]");
  await text.fill("Hello ");
  await page.getByRole("button", { name: "First Name", exact: true }).click();
  await text.pressSequentially(", see ");
  await page.getByRole("button", { name: "Add the catalogue link" }).click();
  await page.locator("#preview > .bubble", { hasText: "Hello Asha, see" }).waitFor();
  await page.getByRole("button", { name: "Next row" }).click();
  await page.locator("#preview > .bubble", { hasText: "محمد" }).waitFor();
  await page.getByRole("button", { name: "Missing value" }).click();
  await page.locator("#preview > .bubble mark", { hasText: "First Name" }).waitFor();
  await page.getByText("The exact request").waitFor({ state: "hidden" });
  await page.getByLabel("Line", { exact: true }).fill("2");
  await page.keyboard.press("Enter");
  await page.locator("#preview > .bubble", { hasText: "Hello Asha, see" }).waitFor();
  await page.getByText("The exact request").click();
  await page.getByText('"to":"+919800000001"').waitFor();
  const kept = await text.inputValue();
  await text.fill(`${kept} {{vorname}}`);
  await page.getByLabel("vorname").selectOption("First Name");
  await page.getByRole("button", { name: "Use this column" }).click();
  await page.locator("#preview > .bubble", { hasText: /Asha$/ }).waitFor();
  await text.fill(kept);
  await page.getByRole("button", { name: "Missing value" }).click();
  await page.locator("#preview > .bubble mark", { hasText: "First Name" }).waitFor();
  // A preview that cannot be fetched is not shown as if it were the message; what was typed is saved once it can be.
  await page.route("**/message", (route) => (route.request().method() === "POST" ? route.abort() : route.continue()));
  await text.press("End");
  await text.pressSequentially("!");
  await page.getByText("the preview could not be fetched").waitFor();
  await page.getByText("Not saved: the server does not answer").waitFor();
  await page.unroute("**/message");
  await page.getByText(/^Saved /).waitFor({ timeout: 15_000 });
  page.errors = page.errors.filter((error) => !error.includes("ERR_FAILED"));
  await text.fill(kept);
  await page.getByRole("button", { name: "Missing value" }).click();
  await page.locator("#preview > .bubble mark", { hasText: "First Name" }).waitFor();
  await look(page, "message");
  await picture(page, "message");
  await page.getByRole("button", { name: "Previous row" }).click();
  await page.locator("#preview > .bubble", { hasText: "<img src=x" }).waitFor();
  await page.getByLabel("My number").fill("+919800000099");
  await page.getByRole("button", { name: "Send 1 test message" }).click();
  await page.getByText("The provider accepted the message").waitFor();

  // The steps lead on with what was typed.
  await page.getByRole("navigation", { name: "Steps" }).getByRole("link", { name: "Start" }).click();
  await page.waitForURL(/\/start$/);
  await page.getByRole("button", { name: "Send 43 messages" }).waitFor();
  await page.locator("#tested", { hasText: /^Tested .+ on …99\. / }).waitFor();
  await page.locator(".sample .bubble", { hasText: "Hello Asha, see" }).waitFor();
  await look(page, "start");
  await picture(page, "start");
  await page.getByRole("button", { name: "Send 43 messages" }).click();
  await page.getByRole("button", { name: "Undo" }).click();
  await page.getByRole("button", { name: "Send 43 messages" }).click();
  await page.locator(".headline", { hasText: "Finished" }).waitFor({ timeout: 60_000 });
  await page.getByRole("link", { name: /^4\d accepted/ }).waitFor();
  await page.locator(".command", { hasText: "catalink export spring" }).waitFor();
  await look(page, "finished");
  await page.getByRole("link", { name: "1 duplicate" }).click();
  await page.getByText("same number as line 2").waitFor();
  await look(page, "rows");
  await page.getByRole("link", { name: "7", exact: true }).click();
  await page.getByText("No message is sent for this row.").waitFor();
  await look(page, "row");

  // The rejected row comes back, is mended in whatever opens a table, and goes into the same campaign.
  await page.getByRole("link", { name: "spring" }).click();
  await page.getByRole("link", { name: "Add a list…" }).click();
  await look(page, "add");
  const rejected = await page.evaluate(async () => (await fetch("rejected.csv")).text());
  const mended = rejected.replace("98000,", "9800098000,");
  assert.notEqual(mended, rejected);
  await page.getByLabel("List of recipients").setInputFiles({ name: "mended.csv", mimeType: "text/csv", buffer: Buffer.from(mended) });
  await page.getByRole("button", { name: "Upload" }).click();
  await page.getByText("The columns are set as for the last file").waitFor();
  await page.getByRole("button", { name: "Continue" }).click();
  await page.getByRole("link", { name: "Continue with 1 good row" }).click();
  await page.getByText("it continues with the new recipients only").waitFor();
  await look(page, "add-start");
  await page.getByRole("button", { name: "Send 1 more message" }).click();
  await page.locator(".headline", { hasText: "Finished" }).waitFor({ timeout: 60_000 });
  await page.getByText("All 46 rows of the list").waitFor();
  assert.deepEqual(page.errors, []);
});

async function setRate(page, n) {
  await page.locator("#change-rate > summary").click();
  await page.getByLabel("Messages per second").fill(String(n));
  await page.locator("#do-rate").click();
  await page.locator("#change-rate:not([open])").waitFor();
}

/** What is live stays in its place: presses of a link arrive while it changes, and it keeps the focus. */
async function pressWhileItChanges(page) {
  const link = page.locator("#live-figures a").first();
  await page.evaluate(() => {
    window.presses = 0;
    window.count = (event) => {
      event.preventDefault();
      window.presses += event.target.closest("#live-figures a") ? 1 : 0;
    };
    document.addEventListener("click", window.count, { capture: true });
    window.met = [];
    for (const kind of ["pointerdown", "pointerup"]) {
      document.addEventListener(kind, ({ target }) => {
        if (!target.closest("#live-figures a")) window.met.push(`${kind} ${target.outerHTML.slice(0, 120)}`);
      }, { capture: true });
    }
  });
  await link.focus();
  const standing = () => page.locator("#live-state .headline").textContent();
  const before = await standing();
  const n = 100;
  for (let pressed = 0; pressed < n; pressed += 1) {
    const { x, y, width, height } = await link.boundingBox();
    await page.mouse.move(x + width / 2, y + height / 2);
    await page.mouse.down();
    await page.waitForTimeout(20);
    await page.mouse.up();
  }
  const [arrived, hasFocus, met] = await page.evaluate(() => {
    document.removeEventListener("click", window.count, { capture: true });
    return [window.presses, document.activeElement.closest("#live-figures") !== null, window.met];
  });
  const after = await standing();
  // Where it pauses or ends meanwhile, the words for that are longer, and a press in that very moment may miss.
  const turns = before.split(" ")[0] === after.split(" ")[0] ? 0 : 1;
  assert.ok(arrived >= n - turns, `${arrived} of ${n} presses arrived, from “${before}” to “${after}”; the others met ${met}`);
  assert.ok(hasFocus, "the focus stays");
}

const crowd = `Name,Phone\n${Array.from({ length: 120 }, (_, n) => `Person ${n},+9198200${String(n).padStart(5, "0")}`).join("\n")}\n`;

// They mostly wait, and not for each other.
describe("at once", { concurrency: true }, () => {
test("a campaign is paused, resumed, reloaded and mended while two tabs look on", async () => {
  const page = await visitor();
  await page.goto(`${base}/new`);
  await page.getByLabel("List of recipients").setInputFiles({ name: "summer.csv", mimeType: "text/csv", buffer: Buffer.from(crowd) });
  await page.getByRole("button", { name: "Upload" }).click();
  await page.waitForURL(/\/columns$/);
  await page.getByRole("button", { name: "Continue" }).click();
  await page.getByRole("link", { name: "Continue with 120 good rows" }).click();
  await page.getByText("Tags for reports").click();
  await page.getByLabel("ref1").fill("{{Name}}");
  await page.getByRole("button", { name: "Save and continue" }).click();
  await page.waitForURL(/\/start$/);
  await page.getByText("Rate, hours and more").click();
  await page.getByLabel("Messages per second").fill("6");
  await page.getByRole("button", { name: "Save these settings" }).click();
  await page.getByText("at up to 6 per second").waitFor();
  await page.locator(".command", { hasText: "--mps 6 --ref1 '{{Name}}'" }).waitFor();
  await page.getByRole("button", { name: "Send 120 messages" }).click();
  await page.getByText("Sending.").waitFor({ timeout: 30_000 });

  const second = await page.context().newPage();
  await second.goto(page.url());
  await page.getByRole("button", { name: "Pause" }).click();
  for (const tab of [page, second]) await tab.getByText("A user paused it").waitFor();
  await page.reload();
  await page.getByText("120 rows of the list").waitFor();
  await second.getByRole("button", { name: "Resume" }).click();
  for (const tab of [page, second]) await tab.getByText("Sending.").waitFor();
  // Slowly: what pauses it comes after the presses.
  await setRate(page, 2);
  for (const tab of [page, second]) await tab.getByText("2 per second").first().waitFor();
  await page.locator(".course path.allowed[d^=M]").waitFor({ state: "attached" });
  await pressWhileItChanges(page);
  await look(page, "running");
  await setRate(page, 60);

  for (const tab of [page, second]) await tab.getByText("The account's balance is used up").waitFor({ timeout: 30_000 });
  await page.getByText("Details:").waitFor();
  await look(page, "low-balance");
  await picture(page, "low-balance");
  // Slowly again, so that both tabs see it send before it has finished.
  await setRate(page, 3);
  await fetch(`${provider}/simulator/top-up`, { method: "POST", body: JSON.stringify({ messages: 1_000 }) });
  await page.getByRole("button", { name: "The balance is topped up: resume" }).click();
  for (const tab of [page, second]) await tab.getByText("Sending.").waitFor();
  if (pictures) {
    await page.waitForTimeout(4_000);
    await picture(page, "sending");
  }
  await setRate(page, 60);
  for (const tab of [page, second]) await tab.locator(".headline", { hasText: "Finished" }).waitFor({ timeout: 60_000 });
  await page.getByRole("link", { name: "Activity log" }).click();
  for (const deed of ["imported a list", "paused", "resumed", "changed the rate"]) {
    await page.getByRole("cell", { name: deed, exact: true }).first().waitFor();
  }
  assert.deepEqual([...page.errors], []);
});

test("the other pages stand on a narrow screen and before a screen reader", async () => {
  const page = await visitor();
  for (const [name, path] of [["suppressions", "/suppressions"], ["settings", "/settings"], ["users", "/users"], ["list", "/"],
    ["audit", "/audit"], ["all", "/?all=yes"], ["search", "/search?q=spring"], ["person", "/people/919800000001"],
    ["plan", "/campaigns/spring/plan"], ["lists", "/campaigns/spring/lists"], ["totals", "/campaigns/spring/totals?by=hour"],
    ["rehearsal", "/rehearsal/"]]) {
    await page.goto(base + path);
    await look(page, name);
  }
  await page.goto(`${base}/suppressions`);
  for (const [list, said] of [["Phone\n+4915112345678\nnobody\n", "Line 3: "],
    ["Phone\n+4915112345680\n+4915112345679\n", "2 numbers were added to the list."]]) {
    const form = page.locator("details", { hasText: "Add the numbers from a file" });
    if (await form.getAttribute("open") === null) await form.locator("summary").click();
    await form.getByLabel("The file").setInputFiles({ name: "no.csv", mimeType: "text/csv", buffer: Buffer.from(list) });
    await form.getByRole("button", { name: "Add all numbers from the file" }).click();
    await page.getByText(said).waitFor();
  }
  await look(page, "suppressions-list");
  page.errors = page.errors.filter((error) => !error.includes("422"));
  assert.deepEqual(page.errors, []);
});

test("without scripts a draft comes as far", async () => {
  const page = await visitor({ javaScriptEnabled: false });
  await page.goto(`${base}/new`);
  await page.getByLabel("Name of the campaign").fill("plain");
  await page.getByLabel("List of recipients").setInputFiles({ name: "l.csv", mimeType: "text/csv", buffer: Buffer.from(list.replaceAll(",98000", ",+9198000")) });
  await page.getByRole("button", { name: "Upload" }).click();
  await page.getByRole("button", { name: "Continue" }).click();
  await page.getByRole("link", { name: /Continue with/ }).click();
  await page.getByRole("button", { name: "Next row" }).click();
  await page.getByRole("button", { name: "Save and continue" }).click();
  await page.getByRole("button", { name: /Send \d+ messages/ }).waitFor();
});

test("everything can be reached by keyboard", async () => {
  const page = await visitor();
  await page.goto(`${base}/`);
  await page.keyboard.press("Tab");
  assert.equal(await page.evaluate(() => document.activeElement.className), "skip");
  await page.keyboard.press("Enter");
  assert.equal(await page.evaluate(() => document.activeElement.id), "content");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/new$/);
});
});

test("eight tabs share one connection, and a press of Pause arrives at once", async () => {
  const page = await visitor();
  await page.goto(`${base}/new`);
  await page.getByLabel("List of recipients").setInputFiles({ name: "tabs.csv", mimeType: "text/csv", buffer: Buffer.from(crowd.replaceAll("+9198200", "+9198201")) });
  await page.getByRole("button", { name: "Upload" }).click();
  await page.waitForURL(/\/columns$/);
  await page.getByRole("button", { name: "Continue" }).click();
  await page.getByRole("link", { name: /^Continue with 120/ }).click();
  await page.getByRole("button", { name: "Save and continue" }).click();
  await page.waitForURL(/\/start$/);
  await page.getByText("Rate, hours and more").click();
  await page.getByLabel("Messages per second").fill("2");
  await page.getByRole("button", { name: "Send 120 messages" }).click();
  await page.getByText("Sending.").waitFor({ timeout: 30_000 });
  const address = page.url();
  const tabs = [page];
  while (tabs.length < 8) {
    const tab = await page.context().newPage();
    await tab.goto(address);
    await tab.getByText("Sending.").waitFor();
    tabs.push(tab);
  }
  for (const tab of tabs) await tab.waitForFunction(() => document.title.startsWith("Sending "));
  // Nothing above the figures changes its height while it is sent.
  const tops = await page.evaluate(async () => {
    const seen = new Set();
    for (let n = 0; n < 60; n += 1) {
      seen.add(document.getElementById("live-figures").getBoundingClientRect().top);
      await new Promise((done) => setTimeout(done, 50));
    }
    return [...seen];
  });
  assert.equal(tops.length, 1, `the figures were at ${tops}`);
  const pressed = Date.now();
  await tabs.at(-1).getByRole("button", { name: "Pause" }).click();
  for (const tab of tabs) await tab.getByText("A user paused it").waitFor({ timeout: 3_000 });
  assert.ok(Date.now() - pressed < 3_000, `it took ${Date.now() - pressed} ms`);
  for (const tab of tabs) await tab.waitForFunction(() => document.title.startsWith("Paused "));
  // Whoever allows it is told, also in the background.
  await page.context().grantPermissions(["notifications"], { origin: base });
  await page.evaluate(() => { window.Notification = class { static permission = "granted"; constructor(title, { body }) { window.told = `${title}: ${body}`; } }; });
  await page.getByRole("button", { name: "Resume" }).click();
  await page.getByText("Sending.").waitFor();
  await page.evaluate(() => { window.Notification = class { static permission = "granted"; constructor(title, { body }) { window.told = `${title}: ${body}`; } }; });
  await tabs[1].getByText("Cancel campaign…").click();
  await tabs[1].getByRole("button", { name: "Cancel for all waiting recipients" }).click();
  await page.waitForFunction(() => window.told?.startsWith("tabs: Cancelled."));
  assert.deepEqual(page.errors, []);
});

/** A way to the console that can be stopped without an end, as by a network that drops everything. */
async function stallable() {
  const { port } = new URL(base);
  const sockets = new Set();
  let isStalled = false;
  const server = net.createServer((own) => {
    const other = net.connect(Number(port), "127.0.0.1");
    for (const socket of [own, other]) {
      sockets.add(socket);
      socket.on("error", () => {});
      socket.on("close", () => { sockets.delete(socket); own.destroy(); other.destroy(); });
    }
    own.on("data", (bytes) => { if (!isStalled) other.write(bytes); });
    other.on("data", (bytes) => { if (!isStalled) own.write(bytes); });
  });
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  return {
    base: `http://127.0.0.1:${server.address().port}`,
    stall() { isStalled = true; },
    flow() { isStalled = false; for (const socket of sockets) socket.destroy(); },
    close() { for (const socket of sockets) socket.destroy(); server.close(); },
  };
}

test("a connection that is dead without an end is noticed, and the time of the last news is said", async () => {
  const way = await stallable();
  try {
  const page = await visitor();
  await page.goto(`${way.base}/campaigns/spring`);
  await page.locator(".headline", { hasText: "Finished" }).waitFor();
  await page.waitForTimeout(1_500);
    way.stall();
  await page.getByText(/^No news since \d{1,2}:\d\d/).waitFor({ timeout: 30_000 });
  way.flow();
  await page.getByText(/^No news since/).waitFor({ state: "hidden", timeout: 30_000 });
  } finally {
    way.close();
  }
});

test("a lost connection is said, and the truth is shown when it is back", async () => {
  const page = await visitor();
  // Without shared workers a page has a stream of its own.
  await page.addInitScript(() => delete window.SharedWorker);
  await page.route("**/events?*", (route) => route.abort());
  await page.goto(`${base}/campaigns/spring`);
  await page.getByText("The connection is lost").waitFor();
  await page.unroute("**/events?*");
  await page.getByText("The connection is lost").waitFor({ state: "hidden", timeout: 20_000 });
  await page.getByRole("link", { name: /^4\d accepted/ }).waitFor();
});

async function signIn(page, name, password) {
  await page.getByLabel("Name").fill(name);
  await page.getByLabel("Password").fill(password);
  await page.getByRole("button", { name: "Sign in" }).click();
}

// The last one: from the first user on everyone signs in.
test("the console speaks the browser's language, or the one that was chosen", async () => {
  const page = await visitor({ locale: "de-DE", viewport: { width: 360, height: 800 } });
  await page.goto(`${base}/`);
  await page.getByRole("heading", { name: "Kampagnen", exact: true }).waitFor();
  const lang = () => page.evaluate(() => document.documentElement.lang);
  assert.equal(await lang(), "de");
  const paths = ["/", "/?all=yes", "/new", "/campaigns/spring", "/campaigns/spring/rows", "/campaigns/spring/plan",
    "/campaigns/spring/lists", "/campaigns/spring/totals", "/campaigns/summer", "/campaigns/plain", "/suppressions", "/settings",
    "/audit", "/users", "/search?q=spring", "/nowhere", "/sign-in"];
  const lookAll = async (language) => {
    for (const path of paths) {
      await page.goto(base + path);
      assert.equal(await lang(), language, path);
      const name = `${language}${path.replace(/\W+/g, "-")}`;
      if (shots) await page.screenshot({ path: `${shots}/${name}-360.png`, fullPage: true });
      const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      assert.ok(overflow <= 0, `${name} is ${overflow}px too wide`);
    }
  };
  await lookAll("de");
  // What comes live is in the language of its page.
  await page.goto(`${base}/campaigns/spring`);
  const told = await page.evaluate(() => new Promise((done) => {
    const events = new EventSource(`${location.pathname}/events`);
    events.addEventListener("snapshot", ({ data }) => { events.close(); done(data); });
  }));
  assert.ok(told.includes("Der Anbieter hat") && !told.includes("The provider"), told);

  await page.goto(`${base}/campaigns/spring/rows?status=accepted`);
  await page.getByRole("button", { name: "हिन्दी" }).click();
  await page.waitForURL(/\/rows\?status=accepted$/);
  await page.getByRole("heading", { name: "पंक्तियाँ: स्वीकृत" }).waitFor();
  const { expires } = (await page.context().cookies()).find(({ name }) => name === "catalink_language");
  assert.ok(expires - Date.now() / 1000 > 364 * 86_400);
  await lookAll("hi");
  await page.goto(`${base}/campaigns/spring`);
  assert.deepEqual(await faults(page), []);
  assert.deepEqual(page.errors.filter((error) => !error.includes("404")), []);

  // Without scripts too.
  const plain = await visitor({ locale: "fr-FR", javaScriptEnabled: false });
  await plain.goto(`${base}/`);
  await plain.getByRole("heading", { name: "Campaigns", exact: true }).waitFor();
  await plain.getByRole("button", { name: "Português" }).click();
  await plain.getByRole("heading", { name: "Campanhas", exact: true }).waitFor();
  await plain.goto(`${base}/campaigns/spring/report`);
  await plain.getByRole("heading", { name: "O que houve com as mensagens aceitas" }).waitFor();
});

test("everyone signs in once there is a user, and has the buttons of their role", async () => {
  const page = await visitor();
  const password = "correct horse battery";
  await page.goto(`${base}/campaigns/plain/start`);
  await page.getByLabel("Start at").fill("2035-01-02T09:00");
  assert.ok(await page.getByLabel("Scheduled").isChecked());
  await page.getByRole("button", { name: /^Schedule \d+ messages for Tue.*(9:00|09:00)/ }).click();
  await page.getByText(/^Scheduled for Tue 2 Jan 09:00 .+ in \d seconds?\./).waitFor();
  await page.locator(".headline", { hasText: "Scheduled: sending starts at" }).waitFor({ timeout: 30_000 });
  await page.getByRole("button", { name: "Pause" }).waitFor();

  await page.getByRole("link", { name: "Add a user" }).click();
  for (const [name, role] of [["asha", "admin"], ["vik", "viewer"], ["sen", "sender"]]) {
    await page.getByLabel("Name").fill(name);
    await page.getByLabel("Role").selectOption(role);
    await page.getByRole("button", { name: "Create an invitation link" }).click();
    const link = await page.getByLabel("Invitation link").inputValue();
    await page.getByRole("rowheader", { name }).waitFor();
    // They set the password on their own, in a browser of their own.
    const own = await visitor();
    await own.goto(link);
    await look(own, `invitation-${name}`);
    await own.getByLabel("New password", { exact: true }).fill(password);
    await own.getByLabel("The new password again").fill(password);
    await own.getByRole("button", { name: "Set the password and sign in" }).click();
    await own.getByRole("link", { name: "plain" }).waitFor();
    await own.goto(link);
    await own.getByText("has been used or has expired").waitFor();
    await own.context().close();
    if (role === "admin") {
      await page.goto(`${base}/users`);
      await page.waitForURL(/\/sign-in\?to=%2Fusers$/);
      await look(page, "sign-in");
      await signIn(page, name, "wrong horse");
      await page.getByRole("alert").getByText("The name or the password is wrong").waitFor();
      assert.equal(await page.getByLabel("Name").inputValue(), name);
      await signIn(page, name, password);
      await page.waitForURL(/\/users$/);
    }
  }
  await look(page, "users-three");
  await page.getByRole("button", { name: "Sign out" }).click();
  await page.waitForURL(/\/sign-in$/);
  await page.goto(`${base}/campaigns/spring`);
  await page.waitForURL(/\/sign-in\?to=%2Fcampaigns%2Fspring$/);

  await signIn(page, "vik", password);
  await page.waitForURL(/\/campaigns\/spring$/);
  await page.goto(`${base}/`);
  await page.getByRole("link", { name: "plain" }).waitFor();
  assert.equal(await page.getByRole("link", { name: "New campaign" }).count(), 0);
  // A notice of one's own browser is for everybody.
  const acts = page.locator("main :is(button, form[method=post], details):not([data-notify] *)");
  for (const path of ["/campaigns/plain", "/campaigns/summer", "/suppressions", "/campaigns/spring/rows?status=rejected"]) {
    await page.goto(base + path);
    await page.locator("h1").waitFor();
    const search = await page.locator("main form[role=search] button").count();
    assert.equal(await acts.count(), search, `${path} has something to press for a viewer`);
  }
  await page.goto(`${base}/campaigns/plain`);
  // What comes live has no buttons either.
  const told = await page.evaluate(() => new Promise((done) => {
    const events = new EventSource(`${location.pathname}/events`);
    events.addEventListener("snapshot", ({ data }) => { events.close(); done(data); });
  }));
  assert.ok(told.includes("Scheduled: sending starts at") && !told.includes("<button"), told);
  await look(page, "viewer");
  await page.goto(`${base}/new`);
  await page.getByRole("heading", { name: "Not allowed" }).waitFor();
  await page.goto(`${base}/`);
  await page.getByRole("button", { name: "Sign out" }).click();

  await signIn(page, "sen", password);
  await page.getByRole("link", { name: "New campaign" }).waitFor();
  assert.equal(await page.getByRole("link", { name: "Users" }).count(), 0);
  await page.getByRole("link", { name: "plain" }).click();
  await page.getByRole("button", { name: "Pause" }).click();
  await page.getByText("paused by sen").waitFor();
  await page.goto(`${base}/campaigns/spring`);
  await page.getByText("Import the provider’s report…").waitFor();
  assert.equal(await page.getByText("Delete the recipients’ data…").count(), 0);
  await page.getByRole("button", { name: "Sign out" }).click();

  // Somebody who guesses is slowed down where nobody knows the browser; its user gets in at once where they are known.
  const stranger = await visitor();
  await stranger.goto(`${base}/sign-in`);
  for (let n = 0; n < 5; n += 1) {
    await signIn(stranger, "sen", `guess ${n}`);
    await stranger.getByText("The name or the password is wrong").waitFor();
  }
  await signIn(stranger, "sen", password);
  await stranger.getByText("Too many attempts").waitFor();
  await look(stranger, "sign-in-often");
  await stranger.context().close();
  await page.waitForURL(/\/sign-in$/);
  await signIn(page, "sen", password);
  await page.getByRole("link", { name: "New campaign" }).waitFor();
  await page.getByRole("button", { name: "Sign out" }).click();
  await signIn(page, "asha", password);
  await page.getByRole("link", { name: "Users" }).waitFor();
  await page.goto(`${base}/campaigns/spring`);
  await page.getByText("Delete the recipients’ data…").waitFor();
  await page.getByRole("link", { name: "My account: asha" }).click();
  await page.getByText("Turn it on…").click();
  await page.getByRole("img", { name: "QR code for the app" }).waitFor();
  await look(page, "account");
  await page.goto(`${base}/suppressions/remove?number=4915112345678`);
  await page.getByRole("button", { name: "Take it off the list" }).waitFor();
  await look(page, "suppression-removal");
});
