// The worlds of the page, and what follows when they count by other weights.
const worlds = told.worlds, replicates = told.replicates;
const draws = [], cuts = [], truths = [], paths = [];

// Text as bytes: five of 85 characters are four bytes, the highest first.
function bytes(text) {
  const digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz!#$%.()*+-;,=:?@^_`{|}~";
  const value = new Uint8Array(128);
  for (let n = 0; n < 85; n++) value[digits.charCodeAt(n)] = n;
  const groups = Math.ceil(text.length / 5), found = new Uint8Array(4 * groups);
  for (let group = 0; group < groups; group++) {
    let number = 0;
    for (let n = 5 * group; n < 5 * group + 5; n++)
      number = number * 85 + (n < text.length ? value[text.charCodeAt(n)] : 84);
    for (let n = 0; n < 4; n++) found[4 * group + n] = number >>> (24 - 8 * n);
  }
  return found.subarray(0, 4 * groups - (5 * groups - text.length));
}

async function unpack() {
  const text = document.getElementById("worlds").textContent.trim();
  const deflated = bytes(text);
  const stream = new Blob([deflated]).stream().pipeThrough(new DecompressionStream("deflate"));
  const all = new Uint8Array(await new Response(stream).arrayBuffer());
  const part = name => {
    const [start, length] = told.parts[name] ?? [0, 0];
    return all.subarray(start, start + length);
  };
  told.assumptions.forEach((one, n) => {
    draws[n] = part(`draws.${n}`);
    const bytes = part(`cuts.${n}`), view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    cuts[n] = Float64Array.from({ length: bytes.length / 4 },
      (_, k) => one.middle + one.scale * view.getFloat32(4 * k, true));
  });
  told.claims.forEach((_, n) => {
    const bits = part(`truths.${n}`), codes = new Uint8Array(worlds);
    for (let w = 0; w < worlds; w++) codes[w] = (bits[w >> 2] >> (6 - 2 * (w & 3))) & 3;
    truths[n] = codes;
  });
  told.series.forEach((_, n) => {  // each step is the difference from the one before
    const codes = part(`paths.${n}`).slice(), size = told.pathWorlds;
    for (let i = size; i < codes.length; i++) codes[i] += codes[i - size];
    paths[n] = codes;
  });
}

// The standard normal: Marsaglia (2004), Evaluating the normal distribution, J. Stat. Softw. 11(4).
function below(z) {
  if (z < -8 || z > 8) return z < 0 ? 0 : 1;
  let sum = z, last = 0, term = z;
  for (let i = 3; sum !== last; i += 2) { last = sum; term *= z * z / i; sum += term; }
  return 0.5 + sum * Math.exp(-0.5 * z * z - 0.91893853320467274178);
}
function score(share) {
  let low = -8, high = 8;
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2;
    if (below(middle) < share) low = middle; else high = middle;
  }
  return (low + high) / 2;
}
const SLICES = 256;
const scores = Float64Array.from({ length: SLICES + 1 }, (_, k) =>
  k === 0 ? -Infinity : k === SLICES ? Infinity : score(k / SLICES));

// How much a world of each slice counts: the mass of the slice under the bent prior over its mass
// under the prior of the case, and nothing outside the range. Bent, the normal scores of the prior
// have mean `shift` and standard deviation `spread`.
function pulls(change) {
  if (change.kept) return Float64Array.from(change.kept, kept => kept ? 1 : 0);
  const found = new Float64Array(SLICES), plain = change.shift === 0 && change.spread === 1;
  let before = 0;
  for (let k = 0; k < SLICES; k++) {
    const upto = k + 1 === SLICES ? 1 : below((scores[k + 1] - change.shift) / change.spread);
    const pull = plain ? 1 : SLICES * Math.max(upto - before, 0);
    found[k] = k >= change.low && k < change.high ? pull : 0;
    before = upto;
  }
  return found;
}

function weights(changes) {
  const found = new Float64Array(worlds).fill(1);
  for (const [n, change] of changes) {
    const pull = pulls(change), codes = draws[n];
    for (let w = 0; w < worlds; w++) found[w] *= pull[codes[w]];
  }
  return found;
}

// Kish (1965), Survey Sampling, section 11.7: as many equal worlds tell as much.
function effective(weight, size = weight.length) {
  let sum = 0, squares = 0;
  for (let w = 0; w < size; w++) { sum += weight[w]; squares += weight[w] * weight[w]; }
  return squares > 0 ? sum * sum / squares : 0;
}

