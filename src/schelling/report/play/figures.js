// Pictures: the share of a claim as a bar, a series over time, a prior with what is kept of it.
const SVG = "http://www.w3.org/2000/svg";
function drawn(tag, attributes, ...inside) {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...inside);
  return element;
}
function made(tag, attributes = {}, ...inside) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...inside);
  return element;
}
function tell(element, text) { if (element.textContent !== text) element.textContent = text; }
const short = number => Math.round(10 * number) / 10;
const line = points => points.map(([x, y], n) => `${n ? "L" : "M"}${short(x)} ${short(y)}`).join("");
const area = (upper, lower) => `${line(upper)}${line([...lower].reverse()).replace("M", "L")}Z`;

// A bar with the cut points of the words; marks stand at the case and at what was pinned.
function shareBar(name) {
  const rect = (name, y, height) => drawn("rect", { class: name, x: 0, y, height, width: 0 });
  const track = drawn("rect", { class: "track", x: 0, y: 5, width: 160, height: 10 });
  const fill = rect("fill", 5, 10), open = rect("open", 3.5, 13);
  const ticks = told.scale.flatMap(cut => [[2, 5], [15, 18]].map(([from, to]) =>
    drawn("line", { class: "tick", x1: 160 * cut, x2: 160 * cut, y1: from, y2: to })));
  const halo = drawn("line", { class: "halo", y1: 10, y2: 10 });
  const whisker = drawn("line", { class: "whisker", y1: 10, y2: 10 });
  const before = drawn("path", { class: "before" }), pinned = drawn("path", { class: "pinned" });
  const title = drawn("title", {});
  const svg = drawn("svg", { class: "mark", viewBox: "-4 0 168 26", width: 168, height: 26, role: "img" },
    title, track, fill, open, ...ticks, halo, whisker, before, pinned);
  const at = share => short(160 * between(share, 0, 1));
  const put = (mark, seen, path) => mark.setAttribute("d",
    seen && !Number.isNaN(seen.low) ? path(at((seen.low + seen.high) / 2)) : "");
  return { svg, draw(seen, start, pin) {
    const known = !Number.isNaN(seen.low);
    tell(title, `${name}: ${both(seen)} of worlds now, ${both(start)} as the case has it`);
    fill.setAttribute("width", known ? at(seen.low) : 0);
    open.setAttribute("x", known ? at(seen.low) : 0);
    open.setAttribute("width", known && seen.lost ? Math.max(at(seen.high) - at(seen.low), 1) : 0);
    const bar = known && !seen.lost && !Number.isNaN(seen.half);
    for (const mark of [halo, whisker]) {
      mark.setAttribute("x1", bar ? at(seen.share - seen.half) : 0);
      mark.setAttribute("x2", bar ? at(seen.share + seen.half) : 0);
    }
    put(before, start, x => `M${x} 19l-3.5 6h7z`);
    put(pinned, pin, x => `M${x} 1v18`);
  } };
}

// Round numbers for the ticks of an axis.
function ticks(low, high, most) {
  const rough = (high - low) / most, power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 2.5, 5, 10].map(part => part * power).find(part => part >= rough * 0.999);
  const found = [];
  for (let k = Math.ceil(low / step - 1e-9); k * step <= high + 1e-9 * step; k++) found.push(k * step);
  return { found, digits: between(-Math.floor(Math.log10(step) + 1e-9) + (String(step / power) === "2.5" ? 1 : 0), 0, 12) };
}

