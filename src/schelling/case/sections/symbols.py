"""Names of a case as symbols: what is allowed, what collides, what expressions can see."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from schelling.case import names
from schelling.case.draft import Draft
from schelling.case.file.yaml_tree import Path
from schelling.case.language.typed.scope import Symbol, family_name
from schelling.case.language.typed.types import UNKNOWN, Kind, Type, When
from schelling.case.language.typed.units import PURE, UNREAD, Unit
from schelling.case.schema.case_file import CaseFile
from schelling.case.schema.game_parts import BRANCH_KEYS
from schelling.case.sections import machines
from schelling.case.sections.about_agents import populations


def check(draft: Draft, raw: CaseFile) -> None:
    """Every name is allowed, and no two collide."""
    named: list[tuple[str, Path]] = [(name, ("sets", name)) for name in raw.sets]
    named += [(name, ("tables", name)) for name in raw.tables]
    columns = draft.families.items()
    named += [(n, ("sets", *f.sets)) for n, f in columns if f.values and n not in raw.tables]
    for section in ("assumptions", "stocks", "variables", "unknowns", "events", "games", "actors"):
        named += _bases(draft, section, getattr(raw, section))
    named += _bases(draft, "states", (name for name in raw.states if name != machines.PHASE))
    named += machines.named(raw)
    named += populations.named(raw)
    for name, path in named:
        names.check(draft, name, path)
    machines.check(draft, raw)
    for name in raw.actors:
        if name in BRANCH_KEYS:
            message = f"'{name}' is a key of the actions in a game tree"
            draft.report_key("E207", message, ("actors", name), hint="choose another name")
    names.collisions(draft, named)
    populations.check(draft, raw, named)
    for section in ("claims", "premises"):
        names.collisions(draft, _bases(draft, section, getattr(raw, section)))


def _bases(draft: Draft, section: str, defined: Iterable[str]) -> list[tuple[str, Path]]:
    """Names of definitions with their paths; of what is defined over sets, one for all members."""
    found: dict[str, tuple[str, Path]] = {}
    for name in defined:
        over_sets = (section, name) in draft.written
        base = family_name(name)
        found.setdefault(f"{base}[]" if over_sets else name, (base, (section, name)))
    return list(found.values())


def read(draft: Draft, raw: CaseFile, units: Mapping[str, Unit]) -> dict[str, Symbol]:
    """What expressions can see, before variables are typed.

    Args:
        draft: Where left out parts are known.
        raw: The case.
        units: Of assumptions and stocks.
    """
    symbols = {
        name: Symbol(name, "assumption", UNKNOWN, 0, left_out=True) for name in draft.left_out
    }
    for section, role in (("events", "event"), ("games", "game"), ("actors", "actor")):
        for name in getattr(raw, section):
            line = draft.root.key_span((section, name)).line
            symbols[name] = Symbol(name, role, UNKNOWN, line)
    for section, role, when in (
        ("assumptions", "assumption", When.FIXED),
        ("stocks", "stock", When.STEP),
    ):
        for name in getattr(raw, section):
            line = draft.root.key_span((section, name)).line
            unit = units.get(name, PURE)
            kind = Type(Kind.NUMBER, unit.dimensions, when) if unit is not UNREAD else UNKNOWN
            symbols[name] = Symbol(name, role, kind, line)
    return symbols | machines.symbols(draft, raw)
