"""Levers: assumptions that are an actor's to choose, what is asked of them, and actors' wishes."""

from __future__ import annotations

from schelling.case.draft import Draft
from schelling.case.drawn import Prior
from schelling.case.language.typed.scope import suggest
from schelling.case.schema.case_file import CaseFile


def check(draft: Draft, raw: CaseFile, name: str, prior: Prior | None) -> None:
    """A lever belongs to an actor, lists at least two options and depends on nothing.

    Args:
        draft: Where problems go.
        raw: The case.
        name: Name of an assumption, lever or not.
        prior: Its prior; None where that has problems of its own.
    """
    actor, path = raw.assumptions[name].lever, ("assumptions", name, "lever")
    if not actor:
        return
    if actor not in raw.actors and actor not in draft.left_out:
        message = f"'{actor}' is not an actor of this case"
        draft.report("E415", message, path, hint=suggest(actor, raw.actors))
    if prior is not None and (prior.family != "choice" or len(_options(prior)) < 2):
        message = f"the lever '{name}' does not list options"
        hint = "such as prior: choice(0, 1)"
        draft.report("E415", message, (*path[:-1], "prior"), hint=hint)
    for number, correlation in enumerate(raw.correlations):
        if name in correlation.between:
            message = f"'{name}' is a lever, which its actor is free to choose"
            reason = "a lever cannot be correlated with another assumption"
            draft.report("E415", message, ("correlations", number, "between"), reason)


def wishes(draft: Draft, raw: CaseFile) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """The claims that each actor wants to hold, of actors with such wishes.

    Args:
        draft: Where problems go.
        raw: The case.
    """
    found: list[tuple[str, tuple[str, ...]]] = []
    known = {*raw.claims, *draft.claims}
    for name, actor in raw.actors.items():
        wanted = tuple(dict.fromkeys(actor.wants)) if actor is not None else ()
        for number, claim in enumerate(actor.wants if actor is not None else ()):
            if claim not in known and claim not in draft.left_out:
                message = f"'{claim}', which '{name}' wants, is not a claim of this case"
                path = ("actors", name, "wants", number)
                draft.report("E419", message, path, hint=suggest(claim, known))
        if wanted:
            found.append((name, wanted))
    return tuple(found)


def _options(prior: Prior) -> set[float]:
    values = prior.parameters[0]
    return set(values) if isinstance(values, tuple) else {values}
