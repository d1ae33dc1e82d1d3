"""The section `correlations`: which assumptions depend on each other."""

from __future__ import annotations

from schelling.case.draft import Draft
from schelling.case.drawn import Correlation
from schelling.case.file.yaml_tree import Path
from schelling.case.language.typed.scope import suggest
from schelling.case.schema.case_file import CaseFile
from schelling.case.sections import definitions


def read(draft: Draft, raw_case: CaseFile) -> tuple[Correlation, ...]:
    """Read them; problems go to the draft."""
    found: list[Correlation] = []
    pairs: set[frozenset[str]] = set()
    for number, raw in enumerate(raw_case.correlations):
        path: Path = ("correlations", number)
        known = raw_case.assumptions
        if len(raw.between) != 2 or len(set(raw.between)) != 2:
            message = "a correlation is between two different assumptions"
            draft.report("E404", message, (*path, "between"))
            continue
        for position, name in enumerate(raw.between):
            if name not in known and name not in draft.left_out:
                message = f"'{name}' is not an assumption of this case"
                where = (*path, "between", position)
                draft.report("E404", message, where, hint=suggest(name, known))
        if frozenset(raw.between) in pairs:
            draft.report("E404", "this pair has a correlation already", (*path, "between"))
        pairs.add(frozenset(raw.between))
        first, second = raw.between
        found.append(Correlation(first, second, raw.rho, raw.why.strip()))
    if len({name for pair in pairs for name in pair}) > definitions.MOST_CORRELATED:
        message = f"more than {definitions.MOST_CORRELATED} assumptions are correlated"
        draft.report_key("E404", message, ("correlations",))
    elif found and not definitions.positive_definite(found):
        message = "these correlations cannot all hold at once"
        reason = "the matrix of correlations is not positive definite"
        draft.report_key("E405", message, ("correlations",), reason)
    return tuple(found)
