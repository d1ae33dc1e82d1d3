// The causal map, walked by keys: down to what a box feeds, up to what feeds it, sideways among these.

import { goTo } from "/static/tabs.js";

const COURSES = new Set(["stock", "variable", "state"]);

// Makes the map of a tab that has been filled one stop of the keyboard.
export function filled(panel) {
  const svg = panel.querySelector("svg.map");
  if (!svg) return;
  const boxes = new Map([...svg.querySelectorAll("g[data-at]")].map((box) => [box.dataset.at, box]));
  const feeds = new Map([...boxes].map(([at, box]) => [at, box.dataset.feeds.split(" ").filter(Boolean)]));
  const fed = new Map([...boxes.keys()].map((at) => [at, [...boxes.keys()].filter((one) => feeds.get(one).includes(at))]));
  const walk = { boxes, feeds, fed, among: [...boxes.keys()], told: panel.querySelector(".map-told") };
  const first = walk.among.find((at) => feeds.get(at).length) ?? walk.among[0];
  svg.setAttribute("role", "group");
  for (const [at, box] of boxes) {
    box.setAttribute("role", "link");
    box.setAttribute("tabindex", at === first ? "0" : "-1");
    box.setAttribute("aria-label", `${words(at)}, feeds ${feeds.get(at).length}, fed by ${fed.get(at).length}`);
    box.addEventListener("focus", () => stand(walk, at));
    box.addEventListener("click", () => goTo(at));
    box.addEventListener("keydown", (event) => step(walk, at, event));
  }
  zoom(panel, svg);
  toTheMiddle(svg.parentElement, walk);
}

// Where the map is wider than its frame, it opens with the box that has the most ties in the middle.
// When it is drawn anew it stands where it stood.
function toTheMiddle(frame, walk) {
  if (left !== null) frame.scrollLeft = left;
  else middle(frame, walk);
  frame.addEventListener("scroll", () => (left = frame.scrollLeft));
}
let left = null; // how far the hand, or the first opening, has moved it

function middle(frame, walk) {
  const ties = (at) => walk.feeds.get(at).length + walk.fed.get(at).length;
  const busiest = walk.among.reduce((one, other) => (ties(other) > ties(one) ? other : one), walk.among[0]);
  if (!busiest) return;
  const box = walk.boxes.get(busiest).getBoundingClientRect();
  const seen = frame.getBoundingClientRect();
  frame.scrollLeft += box.left + box.width / 2 - seen.left - seen.width / 2;
}

function step(walk, at, event) {
  if (event.key === "Enter" || event.key === " ") {
    event.preventDefault();
    return goTo(at);
  }
  const sideways = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  let to;
  if (sideways) to = walk.among[(walk.among.indexOf(at) + sideways + walk.among.length) % walk.among.length];
  else if (event.key === "Home") [walk.among, to] = [[...walk.boxes.keys()], walk.boxes.keys().next().value];
  else {
    const next = { ArrowDown: walk.feeds, ArrowUp: walk.fed }[event.key]?.get(at);
    if (!next) return;
    if (next.length) [walk.among, to] = [next, next[0]];
  }
  event.preventDefault();
  if (to) walk.boxes.get(to).focus();
}

// Marks a box and what it is tied to, and says in words where the reader stands.
function stand(walk, at) {
  if (!walk.among.includes(at)) walk.among = [...walk.boxes.keys()];
  for (const [one, box] of walk.boxes) {
    box.setAttribute("tabindex", one === at ? "0" : "-1");
    box.classList.toggle("at", one === at);
    box.classList.toggle("near", walk.feeds.get(at).includes(one) || walk.fed.get(at).includes(one));
  }
  const name = (one) => one.slice(one.indexOf("-") + 1);
  const listed = (many) => many.map(name).join(", ") || "nothing on the map";
  walk.told.textContent = `${words(at)}: fed by ${listed(walk.fed.get(at))}; feeds ${listed(walk.feeds.get(at))}. `;
  const places = [[at, "formula"]];
  if (COURSES.has(at.split("-", 1)[0])) places.push([at.replace(/^(state)-/, "figure-states-").replace(/^(stock|variable)-/, "figure-series-"), "course"]);
  for (const [place, label] of places) {
    const link = document.createElement("a");
    link.href = `#${place}`;
    link.textContent = label;
    walk.told.append(link, " ");
  }
}

const words = (at) => at.replace("-", " ");

// The map larger, smaller, or as wide as its frame.
function zoom(panel, svg) {
  const whole = svg.viewBox.baseVal;
  let scale = 1;
  const set = (wanted) => {
    scale = Math.min(Math.max(wanted, 0.3), 3);
    svg.setAttribute("width", whole.width * scale);
    svg.setAttribute("height", whole.height * scale);
  };
  for (const button of panel.querySelectorAll(".map-zoom"))
    button.addEventListener("click", () => {
      const by = Number(button.dataset.by);
      set(by ? scale * by : svg.parentElement.clientWidth / whole.width);
    });
}
