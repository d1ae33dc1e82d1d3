"""The gallery page is what the library and the record of full runs say."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from tooling import gallery
from tooling.full_runs import WORLDS, WORLDS_WITH_AGENTS, worlds_of


def test_the_page_is_what_the_library_says() -> None:
    """`PYTHONPATH=docs .venv/bin/python -m tooling.gallery` writes it anew."""
    assert gallery.PAGE.read_text("utf-8") == gallery.gallery()


def test_every_case_is_on_the_page_and_the_library_has_been_run() -> None:
    page = gallery.PAGE.read_text("utf-8")
    runs = gallery.read_record()["cases"]
    for name in gallery.cases():
        assert f"(../../cases/{name}/README.md)" in page
        if name not in runs:
            assert not name.startswith(("papers/", "history/")), f"make demo-all has not run {name}"
            continue
        assert "failed" not in runs[name], name
        written = (gallery.ROOT / "cases" / name / "case.yaml").read_text("utf-8")
        assert runs[name]["worlds"] == worlds_of(written)


def test_there_are_at_least_twenty_four_published_models_and_three_histories() -> None:
    names = gallery.cases()
    assert sum(name.startswith("papers/") for name in names) >= 24
    assert sum(name.startswith("history/") for name in names) >= 3
    for name in names:
        if name.startswith(("papers/", "history/")):
            folder = gallery.ROOT / "cases" / name
            assert tomllib.loads((folder / "expected.toml").read_text("utf-8"))["expected"], name


def test_the_readme_counts_the_published_models() -> None:
    papers = sum(name.startswith("papers/") for name in gallery.cases())
    assert f"{papers} published models" in (gallery.ROOT / "README.md").read_text("utf-8")


def test_agents_make_full_size_smaller() -> None:
    assert worlds_of("title: x\npopulations:\n  a: {size: 3}\n") == WORLDS_WITH_AGENTS
    assert worlds_of("title: x\n# populations\n") == WORLDS


def test_a_readme_without_a_question_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "cases" / "mute"
    folder.mkdir(parents=True)
    (folder / "README.md").write_text("# Mute\n", "utf-8")
    monkeypatch.setattr(gallery, "ROOT", tmp_path)
    with pytest.raises(ValueError, match="no paragraph"):
        gallery.question("mute")
