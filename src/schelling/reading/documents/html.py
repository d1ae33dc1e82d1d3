"""The paragraphs of an HTML page, as selectolax reads it; scripts are not run and not read."""

from __future__ import annotations

import re
from typing import Any, Final

from selectolax.lexbor import LexborHTMLParser

from schelling.reading.documents.letters import spelled
from schelling.reading.documents.refused import RefusedDocument

_UNREAD: Final = (
    *("script", "style", "noscript", "template", "head", "svg", "math", "iframe", "object"),
    *("nav", "footer", "button", "select", "textarea", "canvas", "audio", "video"),
)
_TOLD: Final = {
    "math": "formulas",
    "iframe": "pages inside the page",
    "object": "embedded objects",
    "svg": "drawings",
    "noscript": "what stands for readers without scripts",
    "textarea": "fields of forms",
    "select": "fields of forms",
    "nav": "navigation",
    "footer": "footers",
}
"""Elements that a reader may see, and are not read."""
_BLOCKS: Final = frozenset(
    (
        *("address", "article", "aside", "blockquote", "body", "caption", "dd", "details", "div"),
        *("dl", "dt", "fieldset", "figcaption", "figure", "h1", "h2", "h3", "h4", "h5", "h6"),
        *("header", "html", "hr", "legend", "li", "main", "ol", "p", "pre", "section", "summary"),
        *("table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul"),
    )
)
_CHARSET: Final = re.compile(rb"charset\s*=\s*[\"']?\s*([A-Za-z0-9_.:-]{1,40})", re.IGNORECASE)
_LONGEST_MARK: Final = 30
_MARK: Final = re.compile(
    r"[\[(]?(?:(?:note|nb|n\.|fn)\s?)?(?:[0-9]{1,4}|[a-z]|\*{1,3}|†{1,2}|‡{1,2}|§|¶)[\])]?"
    r"(?:[,\s]+[\[(]?(?:[0-9]{1,4}|[a-z])[\])]?)*|\[?citation needed\]?"
)
"""The mark of a note, or marks of several, in brackets or not."""
_ENDED: Final = re.compile(r"[a-z)][.!?;,][\"”’)]?\Z")
_ROLES: Final = frozenset(
    ("navigation", "search", "banner", "contentinfo", "dialog", "alertdialog", "menu", "menubar")
)
"""Roles of WAI-ARIA that are no part of what a page says."""
_AROUND: Final = re.compile(
    r"(?:cookie|consent|gdpr|newsletter|breadcrumb|subscribe|social-share|share-buttons"
    r"|related-(?:articles|posts|stories)|sidebar)"
    r"(?:[-_](?:banner|notice|bar|bars|box|list|popup|modal|overlay|links|nav|wrapper|container|form))?"
)
"""Classes and names of elements that stand around a text, as most makers of pages call them."""
_CLIMB: Final = 64
_MOST_DEPTH: Final = 5_000


def extract(data: bytes) -> tuple[str, list[str]]:
    """The words of a page.

    Args:
        data: The file.

    Returns:
        Its paragraphs, parted by empty lines, and what was left out. Where the page has one
        `article`, or one `main`, only that is read.

    Raises:
        RefusedDocument: Its letters cannot be known, or it is nested too deep.
    """
    text = _decoded(data)
    _check_depth(text)
    tree: Any = LexborHTMLParser(text)
    left_out: list[str] = []
    root = tree.body or tree.root
    for tag in ("article", "main"):
        found = tree.css(tag)
        if len(found) == 1 and found[0].text(deep=True).strip():
            root = found[0]
            left_out.append(f"what stands outside of <{tag}>")
            break
    found, dropped = _paragraphs(root)
    return spelled("\n\n".join(found)), left_out + dropped


