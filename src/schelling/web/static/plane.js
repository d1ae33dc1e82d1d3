// The tipping map: a claim over the plane of two assumptions, drawn anew when the state has changed.

import * as controls from "/static/controls.js";
import { ask, latest } from "/static/server.js";

const by = (id) => document.getElementById(id);
let stateNow = () => ({});
let keyNow = () => "";
let of = ""; // the state that is drawn; empty before anything is

const draw = latest(
  (asked) => ask("plane", asked),
  (answer, asked) => {
    if (answer.superseded) return draw.waits() || draw(asked);
    if (answer.html === undefined) return failed(answer.refused ?? "This state has problems.");
    by("plane").innerHTML = answer.html;
    by("plane-said").textContent = `Drawn: ${asked.claim} across ${answer.across} and upwards ${answer.upward}.`;
    of = asked.key;
    by("plane-x").value = answer.across;
    by("plane-y").value = answer.upward;
    changed(keyNow());
  },
  (error) => failed(error.message),
);

function failed(why) {
  by("plane").replaceChildren();
  by("plane").classList.remove("behind");
  by("plane-said").textContent = why;
}

export function watch(state, key) {
  if (!by("plane")) return;
  [stateNow, keyNow] = [state, key];
  for (const id of ["plane-x", "plane-y"]) {
    for (const name of controls.names) by(id).add(new Option(name, name));
    by(id).addEventListener("change", again);
  }
  by("plane-claim").addEventListener("change", () => {
    by("plane-x").value = by("plane-y").value = "";
    again();
  });
  by("plane-draw").addEventListener("click", again);
}

function again() {
  if (by("plane-x").value && by("plane-x").value === by("plane-y").value) {
    by("plane-said").textContent = "Choose two different assumptions.";
    return;
  }
  by("plane-said").textContent = "Computing.";
  by("plane").classList.add("behind");
  draw({ state: stateNow(), key: keyNow(), claim: by("plane-claim").value, across: by("plane-x").value, upward: by("plane-y").value });
}

// The tab is looked at in a state that rests: what was drawn of another is drawn anew.
export function looked() {
  if (of && of !== keyNow()) again();
}

export function changed(key) {
  by("plane")?.classList.toggle("behind", Boolean(of) && of !== key);
}
