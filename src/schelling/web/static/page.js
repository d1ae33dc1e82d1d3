// The live page: from a change of the hand to its verdict, and to everything that shows it.

import * as boxes from "/static/boxes.js";
import * as claims from "/static/claims.js";
import * as controls from "/static/controls.js";
import * as editor from "/static/editor.js";
import * as games from "/static/games.js";
import * as labours from "/static/labours.js";
import * as map from "/static/map.js";
import * as plane from "/static/plane.js";
import * as stories from "/static/stories.js";
import { GONE, ask, base, latest, listen } from "/static/server.js";
import { address, first, otherCase, pin, pinned, read, reported, state, whole } from "/static/state.js";
import * as tabs from "/static/tabs.js";

const REST = 250; // milliseconds without a change before many worlds are asked for
const CALM = 3000; // milliseconds of rest after which a whole run is worth its time
const MANY = 8192; // worlds of a state at rest
const AGAIN = 3000; // milliseconds until a server that does not answer is asked again
const PATIENCE = 1500; // milliseconds after which the page says what it waits for
const by = (id) => document.getElementById(id);
const copy = (one) => structuredClone({ changes: one.changes, rival: one.rival, seed: one.seed });
const key = (one = state) => JSON.stringify([Object.entries(one.changes).sort(), one.rival, one.seed]);

let moved = {}; // medians that the server has not made priors of yet
const typed = { ...state.changes }; // the prior that a slider moves, where it is not the case's
let resting = 0;
let command = "";
let shownTabs = new Map();

const preview = latest(
  (asked) => ask("verdicts", asked),
  (answer, asked) => answered(answer, asked),
  lost,
);
const refine = latest(
  (asked) => ask("verdicts", { state: asked, refined: true }),
  (answer, asked) => {
    if (answer.superseded) {
      refined = "";
      return rest();
    }
    if (key(asked) !== key() || Object.keys(moved).length) return;
    answered(answer, { state: asked });
    write();
    look(tabs.current());
  },
  (error) => {
    refined = "";
    lost(error);
  },
);
const beside = latest(
  (asked) => ask("beside", { state: asked }),
  (answer, asked) => {
    if (answer.superseded) return look("overview");
    if (!answer.luck || key(asked) !== key()) return;
    known = key(asked);
    claims.beside(answer.luck, answer.granted);
    controls.rank(answer.moves);
  },
  lost,
);
const fill = latest(
  (asked) => ask("view", asked),
  (answer, asked) => {
    const panel = tabs.panel(asked.tab);
    if (answer.superseded) return look(asked.tab);
    if (answer.html === undefined) return trouble(answer);
    panel.querySelector(".shown").innerHTML = answer.html;
    shownTabs.set(asked.tab, key(asked.state));
    stale();
    if (asked.tab === "argument") map.filled(panel);
    if (asked.tab === "games") games.filled();
    tabs.filled();
  },
  lost,
);

function change(why = "") {
  said = why;
  unsettled(true);
  known = "";
  by("said").textContent = said;
  claims.beside({}, []);
  clearTimeout(calm);
  clearTimeout(patience);
  patience = setTimeout(() => {
    by("said").textContent = took ? `Computing. The last answer took ${took} s.` : "Computing. The first answer waits until the case is compiled, once for its structure.";
  }, PATIENCE);
  preview({ state: copy(state), moved: { ...moved } });
  head();
}
let patience = 0;
let took = 0; // seconds that the last computed answer took; 0 before there is one

function answered(answer, asked) {
  clearTimeout(patience);
  if (answer.refused || answer.problems) return trouble(answer);
  by("trouble").hidden = true;
  for (const [name, sent] of Object.entries(asked.moved ?? {}))
    if (moved[name]?.median === sent.median) {
      if (name in answer.changes) state.changes[name] = answer.changes[name];
      delete moved[name];
    }
  const same = asked.state.rival === state.rival;
  const read = Object.entries(answer.priors).filter(
    ([name]) => same && (answer.changes[name] ?? "") === (state.changes[name] ?? ""),
  );
  controls.show(state.changes, Object.fromEntries(read), moved, answer.absent);
  claims.show("now", answer.claims, answer.worlds);
  command = answer.command;
  if (answer.seconds >= 1) took = Math.round(answer.seconds);
  few = answer.weighted || answer.worlds < MANY;
  const many = answer.worlds.toLocaleString("en");
  by("worlds").textContent = answer.weighted ? `weighted worlds, worth ${many}` : `${many} worlds`;
  const settled = !Object.keys(moved).length && !preview.waits();
  unsettled(!settled);
  head();
  if (settled && "moved" in asked) rest();
}

