// Tabs: by mouse, by arrow keys, by links into them; filled when they are looked at.

const tabs = [...document.querySelectorAll("[role=tab]")];
let chosen = "overview";
let opened = () => {};

export const current = () => chosen;

export const panel = (name) => document.getElementById(`panel-${name}`);

export function choose(name, focus = false) {
  if (!tabs.some((tab) => tab.id === `tab-${name}`)) name = "overview";
  chosen = name;
  for (const tab of tabs) {
    const is = tab.id === `tab-${name}`;
    tab.setAttribute("aria-selected", String(is));
    tab.tabIndex = is ? 0 : -1;
    document.getElementById(tab.getAttribute("aria-controls")).hidden = !is;
    if (is && focus) tab.focus();
  }
  opened(name);
}

export function watch(whenOpened) {
  opened = whenOpened;
  for (const [at, tab] of tabs.entries()) {
    tab.addEventListener("click", () => choose(tab.id.slice(4)));
    tab.addEventListener("keydown", (event) => {
      const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: tabs.length - 1 }[event.key];
      if (to === undefined) return;
      event.preventDefault();
      choose(tabs[(to + tabs.length) % tabs.length].id.slice(4), true);
    });
  }
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[href^='#']");
    if (!link || link.classList.contains("skip")) return;
    event.preventDefault();
    goTo(decodeURIComponent(link.getAttribute("href").slice(1)));
  });
}

// Where a link leads: what is there already, or a tab that must be filled first.
const HOMES = { claim: "claims", passage: "sources", stock: "argument", variable: "argument", event: "argument", state: "argument", population: "argument", game: "games", question: "forecasts", figure: "time", text: "sources" };
const FIGURES = { margin: "claims", game: "games", dated: "games", forecast: "forecasts", reliability: "forecasts", murphy: "forecasts", indices: "matters", box: "matters", tradeoff: "matters", coherence: "matters", heat: "matters", tipping: "matters", map: "matters" };
let wanted = "";

export function goTo(id) {
  const there = document.getElementById(id);
  if (there) return point(there);
  const [kind, what] = id.split("-", 2);
  const home = (kind === "figure" && FIGURES[what]) || HOMES[kind];
  if (!home) return;
  wanted = id;
  choose(home);
}

export function filled() {
  const there = wanted && document.getElementById(wanted);
  if (there) point(there);
  wanted = "";
}

function point(there) {
  const home = there.closest("[role=tabpanel]");
  if (home?.hidden) choose(home.id.slice(6));
  for (const one of document.querySelectorAll(".pointed")) one.classList.remove("pointed");
  there.classList.add("pointed");
  if (there.tabIndex < 0) there.tabIndex = -1;
  there.focus({ preventScroll: true });
  there.scrollIntoView({ block: "center" });
}
