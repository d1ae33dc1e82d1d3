// The page: controls made when they are first needed, and everything redrawn when weights change.
const byId = name => document.getElementById(name);
const rows = [], bars = [], figures = [], levelCells = [];
const unit = new Float64Array(worlds).fill(1);
let start = null, pinned = null, now = null, queued = false, settling = 0;

function measured(map) {
  const equal = map.size === 0, weight = equal ? unit : weights(map);
  return { weight, equal, effective: effective(weight),
    seen: truths.map((_, n) => spanOf(n, weight, equal)) };
}

function update() {
  queued = false;
  const began = performance.now();
  now = measured(changes);
  pinned = isPinned ? measured(pinnedChanges) : null;
  showStatus();
  showClaims();
  showJoint();
  const touched = new Set(changes.keys());
  for (const n of changes.keys()) told.assumptions[n].tied.forEach(([other]) => touched.add(numberOf.get(other)));
  rows.forEach((row, n) => { if (row.changed || row.follows) touched.add(n); });
  touched.forEach(n => { if (canChange(n)) showAssumption(n); });
  figures.forEach(figure => { figure.stale = true; if (figure.visible) showFigure(figure); });
  const took = performance.now() - began;
  performance.measure("schelling update", { start: began, duration: took });
  tell(byId("took"), `Last update: ${took < 10 ? took.toFixed(1) : took.toFixed(0)} ms.`);
  clearTimeout(settling);
  settling = setTimeout(settle, 350);
}
function changed() {
  if (!queued) requestAnimationFrame(update);
  queued = true;
}
// What need not follow every movement of a hand: the address, and what is read out.
function settle() {
  const wanted = address();
  if (location.hash !== wanted && !(wanted === "" && !location.hash.includes("=")))
    history.replaceState(null, "", wanted || location.pathname + location.search);
  const moved = told.claims.map((one, n) => [one.name, start.seen[n].word, now.seen[n].word]).filter(([, a, b]) => a !== b);
  const words = moved.slice(0, 3).map(([name, a, b]) => `${name} from ${a} to ${b}`).join("; ");
  tell(byId("spoken"), `${byId("changed").textContent}. ${byId("effective").textContent}${now.effective < told.few ? ": too few, a run is needed" : ""}. ` + (changes.size === 0 ? ""
    : moved.length ? `${count(moved.length, "verdict changes", "verdicts change")}: ${words}${moved.length > 3 ? "; and more" : ""}.` : "No verdict changes."));
}

const asWhole = number => grouped(String(Math.floor(number + 1e-6)));
function showStatus() {
  const brushable = told.assumptions.filter((_, n) => canChange(n)).length;
  tell(byId("changed"), `${changes.size} of ${count(brushable, "assumption")} changed`);
  tell(byId("effective"), `${asWhole(now.effective)} effective worlds of ${grouped(String(worlds))}`);
  byId("reset").disabled = changes.size === 0;
  const few = now.effective < told.few, warning = byId("few");
  warning.hidden = !few;
  byId("bar").classList.toggle("short", few);
  byId("bar").dataset.effective = String(now.effective);
  tell(byId("few-words"), now.effective < 1 ? "No stored world is left, so nothing can be said. A run is needed:"
    : `These are ${asWhole(now.effective)} effective worlds, fewer than ${told.few}, so shares are only rough. A run is needed, which draws all its worlds there:`);
  const { command, notes } = commandOf();
  byId("run").hidden = changes.size === 0;
  for (const place of [byId("command"), byId("few-command")]) tell(place, command);
  byId("command-notes").replaceChildren(...notes.map(note => made("li", {}, note)));
  byId("few-command").parentElement.hidden = command === told.command;
  tell(byId("few-more"), command === told.command ? "No command can say this change; the section on a run of this change tells why."
    : notes.length ? "The command leaves something open; the section on a run of this change tells what." : "");
  byId("run-is-needed").hidden = !few;
  tell(byId("pin"), isPinned ? "Remove the pin" : "Pin this state");
}

function showClaims() {
  levelCells.forEach((cells, n) => {
    const seen = now.seen[n], before = start.seen[n], pin = pinned?.seen[n];
    bars[n].draw(seen, before, pin);
    tell(cells.now, amount(seen));
    tell(cells.error, seen.lost ? "" : errorBar(seen.share, seen.half));
    tell(cells.word, seen.word + (close(seen) ? " ~" : ""));
    const { change, half } = changeOf(seen, before);
    tell(cells.change, changes.size === 0 || seen.lost || before.lost ? "" : points(change, half));
    tell(cells.pin, pin ? `pinned: ${both(pin)}` : "");
    cells.row.classList.toggle("moved", seen.word !== before.word);
    cells.row.dataset.share = String(seen.share);
    cells.row.dataset.half = String(seen.half);
    cells.row.dataset.tells = String(seen.tells);
    cells.row.dataset.low = String(seen.low);
    cells.row.dataset.high = String(seen.high);
  });
}

