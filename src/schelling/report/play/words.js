// Numbers as text by the rules of the report (report/words): never a digit the error does not allow.
const NO_BREAK = "\u00a0", MISSING = "–";
const between = (value, low, high) => Math.min(Math.max(value, low), high);
const grouped = text => text.replace(/\B(?<!\.\d*)(?=(\d{3})+(?!\d))/g, ",");
const count = (number, one, many = one + "s") =>
  `${grouped(String(number))} ${number === 1 ? one : many}`;

// To a decimal place; a tie goes to the even digit, as it does in Python.
function fixed(value, places) {
  if (Number.isNaN(value)) return MISSING;
  if (!Number.isFinite(value)) return value > 0 ? "∞" : "−∞";
  const size = Math.abs(value), scaled = size * 10 ** places, below = Math.floor(scaled);
  const tie = scaled - below === 0.5 && Number.isInteger(size * 2 ** (Math.max(places, 0) + 1));
  let text;
  if (tie || places <= 0) {
    const whole = tie ? below + (below % 2) : Math.round(scaled);
    text = (whole / 10 ** places).toFixed(Math.max(places, 0));
  } else text = size.toFixed(Math.min(places, 100));
  return (value < 0 && Number(text) !== 0 ? "−" : "") + grouped(text);
}

const trimmed = text => text.includes(".") ? text.replace(/\.?0+$/, "") : text;

function general(value, digits = 2) {
  if (!Number.isFinite(value) || value === 0) return fixed(value, 0);
  const exponent = Math.floor(Math.log10(Math.abs(value)));
  if (exponent >= -4 && exponent < 9) return trimmed(fixed(value, digits - 1 - exponent));
  const [mantissa, power] = value.toExponential(digits - 1).split("e");
  const raised = [...power.replace("+", "")].map(sign => "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"["-0123456789".indexOf(sign)]);
  return `${trimmed(mantissa)}×10${raised.join("")}`.replace("-", "−");
}

const decimals = error =>
  error > 0 && Number.isFinite(error) ? -Math.floor(Math.log10(error) + 1e-9) : 6;

// In whole percents where no error is given, and 0 and 100 only for none and all.
function percent(share, error) {
  if (Number.isNaN(share)) return MISSING;
  if (error === undefined) {
    const whole = fixed(100 * share, 0);
    const text = whole === "0" && share > 0 ? "<1" : whole === "100" && share < 1 ? ">99" : whole;
    return text + NO_BREAK + "%";
  }
  const places = error > 0 ? between(decimals(100 * error), 0, 1) : 1;
  return fixed(100 * share, places) + NO_BREAK + "%";
}

function errorBar(share, error) {
  if (Number.isNaN(error) || Number.isNaN(share)) return "";
  const places = between(decimals(100 * error), 0, 1), scale = 10 ** places;
  const half = Math.ceil(100 * error * scale - 1e-9) / scale;
  const shown = Number(fixed(100 * share, places));
  const up = Math.min(half, 100 - shown), down = Math.min(half, shown);
  if (up === down) return `±${NO_BREAK}${up.toFixed(places)}`;
  const sides = [["+", up], ["−", down]].filter(([, side]) => side > 0);
  return sides.map(([sign, side]) => sign + side.toFixed(places)).join("");
}

function bounds(low, high) {
  if (Number.isNaN(low) || Number.isNaN(high)) return MISSING;
  const ends = high - low >= 0.02 ? [fixed(100 * low, 0), fixed(100 * high, 0)]
    : [fixed(Math.floor(1000 * low + 1e-9) / 10, 1), fixed(Math.ceil(1000 * high - 1e-9) / 10, 1)];
  return `${ends[0]} to ${ends[1]}${NO_BREAK}%`;
}

const amount = seen => seen.lost ? bounds(seen.low, seen.high) : percent(seen.share, seen.half);
const both = seen => `${amount(seen)} ${seen.lost ? "" : errorBar(seen.share, seen.half)}`.trim();

// A difference of shares in points of a percent, with half its 95 % interval.
function points(change, half) {
  if (Number.isNaN(change)) return MISSING;
  const digits = half >= 0.01 ? 0 : 1, text = fixed(100 * change, digits), scale = 10 ** digits;
  const signed = Number(text.replace("−", "-")) === 0 ? text.replace("−", "") : change > 0 ? `+${text}` : text;
  if (!(half > 0)) return signed;
  const up = Math.ceil(100 * half * scale - 1e-9) / scale; // as every error bar
  return `${signed}${NO_BREAK}±${NO_BREAK}${up.toFixed(digits)}`;
}

// The word for a share, and for one that lies between two bounds (analysis/verdicts).
function word(share) {
  const [fails, mostlyFails, mostlyFollows, follows] = told.scale;
  if (Number.isNaN(share)) return "unknown";
  if (share >= follows) return "follows";
  if (share >= mostlyFollows) return "mostly follows";
  if (share <= fails) return "fails";
  return share <= mostlyFails ? "mostly fails" : "contested";
}
const wordBetween = (low, high) =>
  Number.isNaN(low) || Number.isNaN(high) ? "unknown"
    : word(low) === word(high) ? word(low) : "undecided";
const settled = seen =>
  !["undecided", "unknown"].includes(wordBetween(seen.low - seen.lowHalf, seen.high + seen.highHalf));
const close = seen => seen.word === "by option" ? !seen.apart
  : !["undecided", "unknown"].includes(seen.word) && !settled(seen);