// Half the 95 % interval of a share, from the spread of the replicates' shares (Student's t), as in
// the report. It is never shorter than the rule of three allows where worlds differ in weight.
function halfWidth(parts, wholes, equal, tells) {
  const means = [];
  for (let r = 0; r < replicates; r++) if (wholes[r] > 0) means.push(parts[r] / wholes[r]);
  if (means.length < 2) return NaN;
  const mean = means.reduce((a, b) => a + b) / means.length;
  const spread = means.reduce((sum, one) => sum + (one - mean) ** 2, 0) / (means.length - 1);
  const error = Math.sqrt(spread / means.length), three = tells > 0 ? Math.min(3 / tells, 1) : 1;
  if (error <= 1e-15) return three;
  const half = told.students[means.length] * error;
  return equal ? half : Math.max(half, three);
}

const total = numbers => numbers.reduce((sum, one) => sum + one, 0);

// Sums of weights by what a claim is and by replicate, and sums of their squares.
const replicateOf = Uint16Array.from({ length: worlds }, (_, w) => w % replicates);
function summed(codes, weight, kinds) {
  const sums = new Float64Array(kinds * replicates), squares = new Float64Array(kinds);
  for (let w = 0; w < worlds; w++) {
    const one = weight[w], code = codes[w];
    sums[code * replicates + replicateOf[w]] += one;
    squares[code] += one * one;
  }
  const parts = Array.from({ length: kinds }, (_, code) =>
    sums.subarray(code * replicates, (code + 1) * replicates));
  return { parts, squares };
}

// The share of a claim under weights; `rates` are the replicates' shares, for differences.
function shareOf(codes, weight, equal) {
  const { parts: [fails, holds, lost], squares: ofCode } = summed(codes, weight, 4);
  const squares = ofCode[0] + ofCode[1], lostSquares = ofCode[2];
  const sound = holds.map((one, r) => one + fails[r]), asked = sound.map((one, r) => one + lost[r]);
  const upper = holds.map((one, r) => one + lost[r]);
  const inSound = total(sound), inAsked = total(asked), failed = total(lost);
  const tells = squares > 0 ? inSound * inSound / squares : 0;
  const tellsAll = inAsked > 0 ? inAsked * inAsked / (squares + lostSquares) : 0;
  const share = inSound > 0 ? total(holds) / inSound : NaN;
  const half = inSound > 0 ? halfWidth(holds, sound, equal, tells) : NaN;
  const seen = { share, half, low: share, high: share, lowHalf: half, highHalf: half,
    lost: failed > 0, asked: inAsked, tells,
    rates: Array.from(holds, (one, r) => sound[r] > 0 ? one / sound[r] : NaN) };
  if (failed > 0) {
    seen.low = total(holds) / inAsked;
    seen.high = total(upper) / inAsked;
    seen.lowHalf = halfWidth(holds, asked, equal, tellsAll);
    seen.highHalf = halfWidth(upper, asked, equal, tellsAll);
  }
  seen.word = wordBetween(seen.low, seen.high);
  return seen;
}

// What an actor chooses is not averaged over: the share under each combination of the options that
// count, and of these the least and the greatest (analysis/verdicts, spanning). `lost` says that
// bounds stand in place of a share.
const optionOf = [];
function combined(n) {
  if (!optionOf[n]) {
    optionOf[n] = new Uint16Array(worlds);
    for (const lever of told.claims[n].levers)
      for (let w = 0; w < worlds; w++)
        optionOf[n][w] = optionOf[n][w] * told.assumptions[lever].options.length + draws[lever][w];
  }
  return optionOf[n];
}
function spanOf(n, weight, equal) {
  const whole = shareOf(truths[n], weight, equal);
  if (!told.claims[n].levers.length) return whole;
  const option = combined(n), found = [];
  for (let w = 0; w < worlds; w++) (found[option[w]] ??= new Float64Array(worlds))[w] = weight[w];
  const known = found.filter(part => part).map(part => shareOf(truths[n], part, equal)).filter(one => !Number.isNaN(one.low));
  if (known.length < 2) return whole;
  const least = known.reduce((a, b) => b.low < a.low ? b : a), most = known.reduce((a, b) => b.high > a.high ? b : a);
  if (least.low === most.high) return whole;
  const differs = Math.max(...known.map(one => one.low)) > Math.min(...known.map(one => one.high));
  const word = wordBetween(least.low, most.high);
  return { ...whole, share: NaN, half: NaN, low: least.low, high: most.high, lowHalf: least.lowHalf,
    highHalf: most.highHalf, lost: true, tells: Math.min(...known.map(one => one.tells)),
    word: differs && word === "undecided" ? "by option" : word, apart: apart(known) };
}
// Whether two options differ by more than chance, over all their pairs (study/runs/option_shares).
function apart(known) {
  const wider = told.wider[known.length];
  return known.some(a => known.some(b => b.low - a.high > wider * Math.hypot(b.lowHalf, a.highHalf)));
}

