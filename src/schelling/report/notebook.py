"""What a notebook shows of a case and of what was made of it: a few sentences and a table."""

from __future__ import annotations

from collections.abc import Sequence

from schelling.case.model import Case
from schelling.report.comparison import comparison_sheets, comparison_words
from schelling.report.exploration import heat_figure
from schelling.report.page import document
from schelling.report.page.figure import Table
from schelling.report.page.provenance import evidence_line
from schelling.report.scores import score_words
from schelling.report.stories import story_html, story_pages
from schelling.report.verdicts.claim_verdicts import all_verdicts, scale, tally, unasked
from schelling.report.words.numerals import count
from schelling.report.words.said import said
from schelling.study.exploring.explore import Exploration
from schelling.study.rivals.compare import Comparison
from schelling.study.runs.results import Run
from schelling.study.scoring.score_board import Score
from schelling.study.stories.story import Story

_ROWS = 40


def case(shown: Case) -> str:
    """The claims of a case as HTML."""
    known = {
        "assumption": shown.assumptions,
        "stock": [stock for stock in shown.stocks if not stock.remembers],
        "claim": shown.claims,
        "premise": shown.premises,
        "rival": shown.rivals,
    }
    parts = [count(len(those), what) for what, those in known.items() if those]
    rows = [(one.name, said(one)) for one in shown.claims]
    return _shown(shown.title, [f"{', '.join(parts)}."], ("claim", "what it says"), rows)


def run(shown: Run) -> str:
    """The verdicts of a run as HTML."""
    found = all_verdicts(shown)
    rows = [(v.claim.name, f"{v.number} {v.error}".strip(), v.word) for v in found]
    lines = [tally(found) if found else unasked(shown.case), evidence_line(shown)]
    note = f"Share of worlds, not probability; ± half a 95 % interval; {scale()}."
    return _shown(shown.manifest.title, lines, ("claim", "worlds", "verdict"), rows, note)


def exploration(shown: Exploration) -> str:
    """The findings of an exploration as HTML."""
    return _shown(shown.run.manifest.title, heat_figure.findings(shown), (), [])


def score(shown: Score) -> str:
    """The result of a register as HTML."""
    return _shown(shown.case.title, [score_words.headline(shown)], (), [])


def comparison(shown: Comparison) -> str:
    """What rivals differ in as HTML."""
    sheets = comparison_sheets.sheets(shown)
    head, rows, note = (sheets[0].head, sheets[0].rows, sheets[0].note) if sheets else ((), (), "")
    return _shown(shown.case.title, comparison_words.findings(shown), head, rows, note)


def story(shown: Story) -> str:
    """The story of a world as HTML."""
    return story_html.section(story_pages.one(shown))


def _shown(
    title: str,
    lines: Sequence[str],
    head: tuple[str, ...],
    rows: Sequence[tuple[str, ...]],
    note: str = "",
) -> str:
    more = len(rows) - _ROWS
    note += f" {count(more, 'more row')}." if more > 0 else ""
    table = Table("", head, tuple(rows[:_ROWS]), note.strip()) if rows else None
    return document.filled("notebook.html", {"title": title, "lines": lines, "table": table})