function showJoint() {
  if (!told.claims.length) return;
  const table = (state, place) => {
    const found = jointly(truths[chosen.first], truths[chosen.second], state.weight, state.equal);
    [3, 2, 1, 0].forEach((cell, k) => {
      const { share, half } = found.cells[cell];
      tell(place[k], `${percent(share, half)} ${errorBar(share, half)}`.trim());
      place[k].dataset.share = String(share);
    });
    return found;
  };
  const cells = which => [...document.querySelectorAll(`#joint td[data-state=${which}]`)];
  table(start, cells("case"));
  const found = table(now, cells("now")), [none, second, first, together] = found.cells.map(cell => cell.share);
  const one = together + first, other = together + second;
  const part = ({ share, half, tells }) => Number.isNaN(share) ? MISSING
    : `${percent(share, half)} ${errorBar(share, half)}`.trim() + (tells < told.few ? ` (of only ${asWhole(tells)} effective worlds)` : "");
  tell(byId("joint-words"), Number.isNaN(none) ? "No world has a truth value for both."
    : `Where the first holds, the second does in ${part(found.given.holds)}; where the first fails, in ${part(found.given.fails)}. `
    + `If they had nothing to do with each other, both would hold in ${percent(one * other)}.`
    + (found.without > 0 ? ` ${percent(found.without)} of worlds have no truth value for one of them and are left out.` : ""));
}

// ---- series
function showFigure(figure) {
  figure.stale = false;
  const size = told.pathWorlds, tells = effective(now.weight, size), few = tells < told.fewPaths;
  if (!figure.start) figure.start = Array.from({ length: told.times.length }, (_, step) =>
    told.series[figure.n].layers.length ? layersAt(figure.n, unit, step) : quantilesAt(figure.n, unit, step));
  const table = figure.picture.draw(few ? new Float64Array(size) : now.weight, figure.start);
  tell(figure.note, few ? `Too few effective worlds with paths (${asWhole(tells)} of ${grouped(String(size))}) to draw.` : "");
  figure.table = table;
  if (figure.details.open) fillTable(figure);
}
function fillTable(figure) {
  const one = told.series[figure.n], last = told.times.length - 1;
  const steps = new Set(Array.from({ length: 9 }, (_, k) => Math.round(k * last / 8)));
  const layers = one.layers.length > 0, width = one.frame[1] - one.frame[0];
  const text = value => layers ? percent(value) : Number.isNaN(value) ? MISSING : fixed(value, between(decimals(width / 200), -6, 9));
  const body = figure.details.querySelector("tbody"), found = [];
  for (const step of steps) {
    const values = layers ? figure.table[step] : [...figure.table[step], figure.start[step][2]];
    found.push(made("tr", {}, made("th", { scope: "row" }, told.times[step]), ...values.map(value => made("td", {}, text(value)))));
  }
  body.replaceChildren(...found);
}
function makeFigure(place) {
  const n = Number(place.dataset.series), picture = seriesPicture(n);
  const one = told.series[n], details = place.querySelector("details");
  place.querySelector(".canvas").append(picture.svg);
  const heads = one.layers.length ? one.layers : ["5 %", "25 %", "median", "75 %", "95 %", "median of the case"];
  details.querySelector("tr").append(...["Time", ...heads].map(head => made("th", { scope: "col" }, head)));
  const figure = { n, picture, details, note: place.querySelector(".few"), visible: false, stale: true, start: null };
  details.addEventListener("toggle", () => { if (details.open) { if (figure.stale) showFigure(figure); fillTable(figure); } });
  figures.push(figure);
  new IntersectionObserver(entries => {
    figure.visible = entries.at(-1).isIntersecting;
    if (figure.visible && figure.stale && now) showFigure(figure);
  }, { rootMargin: "100px" }).observe(place);
}

