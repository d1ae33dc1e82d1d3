"""Causal-loop diagrams as tables: a row for each arrow, with its two ends and its sign."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from schelling.interchange.foreign import Findings
from schelling.interchange.maps.links import SIGNS, Link, sign_of
from schelling.interchange.stockflow.terms import key
from schelling.interchange.xml_tree import read_bytes

MOST_BYTES = 5_000_000
MOST_LINKS = 2_000

_SOURCE = ("from", "source", "cause")
_TARGET = ("to", "target", "effect")
_SIGN = ("sign", "polarity", "type")
_WHY = ("why", "reasoning", "description", "label")


def read(path: Path) -> list[Link]:
    """Read the arrows of a table.

    Raises:
        CaseError: It has no columns for the ends, or a row is wrong.
    """
    findings = Findings(path)
    try:
        text = read_bytes(path, findings, MOST_BYTES).decode("utf-8-sig")
    except UnicodeDecodeError:
        findings.refuse("E901", "the file is not UTF-8 text", 0)
        raise findings.error() from None
    findings.text = text.replace("\r\n", "\n").replace("\r", "\n")
    try:
        parted = _parted(findings.text)
        rows = io.StringIO(findings.text, newline="")
        reader = csv.DictReader(rows, strict=True, delimiter=parted)
        written = [name for name in reader.fieldnames or () if name]
        head = {name.strip().lower(): name for name in written}
        source, target, sign, why = (
            next((head[one] for one in choices if one in head), "")
            for choices in (_SOURCE, _TARGET, _SIGN, _WHY)
        )
        _one_each(written, findings)
        towards = head.get("direction", "")
        if not source or not target:
            message = "the table needs the columns 'from' and 'to'"
            findings.refuse("E903", message, 1, hint="and 'sign' with + or -")
        links = [
            Link(row[source] or "", row[target] or "", row.get(sign) or "", row.get(why) or "", at)
            for row, at in ((row, reader.line_num) for row in reader)
            if source
            and target
            and _whole(row, at, findings)
            and _one_way(row.get(towards) or "", at, findings)
        ]
    except csv.Error as error:
        findings.refuse("E901", f"not a CSV table: {error}", 0)
        raise findings.error() from None
    return checked(links, findings)


def _parted(text: str) -> str:
    """The sign between the cells: the one that the head of the table has most of."""
    return max(",;\t", key=text.partition("\n")[0].count)


def _before(first: Link) -> str:
    return f"the first stands on line {first.line}" if first.line else "leave one of them"


def _one_each(written: list[str], findings: Findings) -> None:
    """Refuse a table in which two columns could be the same end of an arrow, or its sign."""
    plain = [name.strip().lower() for name in written]
    for choices in (_SOURCE, _TARGET, _SIGN):
        found = [name for name in plain if name in choices]
        if len(found) > 1:
            message = f"the columns '{found[0]}' and '{found[1]}' say the same"
            findings.refuse("E903", message, 1, hint="leave one of them")


def _whole(row: Mapping[str | None, object], line: int, findings: Findings) -> bool:
    """Whether a row has no more cells than the table has columns; else it is refused."""
    if None in row:
        message = "the row has more cells than the table has columns"
        hint = "a text with a comma needs double quotes"
        findings.refuse("E903", message, line, hint=hint)
    return None not in row


def _one_way(direction: str, line: int, findings: Findings) -> bool:
    """Whether an arrow leads from its first end to its second; else it is refused."""
    known = direction.strip().lower() in ("", "directed")
    if not known:
        message = f"the arrow is '{direction.strip()[:40]}', and not directed"
        findings.refuse(
            "E903", message, line, hint="a row for each arrow, from one end to the other"
        )
    return known


def _is_zero(sign: str) -> bool:
    """Whether a sign is written as a number that is neither."""
    try:
        return float(sign) == 0
    except ValueError:
        return False


def checked(links: list[Link], findings: Findings) -> list[Link]:
    """Arrows with their signs as `+`, `-` or nothing.

    Raises:
        CaseError: One of them has no end or an unknown sign, or there are none, or too many.
    """
    found: list[Link] = []
    signs: dict[tuple[str, str], Link] = {}
    for link in links:
        sign = SIGNS.get(link.sign.strip().lower()) or sign_of(link.sign)
        if not sign and link.sign.strip().lower() not in SIGNS and not _is_zero(link.sign):
            sign = None
        if sign is None:
            message = f"'{link.sign}' is no sign of an arrow"
            findings.refuse("E903", message, link.line, hint="+ or -, or nothing")
        elif not link.source.strip() or not link.target.strip():
            findings.refuse("E903", "an arrow lacks one of its ends", link.line)
        else:
            ends = link.source.strip(), link.target.strip()
            first = signs.setdefault((key(ends[0]), key(ends[1])), replace(link, sign=sign))
            if first.sign != sign:
                message = f"the arrow from '{ends[0]}' to '{ends[1]}' is given twice"
                reason = "once it has another sign"
                findings.refuse("E907", message, link.line, reason, _before(first))
            found.append(Link(*ends, sign, link.why.strip(), link.line))
    if not 1 <= len(links) <= MOST_LINKS and not findings.problems:
        message = f"there are {len(links):,} arrows; 1 to {MOST_LINKS:,} are read"
        findings.refuse("E902", message, 0)
    findings.close()
    return found