const LEFT = 46, TOP = 26, WIDE = 250, HIGH = 150;
function seriesPicture(n) {
  const one = told.series[n], stacked = one.layers.length > 0, steps = told.times.length;
  const wide = stacked ? WIDE - 112 : WIDE;
  const [low, high] = stacked ? [0, 1] : one.frame;
  const x = step => LEFT + wide * step / (steps - 1);
  const y = value => between(TOP + HIGH * (high - value) / (high - low), -500, 900);
  const grid = drawn("g", {}), clip = `clip-${n}`;
  const { found, digits } = ticks(low, high, 4);
  for (const value of found) {
    const label = stacked ? fixed(100 * value, 0) + "%"
      : Math.abs(value) >= 1e6 || (value && Math.abs(value) < 1e-4) ? general(value) : fixed(value, digits);
    grid.append(drawn("line", { class: "grid", x1: LEFT, x2: LEFT + wide, y1: y(value), y2: y(value) }),
      drawn("text", { x: LEFT - 6, y: y(value) + 4, "text-anchor": "end" }, label));
  }
  grid.append(drawn("text", { x: 4, y: 14 }, stacked ? "worlds" : one.unit || "value"),
    drawn("line", { class: "base", x1: LEFT, x2: LEFT + wide, y1: TOP + HIGH, y2: TOP + HIGH }));
  told.ticks.forEach(([step, label], k) => {
    if (stacked && k % 2) return;
    const anchor = step === 0 ? "start" : step === steps - 1 ? "end" : "middle";
    grid.append(drawn("line", { class: "base", x1: x(step), x2: x(step), y1: TOP + HIGH, y2: TOP + HIGH + 4 }),
      drawn("text", { x: x(step), y: TOP + HIGH + 18, "text-anchor": anchor }, label));
  });
  const inside = drawn("g", { "clip-path": `url(#${clip})` }), labels = drawn("g", {});
  const title = drawn("title", {});
  const svg = drawn("svg", { class: "chart", viewBox: `0 0 308 200`, role: "img" }, title,
    drawn("clipPath", { id: clip }, drawn("rect", { x: LEFT, y: TOP, width: wide, height: HIGH })),
    grid, inside, labels);
  const layer = name => { const path = drawn("path", { class: name }); inside.append(path); return path; };
  const moments = Array.from({ length: steps }, (_, step) => step);
  return stacked ? { svg, draw(weight, start) {
    const now = moments.map(step => layersAt(n, weight, step));
    const heights = table => table.map(shares => shares.reduce((sums, share) => [...sums, sums.at(-1) + share], [0]));
    const here = heights(now), were = heights(start);
    inside.replaceChildren();
    labels.replaceChildren();
    const last = now.at(-1), places = last.map((share, k) => here.at(-1)[k] + share / 2);
    for (let k = 1; k < places.length; k++) places[k] = Math.max(places[k], places[k - 1] + 0.09);
    for (let k = places.length - 1, top = 1; k >= 0; k--, top -= 0.09) places[k] = Math.min(places[k], top);
    one.layers.forEach((name, k) => {
      if (Number.isNaN(last[k])) return;
      layer(`layer layer-${k % 6}`).setAttribute("d",
        area(moments.map(step => [x(step), y(here[step][k + 1])]), moments.map(step => [x(step), y(here[step][k])])));
      labels.append(drawn("text", { x: LEFT + wide + 6, y: y(places[k]) + 4 }, name));
    });
    one.layers.slice(1).forEach((_, k) => layer("was").setAttribute("d", line(moments.map(step => [x(step), y(were[step][k + 1])]))));
    tell(title, `${one.name} over time: shares of worlds in each state`);
    return now;
  } } : (() => {
    const outer = layer("outer"), inner = layer("inner"), thread = layer("thread");
    const edges = [layer("was"), layer("was")], wasMiddle = layer("was middle"), middle = layer("now");
    return { svg, draw(weight, start) {
      const now = moments.map(step => quantilesAt(n, weight, step));
      const known = !Number.isNaN(now[0][2]);
      const course = (table, k) => moments.map(step => [x(step), y(table[step][k])]);
      outer.setAttribute("d", known ? area(course(now, 4), course(now, 0)) : "");
      inner.setAttribute("d", known ? area(course(now, 3), course(now, 1)) : "");
      middle.setAttribute("d", known ? line(course(now, 2)) : "");
      thread.setAttribute("d", sampled(weight, 20).filter(w => paths[n][w] < 255).map(w =>
        line(moments.map(step => [x(step), y(one.levels[paths[n][step * told.pathWorlds + w]])]))).join(""));
      edges.forEach((edge, k) => edge.setAttribute("d", Number.isNaN(start[0][2]) ? "" : line(course(start, 4 * k))));
      wasMiddle.setAttribute("d", Number.isNaN(start[0][2]) ? "" : line(course(start, 2)));
      tell(title, `${one.name} over time: median and bands of worlds`);
      return now;
    } };
  })();
}

