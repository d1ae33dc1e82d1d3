"""Every code of a problem or a note: one table for `explain`, the reference page and the tests.

The texts stand in `codes.toml` and are read when somebody asks for them: checking a case, which
only names codes, does not wait for them.
"""

from __future__ import annotations

import functools
import tomllib
from dataclasses import dataclass
from importlib import resources


@dataclass(frozen=True)
class Code:
    """One code.

    Attributes:
        code: Such as `E303`; of a note it begins with N.
        title: What is wrong, or noted, in a few words.
        explanation: What it means, why it is refused or noted, and how to mend it.
        wrong: A piece of a case (or of a table beside it) that has the problem.
        right: The same, corrected.
    """

    code: str
    title: str
    explanation: str
    wrong: str
    right: str


@functools.cache
def codes() -> dict[str, Code]:
    """Every code, in order: problems, then notes.

    Examples:
        >>> codes()["E303"].title
        'Unknown name'
    """
    text = resources.files("schelling.case").joinpath("codes.toml").read_text("utf-8")
    return {code: Code(code, **entry) for code, entry in tomllib.loads(text).items()}