// ---- assumptions
const valueWords = (n, value) => `${general(value, 3)} ${told.assumptions[n].unit}`.trim();
function cutWords(n, k) {
  if (k === 0) return Number.isFinite(cuts[n][0]) ? valueWords(n, cuts[n][0]) : "no lower end";
  if (k === SLICES) return Number.isFinite(cuts[n][SLICES]) ? valueWords(n, cuts[n][SLICES]) : "no upper end";
  return valueWords(n, cuts[n][k]);
}
function quantileWords(n, mass, probability) {
  const { value, beyond } = quantileOf(n, mass, probability);
  return (beyond ? `${beyond}${NO_BREAK}` : "") + general(value, 3);
}
function showAssumption(n) {
  const one = told.assumptions[n], row = rows[n], change = current(n), own = changes.has(n);
  row.changed = own;
  row.details.classList.toggle("changed", own);
  const followed = one.tied.some(([other]) => changes.has(numberOf.get(other)));
  row.follows = followed;
  let words = "";
  if (one.options) words = own ? `kept: ${one.options.filter((_, k) => change.kept[k]).join(", ") || "none"}` : "";
  else {
    let mass = pulls(change);
    if (followed) {  // it moves with another one: its slices under the weights of the worlds
      mass = new Float64Array(SLICES);
      for (let w = 0; w < worlds; w++) mass[draws[n][w]] += now.weight[w];
    }
    if (own || followed)
      words = `${followed && !own ? "moves along: " : ""}median ${quantileWords(n, mass, 0.5)} (case ${general(cuts[n][128], 3)}), 90 % ${quantileWords(n, mass, 0.05)} to ${quantileWords(n, mass, 0.95)}`;
    if (row.editor && row.picture) row.picture.draw(followed ? mass.map(part => part * SLICES / (total(mass) || 1)) : mass);
  }
  tell(row.words, words);
  if (row.editor) row.show(change);
}
function slider(label, options, listen) {
  const input = made("input", { type: "range", ...options });
  input.addEventListener("input", () => listen(input));
  return { input, box: made("label", {}, made("span", {}, label), input) };
}
function optionEditor(n, row) {
  const one = told.assumptions[n], boxes = one.options.map((option, k) => {
    const box = made("input", { type: "checkbox" });
    box.addEventListener("change", () => {
      const kept = [...current(n).kept];
      kept[k] = box.checked;
      put(n, { kept });
      showAssumption(n);
      changed();
    });
    return { box, label: made("label", {}, box, ` ${option} ${one.unit}`.trimEnd()) };
  });
  row.editor.append(made("fieldset", {}, made("legend", {}, one.lever ? `Options of ${one.lever} that are kept` : "Values that are kept"), ...boxes.map(({ label }) => label)));
  row.show = change => boxes.forEach(({ box }, k) => { box.checked = change.kept[k]; });
}
function rangeEditor(n, row) {
  const one = told.assumptions[n], axis = axisOf(n), picture = priorPicture(n, axis);
  const along = k => Math.round(1000 * axis.places[k]);
  const nearestCut = place => {
    let best = 0;
    for (let k = 1; k <= SLICES; k++) if (Math.abs(axis.places[k] - place) < Math.abs(axis.places[best] - place)) best = k;
    return best;
  };
  const edit = (name, value) => {
    const change = { ...current(n), [name]: value };
    put(n, change);
    showAssumption(n);
    changed();
  };
  // A key or a hand moves a handle by at least one slice, wherever slices are narrow or wide.
  const handle = (name, label, low, high) => {
    const input = made("input", { type: "range", min: 0, max: 1000, step: 4, class: name, "aria-label": `${one.name}: ${label}` });
    input.addEventListener("input", () => {
      const from = current(n)[name], place = Number(input.value) / 1000, before = axis.places[from];
      let to = nearestCut(place);
      if (to === from && Math.abs(place - before) > 0.0005) to += place > before ? 1 : -1;
      edit(name, between(to, ...(name === "low" ? [0, current(n).high - 1] : [current(n).low + 1, SLICES])));
    });
    return input;
  };
  const lower = handle("low", "lower end of the range that is kept"), upper = handle("high", "upper end of the range that is kept");
  const range = made("p", { class: "range" }), bend = made("p", { class: "range" });
  const shift = slider("Central value", { min: -BEND.shift, max: BEND.shift, step: 0.05, "aria-label": `${one.name}: central value` }, input => edit("shift", Number(input.value)));
  const spread = slider("Width", { min: BEND.narrow, max: BEND.wide, step: 0.05, "aria-label": `${one.name}: width` }, input => edit("spread", Number(input.value)));
  const reset = made("button", { type: "button", "aria-label": `Reset ${one.name}` }, "Reset this one");
  reset.addEventListener("click", () => { changes.delete(n); showAssumption(n); changed(); });
  row.picture = picture;
  row.editor.append(picture.svg, made("div", { class: "brush" }, lower, upper), range, shift.box, spread.box, bend, reset);
  row.show = change => {
    lower.value = along(change.low);
    upper.value = along(change.high);
    lower.style.zIndex = change.low > 128 ? 2 : 1;
    shift.input.value = change.shift;
    spread.input.value = change.spread;
    lower.setAttribute("aria-valuetext", cutWords(n, change.low));
    upper.setAttribute("aria-valuetext", cutWords(n, change.high));
    tell(range, change.low === 0 && change.high === SLICES ? "Range: all of the prior"
      : `Range: ${cutWords(n, change.low)} to ${cutWords(n, change.high)}, ${percent((change.high - change.low) / SLICES, 0.001)} of the prior of the case`);
    const bent = pulls({ ...whole(), shift: change.shift, spread: change.spread });
    const middle = `median ${quantileWords(n, bent, 0.5)} ${one.unit}`.trim(), width = `× ${change.spread.toFixed(2)}`;
    tell(bend, change.shift === 0 && change.spread === 1 ? "Shape: as the case has it"
      : `Shape: ${middle}, normal scores moved by ${fixed(change.shift, 2)} and their width ${width}`);
    shift.input.setAttribute("aria-valuetext", middle);
    spread.input.setAttribute("aria-valuetext", `${width} of the case's`);
    reset.disabled = !changes.has(n);
  };
}
function open(n) {
  const row = rows[n];
  if (row.editor || !canChange(n)) return;
  row.editor = row.details.querySelector(".editor");
  if (told.assumptions[n].options) optionEditor(n, row); else rangeEditor(n, row);
  showAssumption(n);
}
function arrange() {
  const order = byId("order").value, claim = Number(order);
  const size = n => order === "most" ? total(told.moves.map(row => Math.abs(row[n]))) : Math.abs(told.moves[claim]?.[n] ?? 0);
  const sorted = rows.map((_, n) => n);
  if (order !== "case") sorted.sort((a, b) => size(b) - size(a) || a - b);
  byId("list").append(...sorted.map(n => rows[n].item));
  rows.forEach((row, n) => {
    const move = told.moves[claim]?.[n] ?? 0;
    tell(row.move, order === "case" || order === "most" || !move ? "" : `${move > 0 ? "+" : "−"}${(Math.abs(move) / 100).toFixed(2)}`);
  });
}
function filter() {
  const wanted = byId("filter").value.trim().toLowerCase();
  let shown = 0;
  rows.forEach(row => {
    row.item.hidden = wanted !== "" && !row.item.textContent.toLowerCase().includes(wanted);
    shown += !row.item.hidden;
  });
  tell(byId("found"), wanted ? `${shown} of ${rows.length} shown` : "");
}

