"""What a claim says, for a reader: its paraphrase or its formula, and of which member it is."""

from __future__ import annotations

import re
from typing import Final

from schelling.case.model import Claim

_MEMBER: Final = re.compile(r"[^\[]+\[(?P<member>.+)\]")
_EVERY: Final = ", for every member"


def said(claim: Claim) -> str:
    """The paraphrase, or the expression and its condition where there is none.

    Claims over a set have one paraphrase, or formula, for all members, so the member stands before
    it; before that of the claim about all of them stands `every member`.

    Args:
        claim: The claim.

    Returns:
        Such as "The garrison holds out." or "kyiv: the garrison holds out."
    """
    given = f", given {claim.given}" if claim.given else ""
    words = claim.origin.says or claim.written + given
    found = _MEMBER.fullmatch(claim.name)
    if found is not None:
        return f"{found['member']}: {words}"
    if claim.origin.says and claim.written.endswith(_EVERY):
        return f"every member: {words}"
    return words
