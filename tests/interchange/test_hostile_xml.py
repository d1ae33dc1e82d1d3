"""XML that means harm, or is broken: refused at once, with its place, in bounded resources."""

from __future__ import annotations

import time
import tracemalloc
from pathlib import Path

import pytest

from schelling.errors import CaseError
from schelling.interchange import xml_tree
from schelling.interchange.foreign import Findings
from schelling.interchange.xmile.into_case import imported

LAUGHS = b"""<?xml version="1.0"?>
<!DOCTYPE xmile [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">
<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">]>
<xmile>&c;</xmile>"""
OUTSIDE = b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/hostname">]><xmile>&e;</xmile>'
HOSTILE = {
    "billion laughs": (LAUGHS, "E902"),
    "a file outside": (OUTSIDE, "E902"),
    "a document type alone": (b"<!DOCTYPE xmile><xmile/>", "E902"),
    "an unknown entity": (b"<xmile>&who;</xmile>", "E901"),
    "deep": (b"<a>" * 100_000, "E902"),
    "many": (b"<xmile>" + b"<a/>" * 1_000_000 + b"</xmile>", "E902"),
    "long text": (b"<xmile>" + b"x" * 2_000_000 + b"</xmile>", "E902"),
    "many attributes": (b"<a " + b" ".join(b'a%d="1"' % n for n in range(300)) + b"/>", "E902"),
    "twice the same attribute": (b'<a x="1" x="2"/>', "E901"),
    "no end": (b"<xmile><model>", "E901"),
    "nothing": (b"", "E901"),
    "no text": (bytes(range(256)), "E901"),
    "another encoding": (b'<?xml version="1.0" encoding="utf-7"?><xmile/>', "E902"),
    "broken UTF-8": (b"<xmile>\xff\xfe\xfa</xmile>", "E901"),
    "zeros": (b"<xmile>\x00</xmile>", "E901"),
    "too large": (b"<xmile>" + b" " * 20_000_000 + b"</xmile>", "E902"),
    "another format": (b"<graphml/>", "E901"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_it_is_refused_at_once(name: str, tmp_path: Path) -> None:
    """In two seconds and 200 MB, which the largest of them alone needs a tenth of."""
    data, code = HOSTILE[name]
    path = tmp_path / "model.xmile"
    path.write_bytes(data)
    tracemalloc.start()
    begun = time.process_time()
    with pytest.raises(CaseError) as refused:
        imported(path, lenient=True)
    taken, (_, peak) = time.process_time() - begun, tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert [problem.code for problem in refused.value.problems] == [code]
    assert taken < 20  # tracing makes it five times as slow as it is
    assert peak < 200e6


def test_the_place_is_said(tmp_path: Path) -> None:
    path = tmp_path / "model.xmile"
    path.write_text("<xmile>\n<model>\n</xmile>", encoding="utf-8")
    with pytest.raises(CaseError) as refused:
        imported(path)
    assert "model.xmile:3:1: not well-formed XML: mismatched tag [E901]" in refused.value.rendered


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "iso-8859-1"])
def test_known_encodings_are_read(encoding: str) -> None:
    text = f'<?xml version="1.0" encoding="{encoding}"?><a b="ü">é</a>'
    root = xml_tree.parse(text.encode(encoding), Findings(Path("x")))
    assert (root.attributes["b"], root.text) == ("ü", "é")


def test_a_folder_and_a_missing_file_are_refused(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "none.xmile"):
        with pytest.raises(CaseError) as refused:
            imported(path)
        assert [problem.code for problem in refused.value.problems] == ["E902"]
