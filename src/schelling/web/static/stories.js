// One world as a story, alone or beside another.

import { latest, ask } from "/static/server.js";
import { panel } from "/static/tabs.js";

const by = (id) => document.getElementById(id);
let of = ""; // the state that the story shown is of

const tell = latest(
  (asked) => ask("story", asked),
  (answer, asked) => {
    if (answer.superseded) return tell.waits() || tell(asked);
    const wrong = answer.refused ?? answer.problems?.map((one) => one.message).join("\n") ?? "";
    by("story-problem").className = "problem";
    by("story-problem").textContent = wrong;
    if (wrong) return;
    by("world").value = answer.world;
    panel("story").querySelector(".shown").innerHTML = answer.html;
    of = asked.key;
    changed(now());
  },
  (error) => {
    by("story-problem").className = "problem";
    by("story-problem").textContent = error.message;
  },
);

let now = () => "";

export function watch(stateNow, keyNow) {
  now = keyNow;
  const go = (more) => {
    by("story-problem").className = "note";
    by("story-problem").textContent = "Computing; the first story waits until the case is compiled for it.";
    tell({ state: stateNow(), key: keyNow(), ...more });
  };
  const world = () => ({ world: by("world").valueAsNumber || 0 });
  const claim = () => ({ claim: by("told-claim").value, holds: by("told-truth").value === "holds" });
  by("tell").addEventListener("click", () => go(world()));
  by("typical")?.addEventListener("click", () => go(claim()));
  by("nearest")?.addEventListener("click", () => go({ ...claim(), nearest: true }));
  by("branch")?.addEventListener("click", () => go({ ...world(), turn: by("turn").value }));
  by("turn")?.addEventListener("keydown", (event) => {
    if (event.key === "Enter") by("branch").click();
  });
}

export function changed(key) {
  panel("story").querySelector(".stale").hidden = !of || of === key;
}
