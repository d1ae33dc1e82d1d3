// Long work in the background: begun, followed, ended by hand; its result fills its tab.

import { ask } from "/static/server.js";
import { panel } from "/static/tabs.js";

const boxes = new Map(
  [...document.querySelectorAll(".labour")].map((box) => [box.dataset.kind, { box, number: 0, key: "" }]),
);
const part = (box, name) => box.querySelector(name);

let now = () => "";

export function watch(stateNow, keyNow, trouble) {
  now = keyNow;
  for (const [kind, one] of boxes) {
    part(one.box, ".begin").addEventListener("click", async () => {
      const key = keyNow();
      try {
        const answer = await ask("labour", { kind, state: stateNow() });
        if (answer.refused || answer.problems) return trouble(answer);
        one.number = answer.number;
        one.asked = key;
        await follow(answer);
        if (!answer.ended) await follow(await ask("labour", { fetch: answer.number })); // what was missed
        changed(keyNow());
      } catch (error) {
        trouble({ refused: error.message });
      }
    });
    part(one.box, ".end").addEventListener("click", () => ask("labour", { cancel: one.number }));
  }
}

export async function follow(told) {
  const one = boxes.get(told.kind);
  if (!one || one.number !== told.number) return;
  if (one.told?.number === told.number && one.told.ended) return;
  one.told = told;
  one.since = performance.now();
  show(one, told);
  if (told.ended === "done") fill(told.kind, await ask("labour", { fetch: told.number }));
}

setInterval(() => {
  for (const one of boxes.values())
    if (one.told && !one.told.ended)
      show(one, { ...one.told, seconds: one.told.seconds + (performance.now() - one.since) / 1000 });
}, 1000);

function show(one, told) {
  const under = !told.ended;
  part(one.box, ".begin").disabled = under;
  part(one.box, ".end").hidden = !under;
  const bar = part(one.box, "progress");
  bar.hidden = !under;
  bar.value = told.done / told.parts;
  const left = under && told.done ? `, ${Math.round((one.told.seconds / told.done) * (told.parts - told.done))} s left if the parts take alike` : "";
  part(one.box, ".at").textContent = under
    ? `${told.at} (${told.done} of ${told.parts} parts), ${Math.round(told.seconds)} s so far${left}`
    : told.ended === "failed" ? `failed: ${told.why}` : `${told.ended} after ${Math.round(told.seconds)} s`;
}

// A state has been changed: what is shown was computed of another.
export function changed(key) {
  for (const [kind, one] of boxes)
    panel(kind).querySelector(".stale").hidden = !one.key || one.key === key || !panel(kind).querySelector(".shown").children.length;
}

function fill(kind, answer) {
  const one = boxes.get(kind);
  if (!answer.html || answer.number !== one.number) return;
  panel(kind).querySelector(".shown").innerHTML = answer.html;
  one.key = one.asked;
  changed(now());
}
