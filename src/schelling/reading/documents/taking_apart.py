"""What runs in a process of its own: a document in, its words as JSON out.

The request is one JSON object on standard input: `form`, `path`, `seconds`, `bytes`. The answer is
`{"text": ..., "left_out": [...]}`, or `code`, `message` and `hint` of what is wrong. The process
limits its own memory and time before a byte of the document is read.
"""

from __future__ import annotations

import json
import resource
import sys
from pathlib import Path
from typing import Any

from schelling.reading.documents.document import MOST_TEXT_BYTES
from schelling.reading.documents.refused import RefusedDocument

_PACKAGES = {"html": "selectolax", "pdf": "pypdf", "docx": ""}


def main() -> None:
    """Answer the request on standard input."""
    request: dict[str, Any] = json.load(sys.stdin)
    seconds, memory = int(request["seconds"]), int(request["bytes"])
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    json.dump(answer(str(request["form"]), Path(request["path"])), sys.stdout)


def answer(form: str, path: Path) -> dict[str, Any]:
    """The words of a document, or what is wrong with it."""
    name = path.name
    try:
        text, left_out = _extracted(form, path.read_bytes())
    except RefusedDocument as refused:
        return {"code": refused.code, "message": f"'{name}' {refused}", "hint": refused.hint}
    except ImportError as error:
        package = _PACKAGES.get(form) or error.name
        message = f"reading '{name}' needs the library {package}, which is not installed"
        return {"code": "E126", "message": message, "hint": "pip install 'schelling[read]'"}
    except MemoryError:
        message = f"reading '{name}' needs more memory than it may have"
        return {"code": "E123", "message": message, "hint": ""}
    except OSError as error:
        return {"code": "E101", "message": f"cannot read '{name}': {error.strerror}", "hint": ""}
    if len(text.encode("utf-8", "replace")) > MOST_TEXT_BYTES:
        message = f"the text of '{name}' has more than {MOST_TEXT_BYTES:,} bytes"
        return {"code": "E123", "message": message, "hint": "read a part of it"}
    return {"text": text.encode("utf-8", "replace").decode(), "left_out": left_out}


def _extracted(form: str, data: bytes) -> tuple[str, list[str]]:
    """The words, by the reader of a form; its library is imported here, where it is limited."""
    if form == "html":
        from schelling.reading.documents import html  # noqa: PLC0415

        return html.extract(data)
    if form == "pdf":
        from schelling.reading.documents import pdf  # noqa: PLC0415

        return pdf.extract(data)
    from schelling.reading.documents import docx  # noqa: PLC0415

    return docx.extract(data)


if __name__ == "__main__":
    main()