// Every state in which the hand has rested, and every tab, is an entry of the browser's history.
function remember() {
  const another = last !== null && key(last) !== key();
  // what is taken back is not to come again
  if (another && (undone === null || key(undone) !== key())) past.push(undone ?? last);
  undone = null;
  last = copy(state);
  write(another);
  head();
}
let undone = null; // the state to which changes have been taken back since the hand rested
let last = null; // the state in which the hand rested last
const unrested = () => last !== null && (key(undone ?? last) !== key() || Object.keys(moved).length > 0);
const past = []; // those before it, for the button that takes changes back

// Browsers ignore more than about 200 of these in 30 seconds: none while the hand moves.
function write(anew = false) {
  const at = address(tabs.current());
  if (!going && at !== location.search) history[anew ? "pushState" : "replaceState"](null, "", at);
}
let going = false;

function restore(one, why = "") {
  const seeded = one.seed !== state.seed;
  moved = {};
  for (const name of Object.keys(typed)) delete typed[name];
  Object.assign(typed, one.changes);
  Object.assign(state, copy(one));
  choices();
  change(why);
  if (seeded) other("case", { changes: {}, rival: "", seed: state.seed });
}

// Once the hand rests: many worlds, and the tab that is looked at.
function rest() {
  clearTimeout(resting);
  resting = setTimeout(() => {
    if (preview.busy() || Object.keys(moved).length) return rest();
    remember();
    if (refined === key()) return look(tabs.current());
    refined = key();
    if (few) by("worlds").textContent += ", more under way";
    refine(copy(state));
  }, REST);
}
let few = true; // whether fewer worlds are shown than there are in the end
let refined = "";
let known = "";
let said = ""; // what is said of the last change
let unsettling = true;

// What is shown is of another state than the hand has asked for: it is dimmed, and not passed on.
function unsettled(is) {
  unsettling = is;
  claims.waiting(is);
  if (is) by("worlds").textContent = "computing; what is grey is of the state before";
  for (const id of ["pin", "link", "command"]) by(id).disabled = is;
}

function look(tab) {
  if (tab === "text") return editor.open();
  if (tab === "matters") plane.looked();
  if (tab === "overview") beCalm();
  if (tab === "overview" || !tabs.panel(tab).querySelector(".shown") || tabs.panel(tab).querySelector(".labour, .telling")) return;
  stale();
  if (shownTabs.get(tab) !== key()) fill({ tab, state: copy(state) });
}

// What stands beside the verdicts takes a whole run, which a movement of the hand would wait for: it
// is asked for only after a longer rest.
function beCalm() {
  clearTimeout(calm);
  calm = setTimeout(() => {
    if (tabs.current() !== "overview" || known === key() || refined !== key()) return;
    if (preview.busy() || Object.keys(moved).length) return;
    beside(copy(state));
  }, CALM);
}
let calm = 0;

function stale() {
  const moving = Object.keys(moved).length > 0;
  labours.changed(moving ? "" : key());
  boxes.changed();
  stories.changed(moving ? "" : key());
  plane.changed(moving ? "" : key());
  for (const [tab, of] of shownTabs) {
    const old = moving || of !== key();
    tabs.panel(tab).classList.toggle("behind", old);
    tabs.panel(tab).querySelector(".stale").hidden = !old;
  }
}

function head() {
  const count = new Set([...Object.keys(state.changes), ...Object.keys(moved)]).size;
  const things = count === 1 ? "1 definition" : `${count} definitions`;
  by("changed").textContent = count ? `${things} changed of the case` : "Nothing is changed";
  by("reset").disabled = !count && !state.rival && !state.seed;
  by("undo").disabled = !unrested() && !past.some((one) => key(one) !== key());
  by("report").href = base + reported();
  by("unpin").hidden = pinned === null;
  document.body.classList.toggle("with-pin", pinned !== null);
  const turned = unsettling ? null : claims.turned();
  if (count && turned !== null)
    by("said").textContent = `${said} ${turned || "No"} ${turned > 1 ? "claims have" : "claim has"} another verdict than in the case file.`.trim();
  else if (!count && !unsettling) by("said").textContent = said;
  stale();
}

function trouble(answer, before = []) {
  clearTimeout(patience);
  by("said").textContent = "";
  if (unsettling) by("worlds").textContent = "what is grey is of the state before";
  const problems = answer.problems ?? [{ message: answer.refused }];
  const words = (one) => [one.message, one.hint].filter(Boolean).join("; ");
  const left = problems.filter((one) => {
    const name = controls.names.find((each) => one.set === each);
    return !name || !controls.trouble(name, words(one));
  });
  const place = (one) => (one.line && one.set === "" ? `${one.file || "line"} ${one.line}: ` : "");
  by("trouble").hidden = !left.length;
  by("trouble").textContent = [...before, ...left.map((one) => place(one) + words(one))].join("\n");
}

