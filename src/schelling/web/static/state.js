// The state of the page, and the address that carries it: differences from the case alone.

const query = new URLSearchParams(location.search);
const start = JSON.parse(document.body.dataset.start);
const named = [...query.keys()].some((key) => ["case", "set", "rival", "seed", "pinned"].includes(key));

export const mark = document.body.dataset.mark;
export const otherCase = query.has("case") && query.get("case") !== mark;

export const state = named
  ? read(location.search)
  : { changes: { ...start.changes }, rival: start.rival, seed: start.seed };

export let pinned = query.has("pinned")
  ? { changes: pairs(query, "pin"), rival: query.get("pin-rival") ?? "", seed: whole(query.get("pin-seed")) }
  : null;

export const first = { tab: query.get("tab") ?? "overview" };

export function pin(one) {
  pinned = one === null ? null : structuredClone(one);
}

export function address(tab) {
  const found = new URLSearchParams();
  found.set("case", mark);
  for (const name of Object.keys(state.changes).sort()) found.append("set", `${name}=${state.changes[name]}`);
  if (state.rival) found.set("rival", state.rival);
  if (state.seed) found.set("seed", state.seed);
  if (pinned) {
    found.set("pinned", "1");
    for (const name of Object.keys(pinned.changes).sort()) found.append("pin", `${name}=${pinned.changes[name]}`);
    if (pinned.rival) found.set("pin-rival", pinned.rival);
    if (pinned.seed) found.set("pin-seed", pinned.seed);
  }
  if (tab !== "overview") found.set("tab", tab);
  return `?${found}`;
}

// What the report of this state is asked with.
export function reported() {
  const found = new URLSearchParams();
  for (const name of Object.keys(state.changes).sort()) found.append("set", `${name}=${state.changes[name]}`);
  if (state.rival) found.set("rival", state.rival);
  if (state.seed) found.set("seed", state.seed);
  const text = found.toString();
  return text ? `report?${text}` : "report";
}

// The state that an address carries.
export function read(search) {
  const found = new URLSearchParams(search);
  return { changes: pairs(found, "set"), rival: found.get("rival") ?? "", seed: whole(found.get("seed")) };
}

function pairs(query, key) {
  const found = {};
  for (const one of query.getAll(key)) {
    const cut = one.indexOf("=");
    if (cut > 0) found[one.slice(0, cut).trim()] = one.slice(cut + 1).trim();
  }
  return found;
}

export function whole(text) {
  const number = Number.parseInt(text ?? "", 10);
  return Number.isSafeInteger(number) && number > 0 ? number : 0;
}
