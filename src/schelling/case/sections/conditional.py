"""Claims, and the conditions that some are given under: only worlds that meet them are asked."""

from __future__ import annotations

from schelling.case.draft import Draft
from schelling.case.file.yaml_tree import Path
from schelling.case.language.typed.scope import Scope
from schelling.case.language.typed.types import Given
from schelling.case.model import Claim
from schelling.case.sections import definitions
from schelling.case.sources import Origin


def claim(draft: Draft, path: Path, origin: Origin, scope: Scope) -> Claim:
    """A claim with its condition, if it has one; problems of both go to the draft.

    Args:
        draft: The draft.
        path: Path of the claim; it ends with its name.
        origin: Where the claim comes from.
        scope: What the claim and its condition can see.

    Returns:
        The claim as it is asked.
    """
    node = draft.root.at(path)
    where = (*path, "holds") if node.child("holds") else path
    holds = draft.infer(where, scope)
    definitions.check_claim(draft, where, holds)
    name, written, given = str(path[-1]), draft.root.at(where).text.strip(), (*path, "given")
    if node.child("given") is None:
        return Claim(name, holds, written, origin)
    condition = draft.infer(given, scope)
    definitions.check_claim(draft, given, condition, "the condition of a claim")
    whole = Given(holds, condition, holds.type)
    return Claim(name, whole, written, origin, draft.root.at(given).text.strip())
