"""Puts changes for one run into the tree of a case, which is then read like any case.

They are put in where definitions over sets are written out already, so that one change may be of
one member or of all. A definition keeps what it says of itself, its unit above all.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path as FilePath

from schelling.case.draft import Draft
from schelling.case.file.yaml_tree import Node, Path
from schelling.case.language.inferring.machines import PHASE
from schelling.case.language.parsing.printer import shorten
from schelling.case.language.parsing.syntax import SyntaxIssue
from schelling.case.language.typed import units
from schelling.case.language.typed.scope import Indexed, Member, family_name, member_name, suggest
from schelling.case.records import Changed
from schelling.case.schema.population_parts import REPRESENTATIVES
from schelling.case.sections import priors
from schelling.case.settings import cuts
from schelling.case.settings.given import Setting, Settings
from schelling.errors import Problem

WHY = "set for this run (--set)"
"""The reason that a definition has while it is changed."""

VALUES = {"assumptions": "prior", "variables": "value", "stocks": "start"}
"""What is changed of the definitions of each section."""

OF_POPULATIONS = {"size": "", "fidelity": "agents", "representatives": f"{REPRESENTATIVES}"}
"""What is changed of populations, as `citizens.size`; and what it is where it is left out."""

SETTABLE = (*VALUES, "populations")
"""Sections whose definitions can be changed."""

_OTHER = {
    "events": "event",
    "games": "game",
    "claims": "claim",
    "actors": "actor",
    "unknowns": "unknown",
    "states": "state machine",
    "premises": "premise",
    "sets": "set",
}
_WHAT_CAN = "an assumption takes a prior or a number, a variable a formula, a stock its start"
_AMOUNT = re.compile(rf"\s*({cuts.NUMBER})(?:\s+to\s+({cuts.NUMBER}))?\s*(%|[A-Za-z/].*)")
_INDEX = re.compile(r"([A-Za-z][A-Za-z0-9_]*)(?: in ([A-Za-z][A-Za-z0-9_]*))?")
_SHOWN = 5  # definitions before the change that are told of one over a set


@dataclass(frozen=True)
class _Target:
    """What one change is about.

    Attributes:
        members: Every definition it changes, with what the names of its index stand for there.
        key: What of each of them.
    """

    setting: Setting
    section: str
    members: Mapping[str, Mapping[str, Member]]
    key: str


def apply(draft: Draft, settings: Settings) -> tuple[Changed, ...]:
    """Change a tree in which definitions over sets are written out; problems go to the draft.

    Of two changes, the one that names fewer definitions holds.

    Returns:
        What is changed, in the order of the names.
    """
    draft.others = draft.others | settings.texts
    found = [_target(draft, one) for one in sorted(settings.given, key=lambda one: one.name)]
    targets = [one for one in found if one is not None]
    _overlaps(draft, targets)
    before = {one.setting.name: _before(draft, one) for one in targets}
    for one in sorted(targets, key=lambda target: -len(target.members)):
        for name, bound in one.members.items():
            _put(draft, (one.section, name), one)
            if bound:
                own = draft.bound.get((one.section, name), {})
                draft.bound[one.section, name] = {**own, **bound}
    return tuple(
        Changed(
            one.section,
            one.setting.name,
            tuple(one.members),
            before[one.setting.name],
            one.setting.text,
        )
        for one in targets
    )


def outside(
    value: float, within: tuple[float, float] | None, options: tuple[float, ...]
) -> tuple[str, str]:
    """Why a number cannot be the value of an assumption, and a hint; empty where it can.

    Args:
        value: The number, in the assumption's unit.
        within: The bounds of the assumption, if any.
        options: The options of a lever; empty of any other assumption.

    Examples:
        >>> outside(2.0, (0.0, 1.0), ())
        ('2 is outside 0 to 1', "the case bounds it by 'within'")
        >>> outside(0.5, (0.0, 1.0), ())
        ('', '')
    """
    if within is not None and not within[0] <= value <= within[1]:
        return (
            f"{value:g} is outside {within[0]:g} to {within[1]:g}",
            "the case bounds it by 'within'",
        )
    if options and value not in options:
        listed = ", ".join(f"{option:g}" for option in options[:_SHOWN])
        more = ", ..." if len(options) > _SHOWN else ""
        return f"{value:g} is not an option of the lever", f"the options are {listed}{more}"
    return "", ""


def _report(
    draft: Draft, one: Setting, code: str, message: str, hint: str, reason: str = ""
) -> None:
    draft.note(Problem(code, message, one.key, reason, hint, one.file))


def _section(draft: Draft, name: str) -> dict[str, Node]:
    node = draft.root.child(name)
    return node.value if node is not None and isinstance(node.value, dict) else {}


def _target(draft: Draft, one: Setting) -> _Target | None:
    """What a change is about; None where it is about nothing that can be changed."""
    if "." in one.name:
        return _of_population(draft, one)
    base = family_name(one.name)
    family = draft.families.get(base)
    if "[" not in one.name and (family is None or family.shared):
        section = next((s for s in VALUES if one.name in _section(draft, s)), None)
        if section is not None:
            return _Target(one, section, {one.name: {}}, VALUES[section])
    if family is None or family.values is not None:
        _unknown(draft, one, base, family)
        return None
    if "[" not in one.name:
        hint = f"write {member_name(base, family.sets)} for all of them"
        _report(draft, one, "E472", f"'{base}' is defined over a set", hint)
        return None
    members = _members(draft, one, base, family)
    section = next(
        (s for s in VALUES if members and next(iter(members)) in _section(draft, s)), None
    )
    if members is None:
        return None
    if section is None:
        _unknown(draft, one, base, None)
        return None
    return _Target(one, section, members, VALUES[section])


def _of_population(draft: Draft, one: Setting) -> _Target | None:
    """A change of what a population says of itself."""
    name, _, key = one.name.partition(".")
    known = _section(draft, "populations")
    if name in known and key in OF_POPULATIONS:
        return _Target(one, "populations", {name: {}}, key)
    message = f"'{shorten(one.name)}' cannot be set"
    can = [f"{other}.{part}" for other in known for part in OF_POPULATIONS]
    reason = "of a population its size, fidelity and number of representatives can be"
    _report(draft, one, "E472", message, suggest(one.name, can), reason)
    return None


def _unknown(draft: Draft, one: Setting, base: str, family: Indexed | None) -> None:
    """Report a name that is not that of an assumption, a variable or a stock."""
    if family is not None and family.values is not None:
        message = f"'{shorten(base)}' is a column or a table of numbers"
        _report(draft, one, "E472", message, "change the number in its file", _WHAT_CAN)
        return
    if base == PHASE and draft.root.child("phases") is not None:
        message, hint = f"'{base}' is a state machine, which cannot be set", "a rival has 'phases'"
        _report(draft, one, "E472", message, f"{hint} of its own", _WHAT_CAN)
        return
    for section, what in _OTHER.items():
        if any(base == family_name(name) for name in _section(draft, section)):
            message = f"'{shorten(one.name)}' is {'an' if what[0] in 'aeu' else 'a'} {what}, which "
            hint = f"write a rival that changes it under '{section}'" if section != "sets" else ""
            _report(draft, one, "E472", f"{message}cannot be set", hint, _WHAT_CAN)
            return
    named = [name for section in VALUES for name in _section(draft, section)]
    plain, over_sets = [n for n in named if "[" not in n], {family_name(n) for n in named}
    plain += [
        member_name(name, family.sets)
        for name, family in draft.families.items()
        if name in over_sets and not family.shared
    ]
    message = f"'{shorten(one.name)}' is not an assumption, a variable or a stock of the case"
    _report(draft, one, "E472", message, suggest(one.name, plain), _WHAT_CAN)


def _members(
    draft: Draft, one: Setting, base: str, family: Indexed
) -> dict[str, Mapping[str, Member]] | None:
    """The members of a family that a name over sets stands for; None where it is none of them."""
    inside = one.name.partition("[")[2].removesuffix("]").split(",")
    parts = [_INDEX.fullmatch(part.strip()) for part in inside]
    if len(parts) != len(family.sets) or not all(parts):
        hint = f"write {member_name(base, family.sets)}"
        _report(draft, one, "E472", f"'{shorten(one.name)}' does not fit its sets", hint)
        return None
    choices: list[list[tuple[str, str]]] = []
    for part, over in zip(parts, family.sets, strict=True):
        word, wanted = part.groups() if part else ("", None)
        if wanted == over or (wanted is None and word == over):
            choices.append([(word, member) for member in draft.sets[over]])
        elif wanted is None and word in draft.sets[over]:
            choices.append([("", word)])
        else:
            message = f"'{wanted or word}' is neither the set '{over}' nor a member of it"
            hint = suggest(wanted or word, (over, *draft.sets[over]))
            _report(draft, one, "E472", message, hint)
            return None
    if family.shared:
        if all(word for (word, _), *_ in choices):
            return {base: {}}
        message = f"'{base}' is drawn once for all members, so none has its own"
        _report(draft, one, "E472", message, f"write {member_name(base, family.sets)}")
        return None
    return {
        member_name(base, [member for _, member in chosen]): {
            word: Member(over, draft.sets[over].index(member))
            for (word, member), over in zip(chosen, family.sets, strict=True)
            if word
        }
        for chosen in itertools.product(*choices)
    }


def _overlaps(draft: Draft, targets: list[_Target]) -> None:
    """Report two changes of the same definition that name equally many."""
    seen: dict[tuple[str, str, int], Setting] = {}
    for one in targets:
        for name in one.members:
            what = (one.section, f"{name}.{one.key}", len(one.members))
            first = seen.setdefault(what, one.setting)
            if first is not one.setting:
                message = f"'{one.setting.name}' and '{first.name}' both set '{name}'"
                _report(draft, one.setting, "E471", message, f"set '{name}' by its own name")
                break


def _before(draft: Draft, one: _Target) -> str:
    """The definition as the case has it; of several members with different ones, each of them."""
    texts: dict[str, None] = {}
    for name in one.members:
        node = _section(draft, one.section)[name]
        own = node.child(one.key) if isinstance(node.value, dict) else node
        left_out = OF_POPULATIONS.get(one.key, "")
        texts[" ".join((own.text if own is not None else left_out).split())] = None
    listed = [shorten(text) for text in itertools.islice(texts, _SHOWN)]
    return "; ".join([*listed, *(["..."] if len(texts) > _SHOWN else [])])


def _put(draft: Draft, path: Path, target: _Target) -> None:
    """Put a change into the definition at a path."""
    section, name = str(path[0]), str(path[1])
    key, one = target.key, target.setting
    old = _section(draft, section)[name]
    if isinstance(old.value, dict):
        value, keys = dict(old.value), dict(old.keys)
    else:
        value, keys = {key: old}, {key: old.span}
    whole = section not in VALUES and one.text.isdecimal()
    node = Node(int(one.text) if whole else one.text, one.span, one.text, one.start, file=one.file)
    reason = Node(WHY, one.span, WHY, one.start, file=one.file)
    new = value | {key: node} | ({"why": reason} if section in VALUES else {})
    if section == "assumptions":
        _place(draft, path, replace(old, value=new, keys=keys))
        new = _assumption(draft, path, one, old, new)
    _place(draft, path, replace(old, value=new, keys={**keys, key: one.span}))


def _place(draft: Draft, path: Path, node: Node) -> None:
    root, (section, name) = draft.root, (str(path[0]), str(path[1]))
    assert isinstance(root.value, dict)
    part = root.value[section]
    assert isinstance(part.value, dict)
    part = replace(part, value={**part.value, name: node})
    draft.root = replace(root, value={**root.value, section: part})


def _assumption(
    draft: Draft, path: Path, one: Setting, old: Node, new: dict[str, Node]
) -> dict[str, Node]:
    """An assumption with another prior, in its unit, without the keys that are then of no use."""
    prior, kept = cuts.cut_apart(one.text)
    text = _converted(draft, replace(one, text=prior), new.get("unit"))
    if text is None:
        return new | {"prior": old.at(("prior",))}  # the problem is told; the rest is checked
    new = new | {"prior": replace(new["prior"], value=text, text=text)}
    _place(draft, path, replace(old, value=new))
    within = None if kept is None else cuts.cut(draft, path, one, kept)
    if within is not None:
        new = new | {"within": within}
        _place(draft, path, replace(old, value=new))
    found = priors.parse(draft, (*path, "prior"), text)
    if found is None or found[0] not in ("fixed", "choice"):
        return new
    bounds = priors.bounds(draft, (*path, "within"))
    new.pop("within", None)
    options: tuple[float, ...] = ()
    if "lever" in new and found[0] == "fixed":
        options = _options(old)
        del new["lever"]
    values = found[1][0] if isinstance(found[1][0], tuple) else (found[1][0],)
    for value in values:
        message, hint = outside(value, bounds, options)
        if message:
            hint = "the change bounds it by 'within'" if within is not None else hint
            draft.note(Problem("E473", f"'{one.name}': {message}", one.span, "", hint, one.file))
            break
    return new


def _options(old: Node) -> tuple[float, ...]:
    """The options of a lever, whose prior is sound."""
    written = old.at(("prior",))
    scratch = Draft(FilePath(), written.text, Node({"prior": written}, written.span))
    found = priors.parse(scratch, ("prior",), written.text)
    values = found[1][0] if found is not None else ()
    return values if isinstance(values, tuple) else (values,)


def _converted(draft: Draft, one: Setting, declared: Node | None) -> str | None:
    """A number or an interval with a unit in the unit of the assumption; any other text as it is.

    None, and a problem, where the unit is of another kind.
    """
    match = _AMOUNT.fullmatch(one.text)
    if match is None:
        return one.text
    low, high, word = match.groups()
    word = {"%": "percent", "/": f"1 {word}"}.get(word[0], word)
    try:
        unit = units.read(word)
        own = units.read(declared.text if declared is not None else "")
    except (units.UnknownUnit, SyntaxIssue):
        return one.text  # no unit: the prior is reported as what it is
    if unit.dimensions != own.dimensions:
        message = f"'{one.name}' is {units.said(own.dimensions)}, but "
        message += f"'{shorten(one.text)}' is {units.said(unit.dimensions)}"
        draft.note(Problem("E307", message, one.span, "", "leave the unit out", one.file))
        return None
    ends = [float(end) * unit.factor / own.factor for end in (low, high) if end is not None]
    return " to ".join(f"{end:.15g}" for end in ends)
