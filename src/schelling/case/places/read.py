"""Finds every name of a case: in its file, in the files of its rivals, and in its tables."""

from __future__ import annotations

import contextlib
from pathlib import Path as FilePath

from schelling.case import rivals
from schelling.case.draft import Draft, TooMany
from schelling.case.file import disk, yaml_tree
from schelling.case.places import definitions, tables
from schelling.case.places.gathered_names import Gathered
from schelling.case.places.things import Places
from schelling.case.places.walk import walk
from schelling.case.sets import sections
from schelling.case.sets.sections import Sets
from schelling.errors import Problem


def read(path: FilePath) -> Places:
    """The names of a case and where they stand, however much of the case is wrong.

    Args:
        path: The case's folder, or its YAML file. Files beside it are read as for `check`, and
            none outside its folder.
    """
    given = disk.case(path)
    if isinstance(given, Problem):
        return Places(path)
    root, _ = yaml_tree.parse(given.lined)
    if root is None:
        return Places(given.path, texts={given.path: given.lined})
    draft = Draft(given.path, given.lined, root)
    sets, beside = Sets(), dict[str, disk.Text]()
    with contextlib.suppress(TooMany):
        sets = sections.read(draft)
        rivals.graft(draft)
        draft.problems.clear()
        beside = tables.files(draft)
    texts = {given.path: given.lined, **draft.others}
    texts |= {file.path: file.lined for file in beside.values()}
    over = {name: family.sets for name, family in sets.families.items()}
    found = Gathered(given.path, texts, sets.members, over)
    definitions.note_all(found, draft.root)
    tables.members(found, draft.root, beside)
    walk(found, draft.root)
    tables.pairs(found, draft.root, beside)
    if "forecasts" in beside:
        tables.register(found, beside["forecasts"])
    order = list(texts)
    mentions = sorted(found.mentions, key=lambda one: (order.index(one.file), one.span))
    return Places(
        path=given.path,
        root=draft.root,
        texts=texts,
        mentions=tuple(mentions),
        words=tuple(found.words),
        definitions={thing: tuple(many) for thing, many in found.definitions.items()},
        sets=sets.members,
        over=found.over,
    )