function lost(error) {
  clearTimeout(patience);
  by("trouble").hidden = false;
  by("trouble").textContent = error.message;
  clearTimeout(trying);
  if (error.message === GONE) trying = setTimeout(() => change(said), AGAIN);
}
let trying = 0;

// The case as its file has it, or the pinned state: few worlds at once, many when there is time.
async function other(which, one) {
  try {
    await counted(which, one);
  } catch (error) {
    claims.show(which, [], 0);
    lost(error);
  }
}

async function counted(which, one) {
  for (const refined of [false, true]) {
    let answer = await ask("verdicts", { state: one, refined });
    while (answer.superseded) {
      await new Promise((done) => setTimeout(done, 4 * REST));
      answer = await ask("verdicts", { state: one, refined });
    }
    if (which === "pinned" && (!pinned || key(pinned) !== key(one))) return;
    if (which === "case" && one.seed !== state.seed) return;
    if (answer.claims) claims.show(which, answer.claims, answer.worlds);
    head();
  }
}

controls.watch({
  slid(name, median) {
    moved[name] = { median, from: typed[name] ?? "" };
    change();
  },
  typed(name, text) {
    delete moved[name];
    typed[name] = state.changes[name] = text;
    change();
  },
  reset(name) {
    delete moved[name];
    delete typed[name];
    delete state.changes[name];
    change();
  },
});

by("reset").addEventListener("click", () => restore({ changes: {}, rival: "", seed: 0 }));
by("undo").addEventListener("click", () => {
  let before = unrested() ? (undone ?? last) : null;
  while (!before && past.length) {
    const one = past.pop();
    if (key(one) !== key()) before = one;
  }
  if (!before) return;
  undone = copy(before);
  restore(before, "The last change is taken back.");
});
addEventListener("popstate", () => {
  const back = new URLSearchParams(location.search).get("tab") ?? "overview";
  going = true;
  if (back !== tabs.current()) tabs.choose(back);
  going = false;
  const one = read(location.search);
  if (key(one) !== key() || Object.keys(moved).length) {
    last = copy(one);
    undone = null;
    restore(one);
  }
});
boxes.watch(
  () => copy(state),
  key,
  (set) => {
    for (const name of Object.keys(set)) delete moved[name];
    Object.assign(typed, set);
    Object.assign(state.changes, set);
    change(`Set to the box: ${Object.keys(set).join(", ")}.`);
    return key();
  },
  (before) => restore(before, "The box is left."),
);
by("pin").addEventListener("click", () => {
  pin(state);
  other("pinned", copy(state));
  write();
});
by("unpin").addEventListener("click", () => {
  pin(null);
  claims.forgetPinned();
  head();
  write();
});
by("link").addEventListener("click", () => copied(location.origin + location.pathname + address(tabs.current()), "The link"));
by("command").addEventListener("click", () => copied(command, "The command"));
by("seed").addEventListener("change", (event) => {
  state.seed = whole(event.target.value);
  choices();
  change();
  other("case", { changes: {}, rival: "", seed: state.seed }); // the same worlds, or nothing is alike
});
by("rival")?.addEventListener("change", (event) => {
  state.rival = event.target.value;
  change();
});

function choices() {
  by("seed").value = state.seed;
  if (by("rival")) by("rival").value = state.rival;
}

async function copied(text, what) {
  try {
    await navigator.clipboard.writeText(text);
    by("said").textContent = `${what} is in the clipboard: ${text}`;
  } catch {
    by("said").textContent = text;
  }
}

editor.watch(() => location.reload());
labours.watch(() => copy(state), key, trouble);
stories.watch(() => copy(state), key);
games.watch(() => copy(state), key, lost);
plane.watch(() => copy(state), key);
let begun = false;
tabs.watch((tab) => {
  write(begun);
  look(tab);
});
listen(
  {
    changed(what) {
      editor.reload();
      if (what.problems?.length || what.refused) return trouble(what, OLD);
      again();
    },
    case: ({ mark }) => mark !== document.body.dataset.mark && again(),
    labour: labours.follow,
  },
  () => {
    if (by("trouble").textContent === GONE) {
      by("trouble").hidden = true;
      change();
    }
  },
  () => lost(new TypeError(GONE)),
);

const OLD = ["The file has problems; what stands here is of the file as it was."];

function again() {
  if (!editor.dirty()) return location.reload();
  unsettled(true);
  by("trouble").hidden = false;
  by("trouble").textContent = "The file has changed. What stands here is of the file as it was; the page is loaded anew once the text is saved or given up.";
}

choices();
tabs.choose(first.tab);
begun = true;
change();
other("case", { changes: {}, rival: "", seed: state.seed });
if (pinned) other("pinned", pinned);
by("other-version").hidden = !otherCase;
