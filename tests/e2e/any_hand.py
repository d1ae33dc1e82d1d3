"""What a hand may do to the live page of the case in `test_live_page`, in any order."""

EVENTS = (
    *[("slider", name, None) for name in ("cost", "hope")] * 150,
    *[("field", "cost", text) for text in ("0.3", "uniform(0.1, 0.9)", "uniform(1, 0)")] * 10,
    *[("field", "hope", text) for text in ("beta(2, 5)", "0.1 to 0.9 within [0.2, 0.5]", "")] * 10,
    *[("option", "kind", text) for text in ("0", "1")] * 10,
    *[("press", name, " ") for name in ("undo", "reset")] * 3,
    *[("press", name, " ") for name in ("tab-time", "tab-overview", "tab-matters", "pin", "unpin")],
    ("seed", "", "3"),
)
"""What a hand may do: what it touches, which of them, the new value; None is drawn."""

MANY = """
const at = (name, part) => document.querySelector(`#assumption-${name} .${part}`);
const put = (element, value, event) => {
  element.value = value;
  element.dispatchEvent(new Event(event, {bubbles: true}));
};
for (const [kind, name, value] of arguments[0]) {
  if (kind === 'press') document.getElementById(name).click();
  else if (kind === 'slider') put(at(name, 'slider'), value, 'input');
  else if (kind === 'field') put(at(name, 'prior'), value, 'change');
  else if (kind === 'option') put(at(name, 'option'), value, 'change');
  else put(document.getElementById('seed'), value, 'change');
}
"""
