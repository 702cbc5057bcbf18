// The console in a real browser: the whole way from a file to the results, its errors, its narrow screen, and what a
// screen reader meets. Run by tests/it/console.rs, which says where the console is.

import assert from "node:assert/strict";
import { mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { after, before, test } from "node:test";
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
  for (const [width, colorScheme] of [[1280, "light"], [1280, "dark"], [390, "light"], [390, "dark"]]) {
    await page.setViewportSize({ width, height: 800 });
    await page.emulateMedia({ colorScheme });
    if (shots) await page.screenshot({ path: `${shots}/${name}-${width}-${colorScheme}.png`, fullPage: true });
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    assert.ok(overflow <= 0, `${name} is ${overflow}px too wide at ${width}`);
    if (width === 390 && colorScheme === "dark") assert.deepEqual(await faults(page), [], `${name}, narrow and dark`);
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
  await page.getByText("Change", { exact: true }).click();
  await page.getByLabel("Country of numbers without one").fill("IN");
  await page.getByRole("button", { name: "Apply" }).click();
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
  await page.getByRole("button", { name: "{{First Name}}" }).click();
  await text.pressSequentially(", see https://wa.me/c/911161197855");
  await page.locator(".bubble", { hasText: "Hello Asha, see" }).waitFor();
  await page.getByRole("button", { name: "Next row" }).click();
  await page.locator(".bubble", { hasText: "محمد" }).waitFor();
  await page.getByRole("button", { name: "Missing value" }).click();
  await page.locator(".bubble mark", { hasText: "First Name" }).waitFor();
  await look(page, "message");
  await picture(page, "message");
  await page.getByRole("button", { name: "Row before" }).click();
  await page.locator(".bubble", { hasText: "<img src=x" }).waitFor();
  await page.getByLabel("My number").fill("+919800000099");
  await page.getByRole("button", { name: "Send 1 test message" }).click();
  await page.getByText("Accepted by the provider").waitFor();

  await page.getByRole("button", { name: "Keep and continue" }).click();
  await page.waitForURL(/\/start$/);
  await page.getByRole("button", { name: "Send 43 messages" }).waitFor();
  await look(page, "start");
  await picture(page, "start");
  await page.getByRole("button", { name: "Send 43 messages" }).click();
  await page.getByRole("button", { name: "Undo" }).click();
  await page.getByRole("button", { name: "Send 43 messages" }).click();
  await page.locator(".headline", { hasText: "Finished" }).waitFor({ timeout: 60_000 });
  await page.getByRole("link", { name: /^4\d accepted/ }).waitFor();
  await look(page, "finished");
  await page.getByRole("link", { name: "1 duplicate" }).click();
  await page.getByText("same number as line 2").waitFor();
  await look(page, "rows");
  assert.deepEqual(page.errors, []);
});

const crowd = `Name,Phone\n${Array.from({ length: 120 }, (_, n) => `Person ${n},+9198200${String(n).padStart(5, "0")}`).join("\n")}\n`;

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
  await page.getByRole("button", { name: "Keep and continue" }).click();
  await page.waitForURL(/\/start$/);
  await page.getByLabel("Messages per second").fill("6");
  await page.getByRole("button", { name: "Keep these settings" }).click();
  await page.getByText("at up to 6 per second").waitFor();
  await page.locator(".command", { hasText: "--mps 6 --ref1 '{{Name}}'" }).waitFor();
  await page.getByRole("button", { name: "Send 120 messages" }).click();
  await page.getByText("Sending.").waitFor({ timeout: 30_000 });

  const second = await page.context().newPage();
  await second.goto(page.url());
  await page.getByRole("button", { name: "Pause" }).click();
  for (const tab of [page, second]) await tab.getByText("Someone paused it").waitFor();
  await page.reload();
  await page.getByText("120 rows of the list").waitFor();
  await second.getByRole("button", { name: "Resume" }).click();
  for (const tab of [page, second]) await tab.getByText("Sending.").waitFor();
  await page.locator("#change-rate > summary").click();
  await page.getByLabel("Messages per second").fill("7");
  await page.locator("#do-rate").click();
  for (const tab of [page, second]) await tab.getByText("7 per second").first().waitFor();
  await page.locator(".course path.allowed[d^=M]").waitFor({ state: "attached" });
  await look(page, "running");

  for (const tab of [page, second]) await tab.getByText("The account's balance is used up").waitFor({ timeout: 30_000 });
  await page.getByText("The provider said:").waitFor();
  await look(page, "low-balance");
  await picture(page, "low-balance");
  await fetch(`${provider}/simulator/top-up`, { method: "POST", body: JSON.stringify({ messages: 1_000 }) });
  await page.getByRole("button", { name: "The balance is topped up: resume" }).click();
  for (const tab of [page, second]) await tab.getByText("Sending.").waitFor();
  await page.waitForTimeout(pictures ? 3_000 : 0);
  await picture(page, "sending");
  for (const tab of [page, second]) await tab.locator(".headline", { hasText: "Finished" }).waitFor({ timeout: 60_000 });
  await page.getByRole("link", { name: "Who did what here" }).click();
  for (const deed of ["imported a list", "paused", "resumed", "changed the rate"]) {
    await page.getByRole("cell", { name: deed, exact: true }).first().waitFor();
  }
  assert.deepEqual([...page.errors], []);
});

test("the other pages stand on a narrow screen and before a screen reader", async () => {
  const page = await visitor();
  for (const [name, path] of [["suppressions", "/suppressions"], ["settings", "/settings"], ["users", "/users"], ["list", "/"],
    ["audit", "/audit"],
    ["rehearsal", "/rehearsal/"]]) {
    await page.goto(base + path);
    await look(page, name);
  }
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
  await page.getByRole("button", { name: "Keep and continue" }).click();
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

test("a lost connection is said, and the truth is shown when it is back", async () => {
  const page = await visitor();
  await page.route("**/events", (route) => route.abort());
  await page.goto(`${base}/campaigns/spring`);
  await page.getByText("The connection is lost").waitFor();
  await page.unroute("**/events");
  await page.getByText("The connection is lost").waitFor({ state: "hidden", timeout: 20_000 });
  await page.getByRole("link", { name: /^4\d accepted/ }).waitFor();
});