// The density of a prior as the case has it, and as it counts now; on the axis of the two handles.
const ACROSS = 320, INSET = 12, FLOOR = 62;
function axisOf(n) {
  const one = told.assumptions[n], own = cuts[n], scale = one.logarithmic ? Math.log10 : value => value;
  const first = scale(own[1]), last = scale(own[SLICES - 1]);
  // The outermost slices have no end, or a far one: each gets a fixed end of the axis.
  const place = cut => 0.03 + 0.94 * between((scale(own[cut]) - first) / (last - first), 0, 1);
  const places = Float64Array.from({ length: SLICES + 1 }, (_, k) => k === 0 ? 0 : k === SLICES ? 1 : place(k));
  return { places, at: k => INSET + (ACROSS - 2 * INSET) * places[k] };
}
function priorPicture(n, axis) {
  const one = told.assumptions[n], group = 4;
  const bins = Array.from({ length: (SLICES - 2) / group | 0 }, (_, k) => [1 + k * group, Math.min(1 + (k + 1) * group, SLICES - 1)]);
  const height = pull => bins.map(([from, to]) => {
    let mass = 0;
    for (let k = from; k < to; k++) mass += pull[k];
    return mass / Math.max(axis.places[to] - axis.places[from], 1e-9);
  });
  const shape = (heights, top) => {
    const points = heights.map((tall, k) => [(axis.at(bins[k][0]) + axis.at(bins[k][1])) / 2, FLOOR - (FLOOR - 6) * Math.min(tall / top, 1)]);
    return area(points, points.map(([x]) => [x, FLOOR]));
  };
  const case_ = height(new Float64Array(SLICES).fill(1)), was = drawn("path", { class: "outer" });
  const now = drawn("path", { class: "inner" }), middle = drawn("line", { class: "middle", y1: 2, y2: FLOOR });
  const label = (k, anchor) => drawn("text", { x: axis.at(k), y: FLOOR + 15, "text-anchor": anchor }, general(cuts[n][k]));
  const svg = drawn("svg", { class: "prior", viewBox: `0 0 ${ACROSS} ${FLOOR + 20}`, "aria-hidden": "true" },
    was, now, drawn("line", { class: "base", x1: INSET, x2: ACROSS - INSET, y1: FLOOR, y2: FLOOR }),
    drawn("line", { class: "median", x1: axis.at(128), x2: axis.at(128), y1: 4, y2: FLOOR }), middle, label(1, "start"), label(SLICES - 1, "end"));
  if (axis.places[128] > 0.25 && axis.places[128] < 0.75) svg.append(label(128, "middle"));
  return { svg, draw(pull) {
    const mass = total(pull) / SLICES, tall = height(pull.map(one => one / (mass || 1)));
    const top = Math.max(...case_, ...tall);
    was.setAttribute("d", shape(case_, top));
    now.setAttribute("d", shape(tall, top));
    const centre = quantileOf(n, pull, 0.5).place;
    middle.setAttribute("x1", axis.at(Math.floor(centre)));
    middle.setAttribute("x2", axis.at(Math.floor(centre)));
  } };
}

// A quantile of an assumption whose slices have some mass; `beyond` where it lies in an outermost
// slice, within which nothing is known.
function quantileOf(n, mass, probability) {
  const sum = total(mass);
  let under = 0;
  for (let k = 0; k < SLICES; k++) {
    if (under + mass[k] >= probability * sum && mass[k] > 0) {
      const part = (probability * sum - under) / mass[k];
      if (k === 0 || k === SLICES - 1) return { place: k, value: cuts[n][k === 0 ? 1 : k], beyond: k === 0 ? "<" : ">" };
      return { place: k + part, value: cuts[n][k] + part * (cuts[n][k + 1] - cuts[n][k]), beyond: "" };
    }
    under += mass[k];
  }
  return { place: 128, value: NaN, beyond: "" };
}
