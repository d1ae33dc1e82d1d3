"""What a keystroke costs in an editor: a case checked anew, as diagnostics, in a warm process."""

from __future__ import annotations

import statistics
import time
from pathlib import Path

from schelling.lsp.diagnostics import diagnostics
from schelling.lsp.workbench import Workbench

ROOT = Path(__file__).parent.parent
LIMIT = 0.15
KEYSTROKES = 15


def many(count: int) -> str:
    """A case with so many of everything; 115 make 2,000 lines."""
    numbers = range(count)
    lines = ["schelling: 1", "title: Many definitions"]
    lines += ["time: {start: 2022-03-21, step: 1 week, until: 2023-03-20}"]
    lines += ["phases: [calm, crisis, war]", "assumptions:"]
    for i in numbers:
        lines += [f"  risk_{i}:", f"    prior: beta({2 + i % 5}, 9)", "    unit: share"]
        lines += [f"    why: Survey number {i}."]
    lines.append("stocks:")
    for i in numbers:
        lines += [f"  aid_{i}:", f"    start: 10 * risk_{i}", "    change: >"]
        lines += [f"      -risk_{i} * aid_{i} / 4 weeks", "      if phase == calm else 0.1 / week"]
        lines += ["    within: [0, 100]"]
    lines.append("variables:")
    for i in numbers:
        value = f"logistic(2 - aid_{i} / (1 + risk_{(i + 1) % count}))"
        lines += [f"  need_{i}:", f"    value: {value}", f"    says: Needed in place {i}."]
    lines.append("events:")
    for i in numbers[: count // 3]:
        lines += [f"  clash_{i}:", f"    hazard: 0.01 * need_{i} / week"]
        lines += [f"    while: phase == calm and aid_{i} > 1", "    effects: {phase: crisis}"]
    lines.append("claims:")
    for i in numbers:
        twin = f"final(aid_{i}) > final(aid_{i} | do(risk_{i} = 0.5))"
        lines += [f"  holds_{i}:", f"    why: Paragraph {i}."]
        lines += [f"    holds: always(need_{i} < 0.5) or {twin}"]
    return "\n".join(lines) + "\n"


def rows() -> list[dict[str, object]]:
    """The median keystroke in a case of 2,000 lines, and in the flagship with its rivals."""
    flagship = ROOT / "cases" / "widening-war" / "case.yaml"
    written = flagship.read_text(encoding="utf-8")
    nowhere = Path("/nowhere/case.yaml")
    return [
        _row("a keystroke in a case of 2,000 lines", nowhere, many(115), "need_7 / week"),
        _row("a keystroke in the flagship", flagship, written, "holds: "),
    ]


def _row(name: str, path: Path, text: str, where: str) -> dict[str, object]:
    bench = Workbench()
    taken: list[float] = []
    for number in range(KEYSTROKES):
        typed = text.replace(where, where + " " * (number + 1), 1)
        start = time.perf_counter()
        bench.show(path, typed)
        found = diagnostics(bench.check(path), path)
        taken.append(time.perf_counter() - start)
        if any(found[path]):
            raise RuntimeError(found[path][0].message)
    ours = statistics.median(taken)
    ratio = LIMIT / ours
    return {
        "name": name,
        "unit": "s",
        "ours": ours,
        "peer": "limit",
        "theirs": LIMIT,
        "ratio": ratio,
    }
