"""The gallery page: every case of `cases/`, with what `benchmarks/cases.json` records of it.

`PYTHONPATH=docs .venv/bin/python -m tooling.gallery` writes `docs/reference/gallery.md`, and
`tests/docs/test_gallery.py` holds it to what `gallery` returns.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tooling.markdown import page, table

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "reference" / "gallery.md"
RECORD = ROOT / "benchmarks" / "cases.json"
ROOMS = {
    "": "Arguments",
    "history": "Histories, as they stood on a day",
    "papers": "Published models",
    "teaching": "For teaching",
}
VERDICTS = ("follows", "mostly follows", "contested", "mostly fails", "fails", "undecided")
QUESTION = re.compile(r"\*\*Question\.\*\*\s+(.+?)\n\s*\n", re.DOTALL)

OPENING = """\
Every case that comes with Schelling. `make demo-all` runs all of them at full size, which is
100,000 worlds, or 1,000 where a world holds a population of agents, and records what is told here.
Times are those of the whole command, compiling included, on one machine that had other work to do
as well ({machine}); cpu-seconds do not count that.

A verdict tells what follows from the assumptions of a case, and nothing about the world. Numbers
that a case has to reproduce stand in its `expected.toml`, each with its source and tolerance;
`tests/cases/test_library.py` holds all of them to it.
"""

Record = dict[str, Any]


def main() -> None:
    """Write the page."""
    write_page()


def write_page() -> None:
    """Write the page as it is now."""
    PAGE.write_text(gallery(), encoding="utf-8")


def read_record() -> Record:
    """Runs at full size by case, and the machine they ran on."""
    if not RECORD.exists():
        return {"machine": "", "cases": {}}
    return json.loads(RECORD.read_text("utf-8"))


def write_record(record: Record) -> None:
    """Keep the runs, in the order of the names."""
    record = {**record, "cases": dict(sorted(record["cases"].items()))}
    RECORD.write_text(json.dumps(record, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def cases() -> list[str]:
    """All cases by their folder below `cases/`."""
    folder = ROOT / "cases"
    found = [path.parent.relative_to(folder).as_posix() for path in folder.rglob("case.yaml")]
    return sorted(name for name in found if not name.endswith(".run"))


def gallery() -> str:
    """The page `docs/reference/gallery.md`."""
    record = read_record()
    return page("Gallery", [*_opening(record), *_rooms(record["cases"])])


def question(name: str) -> str:
    """The question of a case, as its README asks it, without links.

    Raises:
        ValueError: The README has none.
    """
    text = (ROOT / "cases" / name / "README.md").read_text("utf-8")
    found = QUESTION.search(text)
    if found is None:
        message = f"cases/{name}/README.md has no paragraph '**Question.** ...'"
        raise ValueError(message)
    return re.sub(r"\[([^]]*)\]\([^)]*\)", r"\1", " ".join(found[1].split()))


def _opening(record: Record) -> Iterator[str]:
    yield from OPENING.format(machine=record["machine"] or "none yet").splitlines()
    yield ""


def _rooms(runs: dict[str, Any]) -> Iterator[str]:
    for room, title in ROOMS.items():
        yield f"## {title}"
        yield ""
        names = [name for name in cases() if name.rpartition("/")[0] == room]
        yield from table(
            ("case", "question", "verdicts", "numbers checked", "worlds", "seconds", "cpu-seconds"),
            [_row(name, runs.get(name)) for name in names],
        )
        yield ""


def _row(name: str, run: dict[str, Any] | None) -> tuple[str, ...]:
    link = f"[{name.rpartition('/')[2]}](../../cases/{name}/README.md)"
    if run is None:
        return link, question(name), "not run yet", _numbers(name), "", "", ""
    worlds = f"{run['worlds']:,}"
    if "failed" in run:
        return link, question(name), run["failed"], _numbers(name), worlds, "", ""
    times = (f"{run['seconds']:.0f}", f"{run['cpu_seconds']:.0f}")
    return link, question(name), _verdicts(run), _numbers(name), worlds, *times


def _verdicts(run: dict[str, Any]) -> str:
    found = [claim["verdict"] for claim in run["claims"]]
    counts = [(found.count(verdict), verdict) for verdict in VERDICTS]
    return ", ".join(f"{count} {verdict}" for count, verdict in counts if count)


def _numbers(name: str) -> str:
    path = ROOT / "cases" / name / "expected.toml"
    return str(path.read_text("utf-8").count("[[expected]]")) if path.exists() else ""


if __name__ == "__main__":
    main()
