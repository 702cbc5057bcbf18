// Comforts for making a campaign: the upload's progress in bytes, dropping a file, chips, a bubble that follows the text, which
// is saved as it is typed, and a button that says when. Every step works without this.

import { clockTime, locale } from "./console.js";

function bytes(n) {
  const units = ["B", "kB", "MB", "GB"];
  let unit = 0;
  while (n >= 1000 && unit < units.length - 1) { n /= 1000; unit += 1; }
  return `${unit === 0 || n >= 10 ? Math.round(n) : n.toFixed(1)} ${units[unit]}`;
}

const upload = document.querySelector("[data-upload]");
if (upload) {
  const drop = upload.querySelector("[data-drop]");
  const input = drop.querySelector("input");
  const name = upload.querySelector("input[name=name]");
  const shown = upload.querySelector("[data-uploading]");
  const bar = shown.querySelector("progress");
  const words = shown.querySelector("p");
  for (const kind of ["dragenter", "dragover"]) {
    drop.addEventListener(kind, (event) => { event.preventDefault(); drop.classList.add("over"); });
  }
  for (const kind of ["dragleave", "drop"]) drop.addEventListener(kind, () => drop.classList.remove("over"));
  drop.addEventListener("drop", (event) => {
    event.preventDefault();
    if (event.dataTransfer.files.length === 0) return;
    input.files = event.dataTransfer.files;
    input.dispatchEvent(new Event("change", { bubbles: true }));
  });
  input.addEventListener("change", () => {
    const file = input.files[0];
    if (!file || !name || name.value) return;
    name.value = file.name.replace(/(\.(csv|tsv|txt|xlsx?|ods|zip|gz))+$/i, "").replace(/[^\p{L}\p{N}._-]+/gu, "-")
      .replace(/^-+|-+$/g, "").slice(0, 64);
  });
  upload.addEventListener("submit", (event) => {
    event.preventDefault();
    const request = new XMLHttpRequest();
    request.upload.addEventListener("progress", (sent) => {
      bar.max = sent.total;
      bar.value = sent.loaded;
      words.textContent = sent.loaded < sent.total
        ? upload.dataset.progress.replace("{done}", bytes(sent.loaded)).replace("{total}", bytes(sent.total))
        : upload.dataset.reading;
    });
    const fail = async () => {
      shown.hidden = false;
      words.textContent = upload.dataset.failed;
      upload.querySelector("button").disabled = false;
      // The file may have arrived, and only the answer was lost.
      if (!name?.value || bar.value < bar.max) return;
      const base = upload.action.replace(/\/uploads$/, "");
      const answer = await fetch(`${base}/campaigns/${encodeURIComponent(name.value)}`).catch(() => null);
      if (answer?.ok) location.assign(answer.url);
    };
    request.addEventListener("error", fail);
    request.addEventListener("abort", fail);
    request.addEventListener("load", () => {
      if (request.status < 400) {
        location.assign(request.responseURL);
        return;
      }
      // The answer is the page that says what is wrong.
      const answer = new DOMParser().parseFromString(request.responseText, "text/html");
      const problem = answer.querySelector(".problem") ?? answer.querySelector("main p");
      document.querySelector("main > .problem")?.remove();
      const told = document.createElement("p");
      told.className = "problem";
      told.setAttribute("role", "alert");
      // With its link, where there is one.
      told.append(...(problem ? problem.childNodes : [upload.dataset.failed]));
      upload.before(told);
      shown.hidden = true;
      upload.querySelector("button").disabled = false;
    });
    request.open("POST", upload.action);
    shown.hidden = false;
    upload.querySelector("button").disabled = true;
    request.send(new FormData(upload));
  });
}

// A time that is set is most likely meant where the visitor is.
const zone = document.querySelector("[data-zone]");
if (zone) {
  for (const input of zone.form.elements) {
    if (!["time", "datetime-local"].includes(input.type)) continue;
    input.addEventListener("input", () => {
      zone.value ||= Intl.DateTimeFormat().resolvedOptions().timeZone;
      zone.dispatchEvent(new Event("input"));
    });
  }
}

// The button says what it does: sends now, or schedules for the time that is set.
const act = document.querySelector("[data-act]");
if (act && zone) {
  const { elements } = zone.form;
  const { start_at: at, said, when } = elements;
  const words = new Intl.DateTimeFormat(locale, {
    weekday: "short", day: "numeric", month: "short", hour: "2-digit", minute: "2-digit", timeZone: "UTC",
  });
  const follow = () => {
    const isLater = when.value === "later" && at.value !== "";
    act.textContent = isLater
      ? act.dataset.later.replace("{time}", `${words.format(new Date(`${at.value}Z`))} ${zone.value || "UTC"}`)
      : act.dataset.now;
    said.value = isLater ? at.value : "";
    at.required = when.value === "later";
  };
  at.addEventListener("input", () => { when.value = at.value ? "later" : "now"; follow(); });
  zone.addEventListener("input", follow);
  for (const radio of when) {
    radio.addEventListener("change", () => {
      if (when.value === "now") at.value = "";
      follow();
      if (when.value === "later") at.focus();
    });
  }
}

