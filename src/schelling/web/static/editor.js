// The case as text: its problems at their places, what the cursor is on, saving.

import { ask, latest } from "/static/server.js";

const source = document.getElementById("source");
const marks = document.getElementById("marks");
const listed = document.getElementById("problems");
const told = document.getElementById("edited");
let seen = source.value;
let found = { problems: [], notes: [] };
let resting = 0;

const check = latest(
  (text) => ask("check", { text }),
  (answer, text) => {
    if (text !== source.value) return;
    found = answer;
    show();
  },
  (error) => say(error.message),
);
const look = latest(
  (place) => ask("meaning", place),
  (answer) => {
    document.getElementById("meaning").textContent = answer.text ?? "";
  },
  () => {},
);

export const dirty = () => source.value !== seen;

let written = () => {};

export function watch(saved) {
  written = saved;
  source.addEventListener("input", () => {
    changed();
    check(source.value);
  });
  source.addEventListener("scroll", follow);
  source.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key === "s") {
      event.preventDefault();
      save();
    }
  });
  document.addEventListener("selectionchange", () => {
    if (document.activeElement !== source) return;
    clearTimeout(resting);
    resting = setTimeout(meant, 250);
  });
  document.getElementById("save").addEventListener("click", save);
  document.getElementById("again").addEventListener("click", () => reload(true));
  document.getElementById("copy").addEventListener("click", async () => {
    await navigator.clipboard.writeText(source.value);
    say("copied");
  });
  addEventListener("beforeunload", (event) => {
    if (dirty()) event.preventDefault();
  });
}

export function open() {
  check(source.value);
}

async function save() {
  if (!dirty()) return;
  const text = source.value;
  try {
    const answer = await ask("save", { text, seen });
    if (answer.refused) return say(answer.refused);
    seen = text;
    changed();
    say("saved");
    written();
  } catch (error) {
    say(`not saved: ${error.message}`);
  }
}

// The file says something else: it is shown unless something is being written here.
export async function reload(wanted = false) {
  if (dirty() && !wanted) {
    document.getElementById("again").disabled = false;
    return say("the file has changed; what is written here is not saved");
  }
  const answer = await ask("text", {});
  if (answer.text === undefined) return;
  const other = answer.text !== source.value;
  source.value = seen = answer.text;
  changed();
  if (wanted) return written();
  if (other) check(source.value);
}

function changed() {
  document.getElementById("save").disabled = !dirty();
  document.getElementById("again").disabled = !dirty();
  say(dirty() ? "not saved" : "");
  marks.textContent = source.value;
  follow();
}

function show() {
  const { problems, notes } = found;
  const own = (one) => !one.file;
  mark([...problems.filter(own).map((one) => [one, ""]), ...notes.filter(own).map((one) => [one, "aside"])]);
  listed.replaceChildren(...problems.map((one) => line(one)), ...notes.map((one) => line(one, "note: ")));
  if (!listed.children.length) {
    const none = document.createElement("li");
    none.textContent = "none";
    none.className = "nothing";
    listed.append(none);
  }
}

function line(problem, before = "") {
  const item = document.createElement("li");
  const where = document.createElement("button");
  where.type = "button";
  where.textContent = `${problem.file || "line"} ${problem.line}: ${before}${problem.message}`;
  if (!problem.file) where.addEventListener("click", () => go(problem));
  item.append(where);
  const more = [problem.reason, problem.hint].filter(Boolean).join("; ");
  if (more) {
    const hint = document.createElement("span");
    hint.className = "hint";
    hint.textContent = more;
    item.append(hint);
  }
  return item;
}

// Lines and columns of the checker count code points; a field counts UTF-16 units.
function offset(lines, line, column) {
  const at = Math.min(Math.max(line - 1, 0), lines.length - 1);
  let found = 0;
  for (let n = 0; n < at; n++) found += lines[n].length + 1;
  return found + [...lines[at]].slice(0, Math.max(column - 1, 0)).join("").length;
}

function go(problem) {
  const lines = source.value.split("\n");
  const from = offset(lines, problem.line, problem.column);
  const to = Math.max(offset(lines, problem.end_line, problem.end_column), from);
  source.focus();
  source.setSelectionRange(from, to);
  const height = source.scrollHeight / lines.length;
  source.scrollTop = Math.max((problem.line - 4) * height, 0);
}

function mark(places) {
  const text = source.value;
  const lines = text.split("\n");
  const spans = places
    .map(([one, kind]) => [offset(lines, one.line, one.column), offset(lines, one.end_line, one.end_column), kind])
    .sort((a, b) => a[0] - b[0]);
  const parts = [];
  let end = 0;
  for (const [from, to, kind] of spans) {
    if (from < end || to <= from) continue;
    parts.push(text.slice(end, from));
    const one = document.createElement("mark");
    one.className = kind;
    one.textContent = text.slice(from, to);
    parts.push(one);
    end = to;
  }
  marks.replaceChildren(...parts, text.slice(end));
  follow();
}

function follow() {
  marks.scrollTop = source.scrollTop;
  marks.scrollLeft = source.scrollLeft;
}

function meant() {
  const before = source.value.slice(0, source.selectionStart).split("\n");
  look({ text: source.value, line: before.length, column: [...before.at(-1)].length + 1 });
}

function say(text) {
  told.textContent = text;
}