// The difference of two shares over the same worlds, its error from the replicates' differences.
// Where the worlds of one side all agree, or the replicates' differences do, these show too little
// spread: it is never shorter than the rule of three allows with the fewer effective worlds.
function changeOf(seen, before) {
  if (seen.lost || before.lost) return { change: NaN, half: NaN };
  const gaps = seen.rates.map((rate, r) => rate - before.rates[r]).filter(gap => !Number.isNaN(gap));
  const change = seen.share - before.share;
  if (gaps.length < 2) return { change, half: NaN };
  const mean = total(gaps) / gaps.length;
  const spread = gaps.reduce((sum, gap) => sum + (gap - mean) ** 2, 0) / (gaps.length - 1);
  const error = Math.sqrt(spread / gaps.length), tells = Math.min(seen.tells, before.tells);
  const half = told.students[gaps.length] * error, three = tells > 0 ? Math.min(3 / tells, 1) : 1;
  const agreed = [seen, before].some(({ share }) => share === 0 || share === 1) || error <= 1e-15;
  return { change, half: agreed ? Math.max(half, three) : half };
}

// In which share of the worlds both claims hold, only one, or none; of those in which both have a
// truth value. Shares in the order neither, second, first, both.
const pair = new Uint8Array(worlds);
function jointly(one, other, weight, equal) {
  for (let w = 0; w < worlds; w++) pair[w] = one[w] > 1 || other[w] > 1 ? 4 : 2 * one[w] + other[w];
  const { parts, squares } = summed(pair, weight, 5), cells = parts.slice(0, 4);
  const wholes = cells[0].map((_, r) => cells[0][r] + cells[1][r] + cells[2][r] + cells[3][r]);
  const sum = total(wholes), all = sum + total(parts[4]);
  const tells = sum > 0 ? sum * sum / (squares[0] + squares[1] + squares[2] + squares[3]) : 0;
  // Of the worlds in which the first holds, or fails: in which share the second holds. These may be
  // few however many the others are, so the rule of three always bounds the error.
  const given = (holds, fails) => {
    const inside = cells[holds].map((one, r) => one + cells[fails][r]), sum = total(inside);
    const tells = sum > 0 ? sum * sum / (squares[holds] + squares[fails]) : 0;
    return { share: sum > 0 ? total(cells[holds]) / sum : NaN, tells,
      half: sum > 0 ? halfWidth(cells[holds], inside, false, tells) : NaN };
  };
  return { without: all > 0 ? total(parts[4]) / all : NaN, tells,
    given: { holds: given(3, 2), fails: given(1, 0) }, cells: cells.map(cell => ({
    share: sum > 0 ? total(cell) / sum : NaN,
    half: sum > 0 ? halfWidth(cell, wholes, equal, tells) : NaN })) };
}

// Quantiles of a series at one time: the least level up to which the worlds have that share of the
// weight (Hyndman and Fan 1996, definition 1).
const PROBABILITIES = [0.05, 0.25, 0.5, 0.75, 0.95];
const heap = new Float64Array(256);
function weighed(codes, weight, time) {
  const size = told.pathWorlds, start = time * size;
  heap.fill(0);
  for (let w = 0; w < size; w++) heap[codes[start + w]] += weight[w];
}
function quantilesAt(n, weight, time) {
  const levels = told.series[n].levels;
  weighed(paths[n], weight, time);
  let sum = 0, mass = 0;
  for (let k = 0; k < levels.length; k++) sum += heap[k];
  if (sum === 0) return PROBABILITIES.map(() => NaN);
  const found = [];
  for (let k = 0; k < levels.length && found.length < PROBABILITIES.length; k++) {
    mass += heap[k];
    while (heap[k] > 0 && mass >= PROBABILITIES[found.length] * sum * (1 - 1e-12)) found.push(levels[k]);
  }
  return found;
}
function layersAt(n, weight, time) {
  const size = told.series[n].levels.length;
  weighed(paths[n], weight, time);
  let sum = 0;
  for (let k = 0; k < size; k++) sum += heap[k];
  return Array.from({ length: size }, (_, k) => sum > 0 ? heap[k] / sum : NaN);
}

// Some worlds as they come up under the weights: each is taken with the chance its weight has to the
// largest, always by the same random number, so that few change when weights change a little.
const chances = Float64Array.from({ length: told.pathWorlds }, (_, w) => {
  let mixed = Math.imul((w + 1) ^ (w >>> 16), 0x85ebca6b);  // the last steps of MurmurHash3
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return ((mixed ^ (mixed >>> 16)) >>> 0) / 2 ** 32;
});
function sampled(weight, most) {
  let largest = 0;
  for (let w = 0; w < told.pathWorlds; w++) largest = Math.max(largest, weight[w]);
  const found = [];
  for (let w = 0; w < told.pathWorlds && found.length < most; w++)
    if (weight[w] > chances[w] * largest) found.push(w);
  return found;
}
