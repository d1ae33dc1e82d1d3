"""The passages of a case as a page of Web Annotations in JSON-LD.

A passage is a `TextPositionSelector` of code points, half-open as there. Its paraphrase is the
body; what in the case comes from it follows as tags. The standard has no word for the digest, which
stands under `schelling:sha256`. The words of the text are not written: they may belong to others.

References:
    W3C (2017), Web Annotation Data Model, W3C Recommendation 23 February 2017.
"""

from __future__ import annotations

import json
from collections import defaultdict
from typing import Any
from urllib.parse import quote

from schelling.case.model import Case
from schelling.case.sources import Passage, Source
from schelling.errors import RunError

CONTEXT = "http://www.w3.org/ns/anno.jsonld"
OWN = {"schelling": "urn:schelling:"}


def page(case: Case) -> str:
    """All passages of a case, in its order.

    Raises:
        RunError: It has none, and a page of none can be read by nobody.
    """
    if not case.passages:
        message = f"the case '{case.name}' has no passages, which annotations are made of"
        raise RunError(message)
    sources = {source.name: source for source in case.sources}
    readers = _readers(case)
    items = [_item(one, sources.get(one.source), readers[one.name]) for one in case.passages]
    whole = {
        "@context": [CONTEXT, OWN],
        "id": f"urn:schelling:case:{case.digest}",
        "type": "AnnotationPage",
        "items": items,
    }
    return json.dumps(whole, indent=1, ensure_ascii=False) + "\n"


def _readers(case: Case) -> defaultdict[str, list[str]]:
    """What comes from each passage, as kind and name."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    kinds = {
        "assumption": case.assumptions,
        "stock": case.stocks,
        "variable": case.variables,
        "event": case.events,
        "game": case.games,
        "claim": case.claims,
        "premise": case.premises,
    }
    for kind, many in kinds.items():
        for one in many:
            for passage in one.origin.passages:
                found[passage].append(f"{kind}: {one.name}")
    return found


def _item(passage: Passage, source: Source | None, readers: list[str]) -> dict[str, Any]:
    bodies = [_body(passage.says, "describing")] if passage.says else []
    bodies += [_body(one, "tagging") for one in readers]
    if not passage.in_scope:
        bodies.append(_body("out of scope", "tagging"))
    named = quote(source.file if source is not None and source.file else passage.source)
    selector = {"type": "TextPositionSelector", "start": passage.start, "end": passage.end}
    target: dict[str, Any] = {"source": named, "selector": selector}
    if passage.sha256 is not None:
        target["schelling:sha256"] = passage.sha256
    item = {"id": f"urn:schelling:passage:{quote(passage.name)}", "type": "Annotation"}
    return item | {"motivation": "describing", "body": bodies, "target": target}


def _body(value: str, purpose: str) -> dict[str, str]:
    return {"type": "TextualBody", "value": value, "purpose": purpose, "format": "text/plain"}
