"""Web Annotations as the passages of a case.

Only positions are taken: a quotation is not looked for in a text, since it may stand there twice or
no more. What has no position is left out by name.

References:
    W3C (2017), Web Annotation Data Model, W3C Recommendation 23 February 2017.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from schelling.interchange import json_tree
from schelling.interchange.case_text import quoted
from schelling.interchange.foreign import Findings
from schelling.interchange.json_tree import as_list, as_object
from schelling.interchange.stockflow.into_case import Imported
from schelling.interchange.stockflow.spelling import Spelling
from schelling.interchange.stockflow.to_case import Named

MOST_ANNOTATIONS = 5_000
_PASSAGE = re.compile(r"urn:schelling:passage:([A-Za-z0-9_.%]{1,300})")
_NAME = re.compile(r"[^\W\d][\w.]{0,60}")
FARTHEST = 10**9
"""The last place in a text that is read."""

_DIGEST = re.compile(r"[0-9a-f]{64}")

Object = Mapping[str, Any]


@dataclass(frozen=True)
class AnnotatedStretch:
    """A place in a text that somebody annotated."""

    name: str
    source: str
    start: int
    end: int
    sha256: str
    says: str
    in_scope: bool


def imported(path: Path, *, lenient: bool = False) -> Imported:
    """Read annotations and make the passages of a case of them.

    Raises:
        CaseError: The file is none of annotations, or one of them has no position.
    """
    root, findings = json_tree.read(path, lenient=lenient)
    items = list(_items(root))
    if not 1 <= len(items) <= MOST_ANNOTATIONS:
        message = f"the file has {len(items):,} annotations; 1 to {MOST_ANNOTATIONS:,} are read"
        findings.refuse("E902", message, 0)
    findings.close()
    found = [_stretch(item, number + 1, findings) for number, item in enumerate(items)]
    findings.close()
    text = _text([one for one in found if one is not None], path.stem.replace("_", " "))
    return Imported(text, tuple(findings.left_out), Named({}, {}))


def holds_annotations(path: Path) -> bool:
    """Whether a JSON file has the shape of annotations.

    Raises:
        CaseError: It is no JSON.
    """
    return next(_items(json_tree.read(path)[0]), None) is not None


def _items(value: object) -> Iterator[Object]:
    """The annotations of a page, a collection, a list, or a file that is one."""
    for one in as_list(value):
        yield from _items(one)
    inner = as_object(value)
    if "target" in inner:
        yield inner
    for part in ("items", "first", "rows"):
        if part in inner:
            yield from _items(inner[part])


def _stretch(item: Object, number: int, findings: Findings) -> AnnotatedStretch | None:
    identity = item.get("id")
    match = _PASSAGE.fullmatch(identity) if isinstance(identity, str) else None
    name = unquote(match[1]) if match else ""
    name = name if _NAME.fullmatch(name) else f"A{number}"
    aim = _aim(item["target"])
    source, digest = aim.get("source"), aim.get("schelling:sha256")
    place = next(_positions(aim.get("selector")), None)
    if place is None or not isinstance(source, str):
        why = _why_unplaced(aim or item["target"])
        findings.skip("E903", f"annotation {number}", why, 0)
        return None
    if ":" not in source:  # an address beside the file, with its blanks as `%20`
        source = unquote(source)
    says, in_scope = _said(item.get("body"))
    told = item.get("text")  # as Hypothesis gives what its users wrote
    says = says or (told if isinstance(told, str) else "")
    sha256 = digest if isinstance(digest, str) and _DIGEST.fullmatch(digest) else ""
    return AnnotatedStretch(name, source, *place, sha256, says, in_scope)


def _aim(target: object) -> Object:
    """What an annotation is about, also as a list of one; the selectors of one say the same."""
    listed = as_list(target)
    return as_object(listed[0] if len(listed) == 1 else target)


def _why_unplaced(target: object) -> str:
    if isinstance(target, list):
        return "it is about several places, and a passage is one"
    if not isinstance(as_object(target).get("source"), str):
        return "it does not say in which text its place is"
    if "TextPositionSelector" in json.dumps(target):
        return "its position is no pair of whole numbers, the first from 0 and below the second"
    return "it has no TextPositionSelector, and quotations are not looked for"


def _positions(value: object) -> Iterator[tuple[int, int]]:
    """The positions among the selectors, also those that refine others."""
    for one in as_list(value):
        yield from _positions(one)
    inner = as_object(value)
    start, end = inner.get("start"), inner.get("end")
    if inner.get("type") != "TextPositionSelector":
        if "refinedBy" in inner:
            yield from _positions(inner["refinedBy"])
    elif type(start) is int and type(end) is int and 0 <= start < end <= FARTHEST:
        yield start, end


def _said(value: object) -> tuple[str, bool]:
    """The paraphrase of a body, and whether it is in scope."""
    bodies = as_list(value) or [value]
    says, in_scope = "", True
    for one in bodies:
        inner = as_object(one)  # a text is the address of something elsewhere
        words, tag = inner.get("value"), inner.get("purpose") == "tagging"
        if isinstance(words, str) and not tag and not says:
            says = words
        in_scope = in_scope and not (tag and words == "out of scope")
    return says, in_scope


def _text(found: list[AnnotatedStretch], title: str) -> str:
    """The case: its sources and passages."""
    spelling, names = Spelling(), dict[str, str]()
    for one in found:
        names.setdefault(one.source, spelling.of(one.source, Path(one.source).stem or "text"))
    lines = ["schelling: 1", f"title: {quoted(title)}", "sources:"]
    for source, name in names.items():
        local = "/" not in source and ":" not in source and "\\" not in source
        key = "file" if local else "note"
        lines.append(f"  {name}: {{{key}: {quoted(source)}}}")
    lines.append("passages:")
    taken: set[str] = set()
    for number, one in enumerate(found):
        name = one.name if one.name not in taken else f"{one.name}_{number + 1}"
        taken.add(name)
        parts = [f"source: {names[one.source]}, start: {one.start}, end: {one.end}"]
        parts += [f"sha256: {one.sha256}"] if one.sha256 else []
        parts += [f"says: {quoted(one.says)}"] if one.says else []
        parts += [] if one.in_scope else ["scope: out"]
        lines.append(f"  {json.dumps(name)}: {{{', '.join(parts)}}}")
    return "\n".join(lines) + "\n"
