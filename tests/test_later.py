"""What takes long to import is imported when it is used."""

import subprocess
import sys

import pytest

from schelling.later import LaterModule, load

SLOW = "pandas xarray zarr pydantic jinja2 altair scipy.stats"


def test_a_module_is_imported_at_the_first_look(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "colorsys", raising=False)
    later = LaterModule("colorsys")
    assert not hasattr(later, "__file__")
    assert "colorsys" not in sys.modules
    assert later.rgb_to_hsv(1.0, 0.0, 0.0) == (0.0, 1.0, 1.0)
    monkeypatch.delitem(sys.modules, "colorsys")
    load("colorsys")
    assert "colorsys" in sys.modules


def test_a_command_imports_nothing_slow_before_it_computes() -> None:
    """Cases that are found checked are not read, and courses are told of afterwards."""
    code = "import sys, schelling.cli.app, schelling.study.runs.run\n"
    code += "from schelling.study.runs.computing import kept_cases\n"
    code += f"print(sorted({{*{SLOW.split()!r}}} & {{*sys.modules}}))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
