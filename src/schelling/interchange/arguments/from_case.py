"""A case as a map of its argument, for tools that know arguments and no models.

A claim is a statement; a premise and an assumption are statements; a reason (`why`) is an argument
for what it stands with. A rival is an argument against every part of the case that it says
otherwise or leaves out. What speaks for a claim in the model, its variables and stocks, is in the
causal map and not here. The passages of each node are listed, and said in the case's own words.
"""

from __future__ import annotations

from schelling.case.model import Case
from schelling.case.sources import Origin
from schelling.interchange.arguments.argument_map import ArgumentMap, MapRelation, MapStatement


class _Made:
    def __init__(self) -> None:
        self.nodes: dict[str, MapStatement] = {}
        self.relations: list[MapRelation] = []

    def statement(self, kind: str, name: str, says: str, origin: Origin) -> None:
        name = titled(name)
        self.nodes[name] = MapStatement(name, says or name, data=_data(kind, origin.passages))
        if origin.why:
            self.argument(f"why {name}", origin.why, (), kind="reason")
            self.relations.append(MapRelation(f"why {name}", name, "supports"))

    def argument(self, title: str, text: str, passages: tuple[str, ...], *, kind: str) -> None:
        self.nodes[title] = MapStatement(title, text, argument=True, data=_data(kind, passages))


def mapped(case: Case) -> ArgumentMap:
    """The argument of a case: claims first, then premises, assumptions and rivals."""
    made = _Made()
    for claim in case.claims:
        made.statement("claim", claim.name, claim.origin.says or claim.written, claim.origin)
    for premise in case.premises:
        says = premise.origin.says or premise.written
        made.statement("premise", premise.name, says, premise.origin)
    for one in case.assumptions:
        made.statement("assumption", one.name, one.origin.says, one.origin)
    _rivals(case, made)
    _passages(case, made)
    return ArgumentMap(case.title, tuple(made.nodes.values()), tuple(made.relations))


def _rivals(case: Case, made: _Made) -> None:
    """Each rival as an argument against what it says otherwise."""
    for rival in case.opposed:
        title = rival.name if rival.name not in made.nodes else f"rival {rival.name}"
        text = rival.says or rival.title or rival.why
        made.argument(title, text, rival.passages, kind="rival")
        for change in rival.changes:
            if titled(change.name) in made.nodes and change.differs and change.what != "new":
                made.relations.append(MapRelation(title, titled(change.name), "attacks"))


def _passages(case: Case, made: _Made) -> None:
    """Passages that have a paraphrase, as statements for what comes from them."""
    passages = {passage.name: passage for passage in case.passages}
    for name in dict.fromkeys(p for node in made.nodes.values() for p in _listed(node)):
        if name in passages and passages[name].says and name not in made.nodes:
            made.nodes[name] = MapStatement(name, passages[name].says, data={"kind": "passage"})
    for title, node in list(made.nodes.items()):
        for name in _listed(node):
            if name in made.nodes:
                made.relations.append(MapRelation(name, title, "supports"))


def titled(name: str) -> str:
    """A name of a case as a title; brackets mean something else in Argdown.

    Examples:
        >>> titled("garrison[kyiv, 2]")
        'garrison (kyiv, 2)'
    """
    return name.replace("[", " (").replace("]", ")")


def _listed(node: MapStatement) -> list[str]:
    return [name for name in node.data.get("passages", "").split(", ") if name]


def _data(kind: str, passages: tuple[str, ...]) -> dict[str, str]:
    return {"kind": kind} | ({"passages": ", ".join(passages)} if passages else {})
