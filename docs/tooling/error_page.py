"""The reference page of the codes of problems and notes, made from their table."""

from __future__ import annotations

from schelling.case.codes import Code, codes
from tooling.markdown import page, table


def errors() -> str:
    """The page `docs/reference/errors.md`."""
    problems = [code for code in codes().values() if not code.code.startswith("N")]
    notes = [code for code in codes().values() if code.code.startswith("N")]
    lines = [
        "Every problem of a case has a code. `schelling explain E307` prints the text of one code.",
        "The examples are pieces of a case; those of E602 to E618 show columns of one question,",
        "E620 to E622 of an outcome, E630 of a reference class, E640 and E641 of a prediction.",
        "",
        *table(("code", "what is wrong"), map(_row, problems)),
        "",
        "A case without problems can have notes. Nothing is wrong then, but the case may not mean",
        "what it seems to. Notes change no exit status; `schelling run` and the report give their",
        "number.",
        "",
        *table(("code", "what is noted"), map(_row, notes)),
    ]
    for code in (*problems, *notes):
        first, second = ("noted", "not noted") if code in notes else ("wrong", "right")
        lines += ["", f"## {code.code}", "", f"**{code.title}.** {code.explanation}", ""]
        lines += ["```yaml", f"# {first}\n{code.wrong}", "", f"# {second}\n{code.right}", "```"]
    return page("Error codes and notes", lines)


def _row(code: Code) -> list[str]:
    return [f"[{code.code}](#{code.code.lower()})", code.title]
