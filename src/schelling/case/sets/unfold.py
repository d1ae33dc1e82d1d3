"""Definitions over sets, written once, as one definition for every member.

`garrison[city]` becomes `garrison[mariupol]`, `garrison[kyiv]` and so on in the tree of the case;
each keeps the places of what was written, so that a problem of several members is one problem.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from dataclasses import replace

from schelling.case.draft import Draft
from schelling.case.file.yaml_tree import Node, Path
from schelling.case.language.parsing.printer import shorten
from schelling.case.language.typed.scope import Indexed, Member, family_name, member_name, suggest
from schelling.case.sets import actions
from schelling.case.sets.keys import KEY, FamilyKey, read_key
from schelling.case.sets.sections import Sets
from schelling.errors import Span

SECTIONS = (
    "assumptions",
    "states",
    "stocks",
    "variables",
    "unknowns",
    "events",
    "games",
    "claims",
    "premises",
    "observations",
)
"""Sections whose definitions can be over sets."""

OTHERS = "others"

_UNREAD = "observations"  # no expression reads a series, so its name is nobody else's

_FOR_MEMBERS = (
    *("prior", "start", "change", "value", "hazard", "while", "holds", "given", "grants"),
    *("where", "maximizes", "minimizes"),
)


def unfold(draft: Draft, sets: Sets, ends: actions.Ends) -> None:
    """Write out the definitions over sets in the draft's tree; problems go to the draft.

    Args:
        draft: With the tree as written.
        sets: The sets of the case.
        ends: Keys of an action of a game that are no moves, in a tree and in a table.
    """
    draft.sets, draft.families = sets.members, dict(sets.families)
    draft.curves = sets.curves
    root = draft.root
    if not isinstance(root.value, dict):
        return
    value = dict(root.value)
    for section in SECTIONS:
        node = value.get(section)
        if node is not None and isinstance(node.value, dict) and any("[" in k for k in node.value):
            value[section] = _section(draft, sets, section, node)
    if (games := value.get("games")) is not None and isinstance(games.value, dict):
        value["games"] = _games(draft, sets, games, ends)
    if (pairs := value.get("correlations")) is not None and isinstance(pairs.value, list):
        unfolded = [one for pair in pairs.value for one in _pairs(draft, pair)]
        value["correlations"] = replace(pairs, value=unfolded)
    draft.root = replace(root, value=value)
    if draft.changed is not None:
        more = {(s, flat) for (s, flat), key in draft.written.items() if (s, key) in draft.changed}
        draft.changed = draft.changed | more


def _games(draft: Draft, sets: Sets, games: Node, ends: actions.Ends) -> Node:
    """The section of games with every action over a set as one action for every member."""
    assert isinstance(games.value, dict)
    value = dict[str, Node]()
    for name, game in games.value.items():
        there = ("games", draft.written.get(("games", name), name))
        written = actions.Written(draft, sets, ends, there, ("games", name))
        value[name] = actions.unfolded(written, game)
    return replace(games, value=value)


def _section(draft: Draft, sets: Sets, section: str, node: Node) -> Node:
    assert isinstance(node.value, dict)
    found: dict[str, list[FamilyKey]] = {}
    for written in node.value:
        if "[" in written:
            key = read_key(draft, sets, (section, written))
            if key is None:
                draft.left_out |= {family_name(written)}
            else:
                found.setdefault(key.base, []).append(key)
    value, keys = dict[str, Node](), dict[str, Span]()
    done: set[str] = set()
    for written, child in node.value.items():
        base = family_name(written)
        if "[" not in written:
            value[written], keys[written] = child, node.keys[written]
        elif base in found and base not in done:
            done.add(base)
            for flat, key, own in _family(draft, sets, section, node, found[base]):
                value[flat], keys[flat] = own, node.keys[key.written]
                draft.written[section, flat] = key.written
    return replace(node, value=value, keys=keys)


def _family(
    draft: Draft, sets: Sets, section: str, node: Node, keys: list[FamilyKey]
) -> Iterator[tuple[str, FamilyKey, Node]]:
    """Every member of a family: its name, the key it was written under, its definition."""
    assert isinstance(node.value, dict)
    base = keys[0].base
    over = _sets_of(draft, sets, section, keys)
    if over is None:
        draft.left_out |= {base}
        return
    if base in draft.families and section != _UNREAD:
        draft.report_key("E206", f"'{base}' is defined twice", (section, keys[0].written))
        return
    shared = section == "assumptions" and _shared(draft, node, keys)
    _named(draft, section, base, Indexed(over, shared))
    if shared:
        yield base, keys[0], _first(node.value[keys[0].written])
        return
    exact: dict[tuple[str, ...], FamilyKey] = {}
    for key in keys:
        if not key.runs:
            exact[tuple(part.member for part in key.parts)] = key
    missing: list[str] = []
    for members in itertools.product(*(sets.members[one] for one in over)):
        key = exact.get(members) or next((k for k in keys if _covers(k, members)), None)
        flat = member_name(base, members)
        if key is None:
            missing.append(flat)
            continue
        draft.bound[section, flat] = {
            part.variable: Member(one, sets.members[one].index(member))
            for part, one, member in zip(key.parts, over, members, strict=True)
            if part.variable
        }
        yield flat, key, _own(draft, (section, key.written), node.value[key.written], members)
    if missing:
        message = f"'{base}' has no definition for {shorten(', '.join(missing))}"
        hint = f"add {member_name(base, over)} for all members that have none of their own"
        draft.report_key("E422", message, (section, keys[0].written), hint=hint)
        draft.left_out |= {base, *missing}


def _named(draft: Draft, section: str, base: str, family: Indexed) -> None:
    """Let expressions find a family by its name."""
    if section == "claims":
        draft.claims[base] = family.sets
    elif section != _UNREAD:
        draft.families[base] = family


def _covers(key: FamilyKey, members: tuple[str, ...]) -> bool:
    """Whether a key that runs over sets stands for these members too."""
    pairs = zip(key.parts, members, strict=True)
    return key.runs and all(part.variable or part.member == member for part, member in pairs)


def _sets_of(
    draft: Draft, sets: Sets, section: str, keys: list[FamilyKey]
) -> tuple[str, ...] | None:
    """Over which sets a family is defined; None where its keys do not agree, which is reported."""
    found: tuple[str, ...] | None = None
    for key in sorted(keys, key=lambda one: not one.runs):
        over: list[str] = []
        for position, part in enumerate(key.parts):
            known = found[position] if found and position < len(found) else ""
            holders = [name for name, members in sets.members.items() if part.member in members]
            chosen = part.over or (known if known in holders else "")
            chosen = chosen or (holders[0] if not known and len(holders) == 1 else "")
            if not chosen:
                message = f"'{part.member}' is neither a set nor a member of one"
                if known:
                    message = f"'{part.member}' is not a member of '{known}'"
                elif holders:
                    message = f"'{part.member}' is a member of several sets"
                choices = (*sets.members, *sets.members.get(known, ()))
                hint = suggest(part.member, choices)
                if not holders and part.member in draft.left_out:
                    return None
                draft.report_key("E421", message, (section, key.written), hint=hint)
                return None
            over.append(chosen)
        if found is not None and tuple(over) != found:
            message = (
                f"'{shorten(key.written)}' is over other sets than another line of '{key.base}'"
            )
            hint = f"write {member_name(key.base, found)}"
            draft.report_key("E421", message, (section, key.written), hint=hint)
            return None
        found = tuple(over)
    return found


def _shared(draft: Draft, node: Node, keys: list[FamilyKey]) -> bool:
    """Whether an assumption is drawn once for all members."""
    assert isinstance(node.value, dict)
    nodes = [(key, node.value[key.written]) for key in keys]
    once = [key for key, child in nodes if (per := child.child("per")) and per.text == "world"]
    if not once:
        return False
    prior = node.value[once[0].written].child("prior")
    if len(keys) > 1 or (prior is not None and isinstance(prior.value, dict)):
        message = f"'{once[0].base}' is drawn once for all members, so none has its own prior"
        draft.report_key("E422", message, ("assumptions", once[0].written))
    return True


def _first(node: Node) -> Node:
    """A definition for all members at once: values by member are reported before."""
    if not isinstance(node.value, dict):
        return node
    value = dict(node.value)
    for name in _FOR_MEMBERS:
        child = value.get(name)
        if child is not None and isinstance(child.value, dict) and child.value:
            value[name] = next(iter(child.value.values()))
    return replace(node, value=value)


def _own(draft: Draft, path: Path, node: Node, members: tuple[str, ...]) -> Node:
    """The definition of one member: of values given by member, its own."""
    if not isinstance(node.value, dict):
        return node
    value = dict(node.value)
    for name in _FOR_MEMBERS:
        child = value.get(name)
        if child is not None and isinstance(child.value, dict):
            chosen = _chosen(draft, (*path, name), child.value, members)
            if chosen is None:
                del value[name]
            else:
                value[name] = chosen
    return replace(node, value=value)


def _chosen(
    draft: Draft, path: Path, values: Mapping[str, Node], members: tuple[str, ...]
) -> Node | None:
    own = ", ".join(members)
    found = values.get(own) or values.get(OTHERS)
    base = family_name(str(path[1]))
    sets = draft.families[base].sets if base in draft.families else draft.claims[base]
    known = [", ".join(one) for one in itertools.product(*(draft.sets[name] for name in sets))]
    for key in values:
        if key != OTHERS and key not in known:
            message = f"'{key}' is not a member of {' and '.join(sets)}"
            draft.report_key("E421", message, (*path, key), hint=suggest(key, (*known, OTHERS)))
    if found is None:
        message = f"'{path[-1]}' has no value for {own}"
        draft.report_key("E422", message, path, hint=f"add '{OTHERS}' for all that are not listed")
        return next(iter(values.values()), None)  # so that the rest is still checked
    return found


def _pairs(draft: Draft, node: Node) -> Iterator[Node]:
    """A correlation over a set, as one for every pair of members that it means."""
    between = node.child("between")
    sides = between.value if between is not None else None
    keys = (
        [KEY.fullmatch(side.text) for side in sides]
        if isinstance(sides, list) and not any(isinstance(s.value, dict | list) for s in sides)
        else []
    )
    if between is None or len(keys) != 2 or not all(keys) or not isinstance(node.value, dict):
        yield node
        return
    first, second = (
        (match.group(1), tuple(word.strip() for word in match.group(2).split(",")))
        for match in keys
        if match
    )
    seen: set[frozenset[str]] = set()
    for names in _alike(draft, first, second):
        if names[0] != names[1] and frozenset(names) not in seen:
            seen.add(frozenset(names))
            assert isinstance(sides, list)
            pair = [
                replace(side, value=name, text=name)
                for side, name in zip(sides, names, strict=True)
            ]
            yield replace(node, value=node.value | {"between": replace(between, value=pair)})
    if not seen:
        yield node  # which is then reported, as no assumption has this name


def _alike(
    draft: Draft, first: tuple[str, tuple[str, ...]], second: tuple[str, tuple[str, ...]]
) -> Iterator[tuple[str, str]]:
    """Names of two members, where the same word in both means the same member."""
    families = [draft.families.get(name) for name, _ in (first, second)]
    places: dict[str, str] = {}
    for family, (_, words) in zip(families, (first, second), strict=True):
        if family is None or family.values is not None or len(family.sets) != len(words):
            return
        places |= {w: s for w, s in zip(words, family.sets, strict=True) if w not in draft.sets[s]}
    for chosen in itertools.product(*(draft.sets[name] for name in places.values())):
        meant = dict(zip(places, chosen, strict=True))
        if len(set(chosen)) < len(chosen):
            continue
        names: list[str] = []
        for family, (name, words) in zip(families, (first, second), strict=True):
            own = member_name(name, [meant.get(word, word) for word in words])
            names.append(name if family and family.shared else own)
        yield names[0], names[1]
