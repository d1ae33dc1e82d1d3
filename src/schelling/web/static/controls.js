// The controls of assumptions: slider, field, reset; filtered and ordered.

const list = document.getElementById("controls");
const all = [...list.children];
const byName = new Map(all.map((one) => [one.dataset.name, one]));
const before = new Map(
  all.map((one) => [one, { curve: one.querySelector(".curve").innerHTML, max: one.querySelector(".slider")?.max }]),
);

const touched = new Set(all); // controls that show, or may show, something else than the case

let moves = {}; // of each assumption, the largest rank correlation with the margin of a claim

export const names = [...byName.keys()];

export function rank(found) {
  moves = found;
  if (document.getElementById("order").value === "moves") arrange();
}

// Tells what the hand does: `slid(name, median)`, `typed(name, text)`, `reset(name)`.
export function watch({ slid, typed, reset }) {
  for (const control of all) {
    const name = control.dataset.name;
    for (const event of ["input", "change"]) control.addEventListener(event, () => touched.add(control));
    control.querySelector(".slider")?.addEventListener("input", (event) => {
      said(event.target);
      slid(name, event.target.valueAsNumber);
    });
    const field = control.querySelector(".prior");
    const take = () => {
      const text = field.value.trim();
      if (text === shownText(control)) return;
      if (text && text !== control.dataset.text) typed(name, text);
      else reset(name);
    };
    field.addEventListener("change", take);
    field.addEventListener("keydown", (event) => {
      if (event.key === "Enter") take();
      if (event.key === "Escape") field.value = shownText(control);
    });
    control.querySelector(".option")?.addEventListener("change", (event) => {
      if (event.target.value) typed(name, event.target.value);
      else reset(name);
    });
    control.querySelector(".back").addEventListener("click", () => {
      reset(name);
      control.focus();
    });
  }
  document.getElementById("filter").addEventListener("input", arrange);
  document.getElementById("order").addEventListener("change", arrange);
}

// Shows a state: of what is changed, or otherwise in a rival, the prior that the server has read; of
// all else the case's. What a rival does not have cannot be moved.
export function show(changes, priors, moving, absent) {
  for (const control of all) {
    const name = control.dataset.name;
    const changed = name in changes;
    const prior = priors[name];
    const missing = absent.includes(name);
    const own = !changed && !prior && !missing && !(name in moving);
    if (own && !touched.has(control)) continue; // it shows the case already
    if (own) touched.delete(control);
    else touched.add(control);
    control.classList.toggle("changed", changed);
    control.classList.toggle("absent", missing);
    for (const part of control.querySelectorAll("input, select")) part.disabled = missing;
    control.querySelector(".back").hidden = !changed;
    if (name in moving) continue;
    const text = changed ? changes[name] : (prior?.text ?? control.dataset.text);
    const field = control.querySelector(".prior");
    control.dataset.shown = text;
    if (field !== document.activeElement) field.value = text;
    const slider = control.querySelector(".slider");
    const median = changed || prior ? prior?.median : Number(control.dataset.median);
    if (slider && median !== undefined) {
      if (slider !== document.activeElement || Math.abs(slider.valueAsNumber - median) > Number(slider.step))
        slider.value = median;
      said(slider);
    }
    const option = control.querySelector(".option");
    if (option) option.value = changed ? text : "";
    const curve = control.querySelector(".curve");
    if (!changed && !prior) curve.innerHTML = before.get(control).curve;
    else if (prior) {
      curve.innerHTML = prior.curve;
      const band = document.createElement("small");
      band.textContent = prior.band;
      curve.append(band);
    }
    trouble(name, "");
  }
  if (document.getElementById("order").value === "changed") arrange();
}

export function trouble(name, text) {
  const told = byName.get(name)?.querySelector(".problem");
  if (!told) return false;
  if (text) touched.add(byName.get(name));
  told.textContent = text;
  told.hidden = !text;
  return true;
}

function shownText(control) {
  return control.dataset.shown ?? control.dataset.text;
}

function said(slider) {
  slider.setAttribute("aria-valuetext", Number(slider.value).toPrecision(3));
}

function arrange() {
  const wanted = document.getElementById("filter").value.trim().toLowerCase();
  const order = document.getElementById("order").value;
  const ranked = [...all];
  if (order === "name") ranked.sort((a, b) => a.dataset.name.localeCompare(b.dataset.name));
  if (order === "moves")
    ranked.sort((a, b) => (moves[b.dataset.name] ?? 0) - (moves[a.dataset.name] ?? 0));
  if (order === "changed")
    ranked.sort((a, b) => b.classList.contains("changed") - a.classList.contains("changed"));
  const focused = document.activeElement;
  if (ranked.some((one, n) => one !== list.children[n])) list.append(...ranked);
  if (focused !== document.activeElement) focused.focus();
  for (const control of all)
    control.hidden = wanted !== "" && !control.textContent.toLowerCase().includes(wanted);
}