const editor = document.querySelector("[data-message]");
if (editor) {
  const text = editor.querySelector("[data-text]");
  const preview = editor.querySelector("[data-preview]");
  let latest = 0;
  let timer;

  const saved = editor.querySelector("[data-saved-at]");
  let isDirty = false;
  let hasFailed = false;
  let nTyped = 0;

  /** Sends the form; what is typed is saved with it. Says so, or why it is not. */
  async function post(form) {
    const n = nTyped;
    const answer = await fetch(editor.action, { method: "POST", body: new URLSearchParams(form) }).catch(() => null);
    hasFailed = !answer?.ok;
    if (!hasFailed && n === nTyped) isDirty = false;
    saved.classList.toggle("wrong", hasFailed);
    saved.textContent = answer?.ok ? editor.dataset.saved.replace("{time}", clockTime(new Date()))
      : answer?.status === 401 ? editor.dataset.signedOut : editor.dataset.unsaved;
    if (answer?.status === 401) {
      const link = document.createElement("a");
      link.href = "/sign-in";
      link.target = "_blank";
      link.textContent = "/sign-in";
      saved.append(" ", link);
    }
    return answer;
  }

  // What could not be saved is tried again, and what is left in a hurry is saved on the way out.
  setInterval(() => { if (hasFailed) show("show"); }, 5_000);
  addEventListener("pagehide", () => {
    if (!isDirty) return;
    const form = new URLSearchParams(new FormData(editor));
    form.set("go", "keep");
    fetch(editor.action, { method: "POST", body: form, keepalive: true }).catch(() => {});
  });
  editor.addEventListener("change", ({ target }) => {
    // What is looked at, and one's own number, are no part of the message.
    // What is typed into the text is sent by its own timer.
    if (preview.contains(target) || target === text || target.name === "to") return;
    isDirty = true;
    show("show");
  });

  async function show(go) {
    // This sends what was typed too.
    clearTimeout(timer);
    const mine = ++latest;
    const form = new FormData(editor);
    form.set("go", go);
    form.set("part", "preview");
    const focused = preview.contains(document.activeElement) ? document.activeElement : null;
    const active = focused?.matches("button") ? focused.value : null;
    const open = [...preview.querySelectorAll("details[open]")].map((details) => details.dataset.kept);
    const answer = await post(form);
    if (mine !== latest) return;
    if (!answer?.ok) {
      // An old bubble is not shown as if it were the message.
      const told = document.createElement("p");
      told.className = "problem";
      told.setAttribute("role", "alert");
      told.textContent = editor.dataset.stale;
      preview.querySelector(":scope > .problem.stale")?.remove();
      told.classList.add("stale");
      preview.prepend(told);
      preview.classList.add("is-stale");
      return;
    }
    const html = await answer.text();
    if (mine !== latest) return;
    preview.classList.remove("is-stale");
    preview.innerHTML = html;
    for (const kept of open) preview.querySelector(`details[data-kept=${kept}]`)?.setAttribute("open", "");
    if (focused?.matches("input")) preview.querySelector(`input[name=${focused.name}]`)?.focus();
    if (active) preview.querySelector(`button[value=${active}]`)?.focus();
  }

  text.addEventListener("input", () => {
    // What was wrong with the text before is not said of the new one.
    editor.querySelector(".write > .problem")?.remove();
    isDirty = true;
    nTyped += 1;
    clearTimeout(timer);
    timer = setTimeout(() => show("show"), 250);
  });
  editor.addEventListener("submit", (event) => {
    const go = event.submitter?.value;
    if (!["back", "next", "line", "longest", "missing", "show"].includes(go)) return;
    event.preventDefault();
    event.stopPropagation();
    show(go);
  }, true);
  // Return in the field of the line asks for that line, not for what the form's first button does.
  preview.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !event.target.matches("[data-enter]")) return;
    event.preventDefault();
    show(event.target.dataset.enter);
  });
  const insert = (words) => {
    text.setRangeText(words, text.selectionStart, text.selectionEnd, "end");
    text.focus();
    text.dispatchEvent(new Event("input", { bubbles: true }));
  };
  for (const button of editor.querySelectorAll("[data-insert]")) {
    button.type = "button";
    button.addEventListener("click", () => insert(button.dataset.insert));
  }
  const fallback = editor.querySelector("[data-fallback]");
  fallback.hidden = false;
  const ifEmpty = fallback.querySelector("input");
  const chips = [];
  for (const code of editor.querySelectorAll("[data-chip]")) {
    const chip = document.createElement("button");
    chip.type = "button";
    chip.className = "chip";
    chip.textContent = code.dataset.chip;
    chip.addEventListener("click", () => {
      // A quote in a text of a template is written with a backslash.
      const text = ifEmpty.value.trim().replace(/[\\"]/g, "\\$&");
      insert(text ? `{{ ${code.dataset.chip} | default("${text}") }}` : `{{${code.dataset.chip}}}`);
      ifEmpty.value = "";
    });
    chips.push(chip);
    code.replaceWith(chip);
  }
  for (const input of [ifEmpty, editor.querySelector("[data-find] input")]) {
    // It is no field of the form.
    input?.addEventListener("change", (event) => event.stopPropagation());
    input?.addEventListener("keydown", (event) => { if (event.key === "Enter") event.preventDefault(); });
  }
  const find = editor.querySelector("[data-find]");
  if (find) {
    find.hidden = false;
    find.querySelector("input").addEventListener("input", ({ target }) => {
      const words = target.value.toLowerCase();
      for (const chip of chips) chip.hidden = !chip.textContent.toLowerCase().includes(words);
    });
  }
  editor.querySelector("[data-show]").hidden = true;
}
