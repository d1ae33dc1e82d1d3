// The claims: their shares now, as the case has them, and as pinned.

const rows = new Map(
  [...document.querySelectorAll(".now tbody tr")].map((row) => [row.dataset.name, row]),
);
const own = new Set(rows.keys());
const shown = { now: new Map(), case: new Map(), pinned: new Map() };
const counted = { now: 0, case: 0, pinned: 0 };

// Shows the claims in one of the states `now`, `case` and `pinned`.
export function show(which, claims, worlds) {
  counted[which] = worlds;
  if (which === "now") claims.filter((claim) => !rows.has(claim.name)).forEach(add);
  const asked = new Set(claims.map((claim) => claim.name));
  for (const [name, row] of rows)
    if (!asked.has(name)) {  // a rival need not make every claim of the case
      shown[which].delete(name);
      row.querySelector(`.${which}-number`).textContent = "not claimed";
      row.querySelector(`.bar-${which}`).replaceChildren();
      if (which === "now") {
        row.querySelector(".now-word").textContent = "";
        row.hidden = !own.has(name);
      }
    }
  for (const claim of claims) {
    const row = rows.get(claim.name);
    if (!row || same(shown[which].get(claim.name), claim)) continue;
    shown[which].set(claim.name, claim);
    const cell = row.querySelector(`.${which}-number`);
    cell.textContent = claim.number;
    if (claim.error) {
      const error = document.createElement("small");
      error.textContent = ` ${claim.error}`;
      cell.append(error);
    }
    const bar = row.querySelector(`.bar-${which}`);
    bar.innerHTML = claim.bar;
    bar.firstElementChild?.setAttribute("preserveAspectRatio", "none");
    if (which === "now") {
      row.hidden = false;
      row.querySelector(".written").textContent = claim.written;
      const word = row.querySelector(".now-word");
      word.textContent = claim.word + (claim.close ? " ~" : "");
      word.title = claim.close ? "the interval also covers the neighbouring verdict" : "";
      if (claim.note) {
        const note = document.createElement("small");
        note.textContent = ` (${claim.note})`;
        word.append(note);
      }
    }
  }
}

export function forgetPinned() {
  shown.pinned.clear();
  for (const row of rows.values()) {
    row.querySelector(".bar-pinned").replaceChildren();
    row.querySelector(".pinned-number").replaceChildren();
  }
}

// Greys the numbers that are of the state before, unless the new ones come at once.
export function waiting(is) {
  clearTimeout(greying);
  const grey = () => document.querySelector(".now")?.classList.toggle("waiting", is);
  if (is) greying = setTimeout(grey, AT_ONCE);
  else grey();
}
const AT_ONCE = 150; // milliseconds
let greying = 0;

function same(one, other) {
  return one !== undefined && Object.keys(other).every((key) => one[key] === other[key]);
}

// A claim that only a rival makes.
function add(claim) {
  const row = rows.values().next().value.cloneNode(true);
  row.id = `share-of-a-rival-${claim.name}`;
  row.dataset.name = claim.name;
  row.querySelector(".gist").textContent = "";
  row.querySelector(".claim-name").textContent = claim.name;
  for (const cell of row.querySelectorAll(".now-number, .case-number, .pinned-number")) cell.textContent = "not claimed";
  for (const bar of row.querySelectorAll(".bar-now, .bar-case, .bar-pinned")) bar.replaceChildren();
  rows.values().next().value.parentElement.append(row);
  rows.set(claim.name, row);
}

// How many claims have another word than the case as its file has it; null where not known, since
// they are counted over other worlds.
export function turned() {
  if (!counted.now || counted.now !== counted.case) return null;
  let count = 0;
  for (const [name, claim] of shown.now) {
    const before = shown.case.get(name);
    if (before && before.word !== claim.word) count += 1;
  }
  return count;
}

// What chance alone decides of each claim, and what follows where the premises hold.
export function beside(luck, granted) {
  const told = Object.entries(luck).map(([name, part]) => `${name} ${part}`);
  document.getElementById("luck").textContent = told.length
    ? `Of the variance of a claim's truth, chance alone decides at fixed assumptions: ${told.join("; ")}.`
    : "";
  const list = document.getElementById("granted");
  list.parentElement.hidden = !granted.length;
  list.replaceChildren(
    ...granted.map((sentence) => {
      const item = document.createElement("li");
      item.textContent = sentence;
      return item;
    }),
  );
}
