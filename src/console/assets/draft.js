// Comforts for making a campaign: the upload's progress in bytes, dropping a file, chips, and a bubble that follows the
// text. Every step works without this.

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
    const [before, between, after] = upload.dataset.progress.split("{}");
    request.upload.addEventListener("progress", (sent) => {
      bar.max = sent.total;
      bar.value = sent.loaded;
      words.textContent = sent.loaded < sent.total
        ? before + bytes(sent.loaded) + between + bytes(sent.total) + after
        : upload.dataset.reading;
    });
    const fail = () => {
      shown.hidden = false;
      words.textContent = upload.dataset.failed;
      upload.querySelector("button").disabled = false;
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
      told.textContent = problem ? problem.textContent : upload.dataset.failed;
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
  for (const input of zone.form.querySelectorAll("[type=time], [type=datetime-local]")) {
    input.addEventListener("input", () => { zone.value ||= Intl.DateTimeFormat().resolvedOptions().timeZone; });
  }
}

const editor = document.querySelector("[data-message]");
if (editor) {
  const text = editor.querySelector("[data-text]");
  const preview = editor.querySelector("[data-preview]");
  let latest = 0;
  let timer;

  async function show(go) {
    const mine = ++latest;
    const form = new FormData(editor);
    form.set("go", go);
    form.set("part", "preview");
    const focused = preview.contains(document.activeElement) ? document.activeElement : null;
    const active = focused?.matches("button") ? focused.value : null;
    const isOpen = preview.querySelector("details")?.open;
    const answer = await fetch(editor.action, { method: "POST", body: new URLSearchParams(form) });
    if (!answer.ok || mine !== latest) return;
    preview.innerHTML = await answer.text();
    preview.querySelector("details")?.toggleAttribute("open", isOpen === true);
    if (focused?.matches("input")) preview.querySelector(`input[name=${focused.name}]`)?.focus();
    if (active) preview.querySelector(`button[value=${active}]`)?.focus();
  }

  text.addEventListener("input", () => {
    // What was wrong with the text before is not said of the new one.
    editor.querySelector(".write > .problem")?.remove();
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
  for (const code of editor.querySelectorAll("[data-chip]")) {
    const chip = document.createElement("button");
    chip.type = "button";
    chip.className = "chip";
    chip.textContent = code.textContent;
    chip.addEventListener("click", () => insert(code.dataset.chip));
    code.replaceWith(chip);
  }
  editor.querySelector("[data-show]").hidden = true;
}