def _decoded(data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        declared = _CHARSET.search(data[:4096])
        if declared is None:
            message = f"is not UTF-8 (byte {error.start:,}) and names no other encoding"
            raise RefusedDocument("E122", message, "save the page as UTF-8") from error
        name = declared[1].decode("ascii")
        try:
            return data.decode(name)  # only encodings of text, none that unpacks
        except (LookupError, ValueError) as other:
            raise RefusedDocument("E122", f"is not in the encoding it names, '{name}'") from other


def _check_depth(text: str) -> None:
    """Refuse elements inside each other by the thousands, before a tree is built of them."""
    depth = 0
    for tag in re.finditer(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)[^<>]{0,2000}?(/?)>", text):
        if tag[2].lower() in ("p", "li", "br", "img", "meta", "link", "input", "hr", "td", "tr"):
            continue
        depth = max(0, depth - 1) if tag[1] else depth + (not tag[3])
        if depth > _MOST_DEPTH:
            line = text.count("\n", 0, tag.start()) + 1
            message = f"is nested deeper than {_MOST_DEPTH:,} elements at line {line:,}"
            raise RefusedDocument("E123", message)


def _paragraphs(root: Any) -> tuple[list[str], list[str]]:
    """The paragraphs, and what was left out."""
    found: list[str] = []
    dropped: set[str] = set()
    pieces: list[str] = []
    block: object = None
    skipped: set[int] = set()
    for node in root.traverse(include_text=True):
        parent = node.parent
        if parent is not None and parent.mem_id in skipped:
            skipped.add(node.mem_id)
            continue
        unread = _unread(node)
        if unread is not None:
            skipped.add(node.mem_id)
            dropped.add(unread)
            continue
        if node.tag == "br":
            pieces.append(" ")
        if node.tag != "-text":
            continue
        own = _block(node)
        if own != block:
            found.append("".join(pieces))
            pieces, block = [], own
        pieces.append(node.text_content or "")
    found.append("".join(pieces))
    words = [words for words in (" ".join(one.split()) for one in found) if words]
    return words, sorted(dropped - {""})


def _unread(node: Any) -> str | None:
    """What an element that is not read is called, empty where no reader sees it."""
    if _is_hidden(node):
        return "hidden elements"
    if node.tag in _UNREAD:
        return _TOLD.get(node.tag, "")
    if _is_around(node):
        return "what stands around the text"
    return "marks of notes" if _is_note_mark(node) else None


def _is_note_mark(node: Any) -> bool:
    """Whether a raised text is the mark of a note.

    It is short, and a link is in it or only around it, or it stands right behind a sentence's end.
    """
    if node.tag != "sup":
        return False
    words = node.text(deep=True).strip()
    if len(words) > _LONGEST_MARK or not _MARK.fullmatch(words):
        return False
    around = node.parent
    alone = around is not None and around.tag == "a" and _is_alone(node)
    before = node.prev
    said = before.text_content if before is not None and before.tag == "-text" else None
    return alone or bool(_ENDED.search(said or "")) or node.css_first("a") is not None


def _is_alone(node: Any) -> bool:
    """Whether the element around a node says nothing else; only what is next to it is read."""
    for side in ("prev", "next"):
        other = getattr(node, side)
        while other is not None:
            if other.text(deep=True).strip():
                return False
            other = getattr(other, side)
    return True


def _is_hidden(node: Any) -> bool:
    if node.tag.startswith("-"):
        return False
    given = node.attributes
    style = (given.get("style") or "").replace(" ", "").lower()
    return "hidden" in given or "display:none" in style or given.get("aria-hidden") == "true"


def _is_around(node: Any) -> bool:
    """Whether an element says by its role, its class or its name that it is not the text itself."""
    if node.tag.startswith("-") or node.tag in ("body", "html", "main", "article"):
        return False
    given = node.attributes
    called = f"{given.get('class') or ''} {given.get('id') or ''}".lower().split()
    role = (given.get("role") or "").lower()
    return role in _ROLES or any(_AROUND.fullmatch(one) for one in called)


def _block(node: Any) -> object:
    """The nearest element around a text that begins a line of its own."""
    around = node.parent
    for _ in range(_CLIMB):
        if around is None or around.tag in _BLOCKS:
            break
        around = around.parent
    return None if around is None else around.mem_id
