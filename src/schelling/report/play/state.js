// What was changed, as words, as the end of the address, and as a command.
const changes = new Map();  // by number of the assumption
const numberOf = new Map(told.assumptions.map((one, n) => [one.name, n]));
const chosen = { first: 0, second: Math.min(1, told.claims.length - 1), order: "case" };
const pinnedChanges = new Map();
let isPinned = false;

const whole = () => ({ low: 0, high: SLICES, shift: 0, spread: 1 });
const canChange = n => "tied" in told.assumptions[n];
const isPlain = change => change.kept ? change.kept.every(Boolean)
  : change.low === 0 && change.high === SLICES && change.shift === 0 && change.spread === 1;
const startOf = n => told.assumptions[n].options
  ? { kept: told.assumptions[n].options.map(() => true) } : whole();
const current = n => changes.get(n) ?? startOf(n);

function put(n, change, into = changes) {
  if (isPlain(change)) into.delete(n); else into.set(n, change);
}

// ---- the end of the address: only differences, typed and clamped when they are read
const written = change => change.kept
  ? "o" + change.kept.map((kept, k) => kept ? k : "").filter(String).join(".")
  : `${change.low}-${change.high}_${change.shift.toFixed(2)}_${change.spread.toFixed(2)}`;

function read(n, text) {
  const one = told.assumptions[n], listed = /^o(\d{1,2}(?:\.\d{1,2})*)?$/.exec(text);
  if (one.options) {
    if (!listed) return null;
    const kept = new Set((listed[1] ?? "").split(".").filter(Boolean).map(Number));
    return { kept: one.options.map((_, k) => kept.has(k)) };
  }
  const found = /^(\d{1,3})-(\d{1,3})_(-?\d(?:\.\d{1,2})?)_(\d(?:\.\d{1,2})?)$/.exec(text);
  if (!found) return null;
  const [low, high, shift, spread] = found.slice(1).map(Number);
  const from = between(low, 0, SLICES - 1);
  return { low: from, high: between(high, from + 1, SLICES),
    shift: between(shift, -BEND.shift, BEND.shift), spread: between(spread, BEND.narrow, BEND.wide) };
}
const BEND = { shift: 1.5, narrow: 0.2, wide: 1.5 };

function address() {
  const parts = new URLSearchParams();
  for (const [prefix, map] of [["a", changes], ["p", pinnedChanges]])
    for (const [n, change] of [...map].sort((a, b) => a[0] - b[0]))
      parts.append(`${prefix}.${told.assumptions[n].name}`, written(change));
  if (isPinned && !pinnedChanges.size) parts.append("p", "case");
  if (told.claims.length > 1 && (chosen.first !== 0 || chosen.second !== 1))
    parts.append("both", [chosen.first, chosen.second].map(n => told.claims[n].name).join(" "));
  if (![...parts].length) return "";
  return "#" + new URLSearchParams([["run", told.digest], ...parts]);
}

// Reads the address into the state; returns what of it could not be used.
function readAddress() {
  const wrong = [], text = location.hash.slice(1);
  if (text && !text.includes("=")) return wrong;  // a place on the page: the state stays
  changes.clear();
  pinnedChanges.clear();
  isPinned = false;
  Object.assign(chosen, { first: 0, second: Math.min(1, told.claims.length - 1) });
  for (const [key, value] of new URLSearchParams(text.slice(0, 50000))) {
    const n = numberOf.get(key.slice(2)), change = n === undefined || !canChange(n) ? null : read(n, value);
    if (key === "run") { if (value !== told.digest) wrong.unshift("it was made for another run"); }
    else if (key === "p" && value === "case") isPinned = true;
    else if (key === "both") {
      const places = value.split(" ").map(name => told.claims.findIndex(one => one.name === name));
      if (places.length === 2 && !places.includes(-1)) [chosen.first, chosen.second] = places;
      else wrong.push("both");
    }
    else if (/^[ap]\./.test(key) && change) {
      put(n, change, key[0] === "a" ? changes : pinnedChanges);
      if (key[0] === "p") isPinned = true;
    }
    else wrong.push(key.slice(0, 60));
  }
  return wrong;
}

// ---- a run of the changed case
const said = value => String(Number(value.toPrecision(6)));

// The prior of the changed assumption in the words of the case language; "" where it has none.
function priorOf(n, change) {
  const one = told.assumptions[n];
  if (change.kept) {
    const kept = one.options.map((_, k) => k).filter(k => change.kept[k]);
    if (kept.length === 1) return one.options[kept[0]];
    if (!kept.length || one.lever) return "";
    return `choice([${kept.map(k => one.options[k]).join(", ")}], [${kept.map(k => said(one.weights[k])).join(", ")}])`;
  }
  const [a, b] = one.parameters, bent = change.shift !== 0 || change.spread !== 1;
  const cut = change.low > 0 || change.high < SLICES, free = !one.within;
  const low = change.low > 0 ? cuts[n][change.low] : -Infinity;
  const high = change.high < SLICES ? cuts[n][change.high] : Infinity;
  if (one.family === "normal" && free) {
    const mean = a + change.shift * b, sd = b * change.spread;
    if (!cut) return `normal(${said(mean)}, ${said(sd)})`;
    return `truncnormal(${said(mean)}, ${said(sd)}, ${said(Math.max(low, Math.min(mean, high) - 12 * sd))}, ${said(Math.min(high, Math.max(mean, low) + 12 * sd))})`;
  }
  if (bent && !cut && free && one.family === "lognormal")
    return `lognormal(${said(a * Math.exp(change.shift * b))}, ${said(b * change.spread)})`;
  if (bent && !cut && free && one.family === "logitnormal")
    return `logitnormal(${said(1 / (1 + (1 - a) / a * Math.exp(-change.shift * b)))}, ${said(b * change.spread)})`;
  if (bent) return "";
  if (one.family === "uniform" || one.family === "loguniform")
    return `${one.family}(${said(Math.max(low, a))}, ${said(Math.min(high, b))})`;
  return `${one.written} within [${said(Number.isFinite(low) ? low : one.ends[0])}, ${said(Number.isFinite(high) ? high : one.ends[1])}]`;
}

// The command of such a run, and what of the change it cannot say or says otherwise.
function commandOf() {
  let command = told.command;
  const notes = [];
  for (const [n, change] of [...changes].sort((a, b) => a[0] - b[0])) {
    const one = told.assumptions[n], prior = priorOf(n, change);
    if (one.set) notes.push(`${one.name} was set for this run: change its --set in the command.`);
    else if (prior) command += ` --set '${one.name}=${prior}'`;
    else if (change.kept) notes.push(`${one.name}: a lever takes one option of its actor in a run; several cannot be set.`);
    else
      notes.push(`${one.name}: no prior of the case language has the bent shape, so no command is given for it; write one that you can defend.`);
    if (one.tied.length)
      notes.push(`${one.name} is correlated with ${one.tied.map(([name]) => name).join(" and ")}. Here that moves along, because worlds are chosen; a run with --set keeps its prior as it is, so its shares may differ from these.`);
  }
  return { command, notes };
}
