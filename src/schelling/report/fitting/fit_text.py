"""A fit for a terminal: records, method, what was taught, verdicts before and after, checks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from schelling.case.model import Case
from schelling.compile.records.recorded import Evidence
from schelling.errors import printable
from schelling.report.comparison.columns import laid_out, wrapped
from schelling.report.fitting import reading_words
from schelling.report.words import shares
from schelling.report.words.numerals import count, decimals, fixed, general, signed, whole_percent
from schelling.study.fitting.fit import CaseFit
from schelling.study.fitting.handed_on import NO_POSTERIOR
from schelling.study.fitting.jointly import JOINT
from schelling.study.fitting.learned import Learned
from schelling.study.fitting.straying import SeriesStraying
from schelling.study.fitting.summary import FitSummary, SeriesCheck, ShareChange

_NAMED = 12
_LEAST = 1e-12
_SEEN = ", or the posterior follows too closely what it has seen"
_NEAR = 3.5  # days: half of the usual step
_SCALES = 20.0  # where one end of an interval is so many times the other, each has its own digits


def text(fit: CaseFit, *, width: int = 80) -> str:
    """Everything a fit says; of one that is refused, only why.

    Args:
        fit: The fit.
        width: Characters of a line.
    """
    lines = [
        fit.case.title,
        *in_lines([records_words(one) for one in fit.problem.given], width),
        "",
    ]
    lines += in_lines([reading_words.why(fit)], width)
    if not fit.sound:
        return "\n".join(
            [*lines, *in_lines(reading_words.refusal(fit.found, fit.problem.listed), width)]
        )
    lines += in_lines(
        [reading_words.trust(fit.found, fit.problem.listed), reading_words.evidence(fit)], width
    )
    found = fit.summary
    lines += ["", *_taught(found, width)]
    lines += changes("claim", found.claims, width)
    lines += changes("question", found.questions, width)
    if options := levers(fit.case):
        lines += in_lines([options], width)
    checked = "Records that the posterior would make (posterior predictive check)"
    if chosen(fit):
        checked = "Records that these worlds would make, which were chosen by the records"
    lines += ["", checked]
    lines += in_lines([check_words(one) for one in found.checks], width)
    return "\n".join(lines)


def chosen(fit: CaseFit) -> bool:
    """Whether its worlds are no posterior, but were chosen by the records."""
    return fit.found.engine == NO_POSTERIOR


def in_lines(sentences: Sequence[str], width: int) -> list[str]:
    """Sentences as lines; one that begins with two blanks is an item of a list."""
    return [line for sentence in sentences for line in _one(sentence, width)]


def _one(sentence: str, width: int) -> Iterator[str]:
    indent = "    " if sentence.startswith("  ") else ""
    for number, line in enumerate(wrapped(sentence, max(width - 4, 40))):
        yield f"{indent[: (2 if number == 0 else 4)]}{line}"


def records_words(found: Evidence) -> str:
    """Which rows of a series enter."""
    name, rows = found.series.name, found.rows
    enter = f"{count(len(rows), 'record')} of {name} {'enters' if len(rows) == 1 else 'enter'}"
    if rows:
        first, last = rows[0].date, rows[-1].date
        enter += f", of {first}" if first == last else f", of {first} to {last}"
    left = [
        (found.later, "later, or published later, than may be known"),
        (found.revised, "revised since"),
        (found.outside, "outside the time of the case"),
    ]
    apart = [f"{number:,} {why}" for number, why in left if number]
    if apart:
        enter += f"; not used: {', '.join(apart)}"
    if found.away > _NEAR:
        enter += f". Each is read at the nearest step, up to {found.away:.0f} days from its day"
    return f"{enter}."


def _taught(found: FitSummary, width: int) -> Iterator[str]:
    taught = [one for one in found.learned if one.taught]
    if taught:
        yield "What the evidence taught: median and central 90 % of each assumption"
        head = ("assumption", "prior", "posterior", "interval")
        ordered = sorted(taught, key=lambda one: -one.narrower)
        yield from laid_out(head, [learned_row(one) for one in ordered], width)
    else:
        yield "The evidence taught nothing about any assumption."
    for sentence in untouched(found):
        yield from wrapped(sentence, width)


def untouched(found: FitSummary) -> Iterator[str]:
    """What the evidence left as it was, and what it only knows together, sentence by sentence."""
    idle = [one.name for one in found.learned if not one.reached]
    left = [one.name for one in found.learned if one.reached and not one.taught]
    if left:
        yield f"Reached by the records, but moved no more than chance: {_some(left)}."
    if idle:
        yield f"Out of reach of the records: {_some(idle)}."
    for one in found.learned:
        if one.values:
            yield _listed(one)
        if one.places is not None:
            low, high = (general(value, 3) for value in one.places.at)
            yield (
                f"The posterior of {one.name} lies in two places, around {low} and {high} "
                f"({whole_percent(one.places.share)} at the higher): its median tells of one of "
                "them at most, and its interval covers the gap between."
            )
    for pair in found.joint:
        sentence = f"{pair.first} and {pair.second} are known together better than apart "
        sentence += f"(rank correlation {signed(pair.correlation)}, in the prior "
        other = (
            f"; Chatterjee's coefficient {pair.dependence:.2f}: they depend on each other, but not "
            "along one rising or falling line alone"
        )
        more = other if abs(pair.correlation) < JOINT else ""
        yield f"{sentence}{signed(pair.before)}{more})."


def _listed(one: Learned) -> str:
    """The share of each listed value; of many, of those that most worlds of the posterior have."""
    head, named = f"Listed values of {one.name} in worlds of the posterior", one.values
    if len(named) > _NAMED:
        head += f", the {_NAMED} most frequent of {len(named)} (--json names all)"
        named = tuple(sorted(named, key=lambda value: -value[2])[:_NAMED])
    told = [
        f"{general(value, 4)} in {whole_percent(after)} (prior {whole_percent(before)})"
        for value, before, after in named
    ]
    return f"{head}: {', '.join(told)}."


def _some(names: Sequence[str]) -> str:
    """Names in a row; of many, the first, and how many more there are."""
    if len(names) <= _NAMED + 1:
        return ", ".join(names)
    return f"{', '.join(names[:_NAMED])} and {len(names) - _NAMED} more (--json names them)"


def learned_row(one: Learned) -> tuple[str, ...]:
    """An assumption before and after, as a row of a table."""
    less = "narrower" if one.narrower >= 0 else "wider"
    share = f"{whole_percent(abs(one.narrower))} {less}"
    if (one.before[0], one.before[-1]) == (one.after[0], one.after[-1]):
        share = "the same"  # of few listed values, whose shares alone have changed
    return one.name, _interval(one.before), _interval(one.after), share


def _interval(found: tuple[float, ...]) -> str:
    places = decimals((found[2] - found[0]) / 20)
    over_scales = found[0] > 0 and found[2] > _SCALES * found[0]
    if over_scales:
        low, middle, high = (general(value, 2) for value in found)
        return f"{middle} ({low} to {high})"
    readable = -6 <= places <= 6
    if found[0] == found[2]:
        return f"{general(found[1], 3)} ({general(found[0], 3)} to {general(found[2], 3)})"
    low, middle, high = (fixed(v, places) if readable else general(v, 3) for v in found)
    return f"{middle} ({low} to {high})"


def changes(what: str, found: Sequence[ShareChange], width: int) -> Iterator[str]:
    """Shares of worlds without and with the evidence, as the lines of a table."""
    if not found:
        return
    yield ""
    yield f"Share of worlds in which each {what} holds, without and with the evidence"
    head = (what, "before", "after", "verdict")
    yield from laid_out(head, [change_row(one) for one in found], width)


def levers(case: Case) -> str:
    """What shares over the options of levers are; empty where no actor has one."""
    names = [one.name for one in case.assumptions if one.lever]
    if not names:
        return ""
    verb = "is an option" if len(names) == 1 else "are options"
    return (
        f"{', '.join(names)} {verb} of an actor. Shares without the evidence are over all options, "
        "each as often as its prior draws it, and shares with it over them as often as they go "
        "with what was recorded; a run of the posterior (--into, then schelling run --posterior) "
        "has each option apart."
    )


def change_row(one: ShareChange) -> tuple[str, ...]:
    """A claim or question before and after, as a row of a table."""
    before, after = one.before.word, one.after.word
    word = f"still {after}"
    if one.flips:
        word = f"{before}, then {after}" if one.beyond_chance else f"{before} or {after}: no change"
    return one.name, shares.both(one.before), shares.both(one.after), word


def check_words(check: SeriesCheck) -> str:
    """How a series compares with what the posterior would have recorded, in a sentence."""
    rows, (half, most) = check.rows, check.inside
    told = f"{check.name}: {half:,} of {count(rows, 'record')} inside the 50 % band "
    told += f"({general(0.5 * rows, 3)} expected), {most:,} inside the 90 % band "
    told += f"({general(0.9 * rows, 3)} expected)"
    if check.surprising:
        told += ": the model does not follow this series"
    return " ".join([f"{told}.", *(f"{one}." for one in _signs(check))])


def _signs(check: SeriesCheck) -> Iterator[str]:
    """What else says that the model is wrong about a series."""
    one = check.straying
    if one is None:
        return
    if one.rows < check.rows:
        yield (
            f"How far out {check.rows - one.rows:,} of the records lie is not known: they have too "
            "many trials"
        )
    if one.outlier:
        chance = f"a chance of {general(one.far, 1)}" if one.far > _LEAST else "hardly any chance"
        yield (
            f"The record of {check.days[one.farthest]} by "
            f"{printable(check.sources[one.farthest])}, "
            f"{general(float(check.values[one.farthest]), 4)}, is farther out than the model "
            f"explains ({chance} of one so far out among {check.rows:,})"
        )
    if one.close:
        yield (
            f"The records stray less than the error model says: {_inside(one)}. Its error is too "
            f"large{'' if one.left_out == one.rows else _SEEN}"
        )
    if one.dependent:
        yield (
            "Neighbouring records stray alike (correlation of one with the next "
            f"{signed(one.alike)}): the model misses their course, or their errors are not "
            "independent; either way intervals of the posterior are too narrow"
        )


def _inside(one: SeriesStraying) -> str:
    """How many rows lie inside a 50 % band, and of which posterior."""
    found = f"{one.inside:,} of {one.rows:,} lie inside the 50 % band of"
    if one.left_out == one.rows:
        return f"left out in turn, {found} the others"
    if not one.left_out:
        return f"{found} the posterior of all records, as none was left out"
    return (
        f"{found} the posterior, from which {one.left_out:,} were left out in turn, and the others "
        "not, as weights fail there"
    )
