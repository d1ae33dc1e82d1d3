"""What stands at a path of a case file, by the models of the schema."""

from __future__ import annotations

import functools
import types
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from schelling.case.file.yaml_tree import Path
from schelling.case.schema import fields, game_parts, population_parts
from schelling.case.schema.case_file import CaseFile, Claim, Variable

_INNER: dict[type[BaseModel], Any] = {
    game_parts.Branch: dict[str, game_parts.Branch | None],
    game_parts.Cell: game_parts.Cell | None,
}
"""What stands under keys of a mapping that are not its own: actors or actions."""

_SHORT = (Claim, Variable, population_parts.Trait, population_parts.AgentVariable)
"""Definitions that can be written as an expression alone."""


@dataclass(frozen=True)
class Allowed:
    """What can stand somewhere.

    Attributes:
        models: Mappings with known keys.
        expression: Whether an expression can.
        choices: Words of which one is written.
        truth: Whether it is true or false.
        named: Whether it is a mapping whose keys are names.
        listed: Whether it is a list.
    """

    models: tuple[type[BaseModel], ...] = ()
    expression: bool = False
    choices: tuple[str, ...] = ()
    truth: bool = False
    named: bool = False
    listed: bool = False

    def has(self, key: str) -> bool:
        """Whether a key is one of the known ones."""
        return key in self.keys()

    def keys(self) -> dict[str, FieldInfo]:
        """The known keys, as written, with what the schema says of them."""
        return {
            field.alias or name: field
            for model in self.models
            for name, field in model.model_fields.items()
        }


@functools.lru_cache(maxsize=4096)
def shape(path: Path) -> Allowed | None:
    """What can stand at a path; None where the schema knows nothing.

    Examples:
        >>> shape(("claims", "peace", "holds")).expression
        True
        >>> shape(("games", "crisis", "tree", "nato", "yield", "payoffs", "nato")).expression
        True
    """
    if path[:1] == ("rivals",) and len(path) > 2 and path[2] in _CHANGED:
        return shape(path[2:])
    found: list[Any] = [CaseFile]
    for key in path:
        found = [inner for one in found for inner in _below(one, str(key))]
    alternatives = [kind for one in found for kind in _alternatives(one)]
    return _shape(alternatives) if alternatives else None


_CHANGED = frozenset(CaseFile.model_fields) - {"schelling", "title", "about", "rivals", "time"}
"""Sections that a rival can change; it writes them as the case does."""


def _shape(kinds: list[Any]) -> Allowed:
    plain = [kind for kind in kinds if not isinstance(kind, _Expression)]
    return Allowed(
        models=tuple(kind for kind in plain if _is_model(kind)),
        expression=len(plain) < len(kinds) or any(short in plain for short in _SHORT),
        choices=tuple(
            str(w) for kind in plain if get_origin(kind) is Literal for w in get_args(kind)
        ),
        truth=bool in plain,
        named=any(get_origin(kind) is dict for kind in plain),
        listed=any(get_origin(kind) is list for kind in plain),
    )


class _Expression:
    """Stands for a text that is an expression."""


def _alternatives(annotation: Any) -> Iterator[Any]:
    """The kinds of values that an annotation allows."""
    origin = get_origin(annotation)
    if origin is Annotated:
        base, *metadata = get_args(annotation)
        yield from [_Expression()] if fields.is_expression(metadata) else _alternatives(base)
    elif origin in (Union, types.UnionType):
        for one in get_args(annotation):
            yield from _alternatives(one)
    elif isinstance(annotation, FieldInfo):
        if fields.is_expression(annotation.metadata):
            yield _Expression()
        else:
            yield from _alternatives(annotation.annotation)
    elif annotation is not type(None):
        yield annotation


def _below(annotation: Any, key: str) -> Iterator[Any]:
    for kind in _alternatives(annotation):
        if _is_model(kind):
            named = {field.alias or name: field for name, field in kind.model_fields.items()}
            if key in named:
                yield named[key]
            elif kind in _INNER:
                yield _INNER[kind]
        elif isinstance(kind, _Expression):
            yield kind  # a mapping of members to expressions
        elif get_origin(kind) is dict:
            yield get_args(kind)[1]
        elif get_origin(kind) is list:
            yield get_args(kind)[0]


def _is_model(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, BaseModel)