function readState() {
  const wrong = readAddress();
  byId("link-problem").hidden = wrong.length === 0;
  tell(byId("link-problem"), wrong.length ? `Not all of the address could be used: ${wrong.slice(0, 5).join(", ")}${wrong.length > 5 ? ", ..." : ""}.` : "");
  for (const name of ["first", "second"]) if (byId(name)) byId(name).value = String(chosen[name]);
  rows.forEach((_, n) => { if (canChange(n) && rows[n].editor) rows[n].show(current(n)); });
  changed();
}
async function copyLink() {
  settle();
  try {
    await navigator.clipboard.writeText(location.href);
    tell(byId("copied"), "Copied.");
  } catch {
    tell(byId("copied"), "Copy the address of this page: the state stands behind its #.");
  }
}

async function main() {
  await unpack();
  document.querySelectorAll("#claims tbody tr").forEach((row, n) => {
    const cell = name => row.querySelector(`.${name}`);
    bars[n] = shareBar(told.claims[n].name);
    cell("bar").replaceChildren(bars[n].svg);
    levelCells[n] = { row, now: cell("now b"), error: cell("now small"), word: cell("word"), change: cell("change"), pin: cell("pin") };
  });
  document.querySelectorAll("#list > li").forEach((item, n) => {
    const details = item.querySelector("details");
    rows[n] = { item, details, words: item.querySelector(".words"), move: item.querySelector(".move"), editor: null, picture: null, changed: false, follows: false, show() {} };
    details.addEventListener("toggle", () => { if (details.open) open(n); });
  });
  document.querySelectorAll("[data-series]").forEach(makeFigure);
  start = now = measured(new Map());
  byId("reset").addEventListener("click", () => { const were = [...changes.keys()]; changes.clear(); were.forEach(showAssumption); changed(); });
  byId("pin").addEventListener("click", () => {
    isPinned = !isPinned;
    pinnedChanges.clear();
    if (isPinned) changes.forEach((change, n) => pinnedChanges.set(n, change));
    changed();
  });
  byId("link").addEventListener("click", copyLink);
  byId("order").addEventListener("change", arrange);
  byId("filter").addEventListener("input", filter);
  for (const name of ["first", "second"])
    byId(name)?.addEventListener("change", event => { chosen[name] = Number(event.target.value); changed(); });
  addEventListener("hashchange", readState);
  document.body.classList.add("live");
  readState();
  arrange();
}
main().catch(error => {
  byId("broken").hidden = false;
  tell(byId("broken"), `This page could not be started (${error.message}); it needs a browser of 2023 or later.`);
  throw error;
});
