// The games at a date: a slider over the dates, and beneath it every game as it stands then.

import { ask, latest } from "/static/server.js";
import { panel } from "/static/tabs.js";

const by = (id) => document.getElementById(id);
let stateNow = () => ({});
let keyNow = () => "";
let lost = () => {};

const fill = latest(
  (asked) => ask("view", { tab: "games", state: asked.state, date: asked.date }),
  (answer, asked) => {
    if (answer.superseded) return fill.waits() || fill(asked);
    const place = panel("games").querySelector(".at-date");
    if (!place || asked.key !== keyNow()) return; // the tab is filled anew meanwhile
    place.innerHTML = answer.html ?? "";
    const behind = fill.waits();
    place.classList.toggle("behind", behind);
    if (behind) return;
    by("games-said").textContent = answer.html === undefined ? (answer.refused ?? "This state has problems.") : "";
  },
  (error) => {
    panel("games").querySelector(".at-date")?.classList.remove("behind");
    if (by("games-said")) by("games-said").textContent = error.message;
    lost(error);
  },
);

export function watch(state, key, whenLost) {
  [stateNow, keyNow, lost] = [state, key, whenLost];
}

// The tab has been filled: its slider starts where the hand had left it.
export function filled() {
  const slider = by("games-date");
  if (!slider) return;
  slider.addEventListener("input", () => show(slider));
  by("games-first").addEventListener("click", () => {
    chosen = null;
    slider.value = 0;
    standsAt(slider, "as first played");
    by("games-said").textContent = "";
    dated(false);
    slider.focus();
  });
  if (chosen === null) return;
  slider.value = chosen;
  show(slider);
}
let chosen = null;

function show(slider) {
  chosen = slider.valueAsNumber;
  const day = slider.dataset.days.split(" ")[chosen].replace("\u00a0", " ");
  standsAt(slider, day);
  const place = panel("games").querySelector(".at-date");
  by("games-said").textContent = place.children.length ? "Computing." : "Computing; the first date waits until the games are compiled.";
  place.classList.add("behind");
  dated(true);
  fill({ state: stateNow(), key: keyNow(), date: chosen });
}

function standsAt(slider, words) {
  by("games-day").textContent = words;
  slider.setAttribute("aria-valuetext", words);
}

function dated(is) {
  panel("games").querySelector(".at-date").hidden = !is;
  by("games").hidden = is;
  by("games-first").hidden = !is;
}
