// Small comforts on every page: times that are of no campaign's zone in the visitor's own, and one press per button.
// Every page works without this.

// As the visitor writes dates where the page is in their language, and else as the page's language does.
const page = document.documentElement.lang;
const own = navigator.languages.find((language) => language.split("-")[0] === page.split("-")[0]);
export const locale = [own ?? page, ...navigator.languages];
const format = new Intl.DateTimeFormat(locale, {
  day: "numeric", month: "short", hour: "2-digit", minute: "2-digit",
});
const otherYear = new Intl.DateTimeFormat(locale, {
  year: "numeric", month: "short", day: "numeric", hour: "2-digit", minute: "2-digit",
});
const today = new Intl.DateTimeFormat(locale, { hour: "2-digit", minute: "2-digit" });

/** The time of day of an instant. */
export const clockTime = (at) => today.format(at);

export function localTimes(root) {
  for (const time of root.querySelectorAll("time[datetime]")) {
    const at = new Date(time.dateTime);
    if (Number.isNaN(at.valueOf())) continue;
    const now = new Date();
    const isToday = at.toDateString() === now.toDateString();
    const ofYear = at.getFullYear() === now.getFullYear() ? format : otherYear;
    const local = (isToday ? today : ofYear).format(at);
    // A campaign's own zone stands; the visitor's is beside it.
    if ("zoned" in time.dataset) {
      time.title = local;
      continue;
    }
    time.title = time.textContent;
    time.textContent = local;
  }
}

localTimes(document);

// A form that is on its way is not sent again by a second press.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post" || event.defaultPrevented) return;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "yes";
  // A download leaves the page where it is.
  if ("download" in form.dataset) setTimeout(() => delete form.dataset.sent, 3_000);
});
// Coming back by the browser's history finds the page as it was left.
addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
});
