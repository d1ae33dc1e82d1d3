"""Where the parts of a case that notes speak of are written."""

from __future__ import annotations

from schelling.case.draft import Draft
from schelling.case.file.yaml_tree import Path


def claim_path(draft: Draft, name: str) -> Path:
    """The expression of a claim, written short or under `holds`."""
    path: Path = ("claims", name)
    return (*path, "holds") if draft.root.at(path).child("holds") else path
