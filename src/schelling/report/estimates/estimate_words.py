"""What a fit says, in sentences shared by terminal and tables."""

from __future__ import annotations

import math
from collections.abc import Iterator

from schelling.evidence.estimation.moves import NOBODY, ErrorKind, LinkFunction
from schelling.evidence.estimation.nonnested import Clarke, LikelihoodRatio
from schelling.evidence.estimation.ultimatum import OfferGame
from schelling.report.estimates import chain_words
from schelling.report.words.numerals import count, decimals, fixed, general, with_digits_of
from schelling.study.estimating.fitted import ErrorSource, Estimation, FitStatus, Fitted
from schelling.study.estimating.offer_rules import OfferRules

_GAMES_FACTOR = "sqrt(2)"
_THOUSANDS = 4_000  # independent draws, from which on a third decimal of a share means something
_DECIMALS = 7  # of a coefficient at most; a smaller one is written with a power of ten


def title(fitted: Fitted) -> str:
    """The game and the table."""
    return f"{fitted.bound.game.name}: payoffs estimated from {fitted.bound.table.path.name}"


def form(fitted: Fitted) -> str:
    """The statistical model: `strategic probit, private information`."""
    given = fitted.bound.sample.specification
    if isinstance(given, OfferGame):
        return "statistical ultimatum game, logistic reservation values, private information"
    kind = "agent error" if given.errors is ErrorKind.AGENT else "private information"
    return f"strategic {given.link.value}, {kind}"


def sample(fitted: Fitted) -> str:
    """How many observations, and why not more."""
    observations = fitted.observations
    whole = float(observations).is_integer()
    shown = count(int(observations), "observation") if whole else f"{observations:.6g} observations"
    words = [shown]
    if fitted.bound.left_out:
        words.append(f"{count(fitted.bound.left_out, 'row')} with missing cells left out")
    clusters = fitted.bound.clusters
    if clusters is not None:
        words.append(count(int(clusters.max()) + 1, "cluster"))
    return ", ".join(words)


def fit_line(fitted: Fitted) -> str:
    """Log-likelihood and criteria."""
    if fitted.posterior is not None:
        return "Bayesian fit: means, standard deviations and quantiles of the posterior"
    null = f" (with all actions equally likely {fixed(fitted.null, 4)})"
    given = "" if math.isnan(fitted.null) else null
    if fitted.status in (FitStatus.SEPARATED, FitStatus.NO_CONVERGENCE):
        return (
            f"log-likelihood {fixed(fitted.log_likelihood, 4)} where the climb was ended{given}; "
            "without a maximum there is no AIC or BIC"
        )
    return (
        f"log-likelihood {fixed(fitted.log_likelihood, 4)}{given}, "
        f"AIC {fixed(fitted.aic, 2)}, BIC {fixed(fitted.bic, 2)}"
    )


def trouble(fitted: Fitted) -> str:
    """What is wrong with the estimates; empty if nothing is."""
    loose = [f"{r.equation}:{r.name}" for r in fitted.coefficients if math.isnan(r.estimate)]
    nothing = f" These rows tell nothing of {', '.join(loose)}." if loose else ""
    match fitted.status:
        case FitStatus.SOLVED:
            return ""
        case FitStatus.REFUSED:
            return "" if fitted.posterior is None else chain_words.refusal(fitted.posterior)
        case FitStatus.SEPARATED if all(map(_scale_grows, fitted.growing)):
            return (
                "no finite estimate: these payoffs predict the decisions no better than equal "
                "chances, so the likelihood keeps rising as the scale grows; the scale has no "
                f"upper bound. Estimate a payoff instead, or fix the scale.{nothing}"
            )
        case FitStatus.SEPARATED:
            grow = "these coefficients grow together, each with the sign shown"
            they = "they stand"
            if len(fitted.growing) == 1:
                grow, they = "this coefficient grows, with the sign shown", "it stands"
            return (
                f"no finite estimate: the likelihood keeps rising as {grow}: "
                f"{', '.join(fitted.growing)}. The data are separated: what {they} for predicts a "
                f"decision without exception. Leave a covariate out, join categories, or fix a "
                f"coefficient.{nothing}"
            )
        case FitStatus.NO_CONVERGENCE:
            return (
                "no maximum was found: the climb ended where the likelihood is not at a strict "
                "maximum. Try more --starts, or a simpler model."
            )


def _scale_grows(growing: str) -> bool:
    """Whether what grows is the level of a scale, upwards."""
    return growing.startswith("log(scale") and growing.endswith(":Intercept (+)")


def fixed_payoffs(fitted: Fitted) -> str:
    """The payoffs that matter and were not estimated."""
    given, game, names = fitted.bound.sample.specification, fitted.bound.game, fitted.bound.names
    if isinstance(game, OfferRules) or isinstance(given, OfferGame):
        return _fixed_reservations(fitted)
    tree = game.tree
    found: list[str] = []
    for end, place in enumerate(tree.ends):
        movers: set[int] = set()
        node = tree.parent[place]
        while node >= 0:
            movers.add(tree.owner[node])
            node = tree.parent[node]
        for player in sorted(movers - {NOBODY}):
            if given.utility[end][player] == NOBODY:
                value = f"{given.fixed[end][player]:.6g}".replace("-", "−")
                found.append(f"{tree.players[player]}.{names.own[end]} = {value}")
    shown = found[:12] + ([f"and {len(found) - 12} more"] if len(found) > 12 else [])
    return f"fixed payoffs: {', '.join(shown)}" if found else ""


def _fixed_reservations(fitted: Fitted) -> str:
    """The reservation values that were not estimated."""
    form = fitted.bound.sample.specification
    if not isinstance(form, OfferGame):
        return ""
    found = [
        f"{name} = {form.fixed[k]:.6g}"
        for k, name in enumerate(OfferRules().payoffs)
        if form.reservation[k] == NOBODY
    ]
    return f"fixed payoffs: {', '.join(found)}" if found else ""


def notes(fitted: Fitted) -> list[str]:
    """What else to know about a fit, one thought each."""
    found = fitted.maximum
    said: list[str] = []
    if fitted.posterior is not None:
        said += chain_words.notes(fitted.posterior)
    elif fitted.status is FitStatus.SOLVED:
        said.append(f"standard errors: {errors(fitted)}")
    separated = fitted.status is FitStatus.SEPARATED  # then no climb ends where another does
    if found.starts > 1 and fitted.posterior is None and not separated:
        said.append(
            f"{found.agreed} of {found.starts} climbs from different coefficients ended at this "
            "height"
        )
    if found.lower:
        heights = ", ".join(fixed(height, 4) for height in found.lower[:3])
        where = "starts matter"
        if fitted.posterior is not None:
            where = "chains, which start around one mode, may miss others"
        said.append(f"the likelihood has lower maxima, so {where}: {heights}")
    if fitted.posterior is None and fitted.bound.spreads:
        said.append("priors of the model are for --bayes; they were not used")
    if payoffs := fixed_payoffs(fitted):
        said.append(payoffs)
    said += scale(fitted)
    if fitted.bound.unobserved:
        moves = ", ".join(fitted.bound.unobserved[:6])
        said.append(f"no column tells what happened at {moves}: its outcomes are summed over")
    said += [
        f"in {count(rows, 'row')} column {name} tells a decision that was not reached, by the rest "
        "of the row; such cells are not used"
        for name, rows in fitted.bound.off_path
    ]
    if fitted.prediction is not None and isinstance(fitted.bound.sample.specification, OfferGame):
        said.append("predicted: the mean offer as a share of the mean pie, and its acceptance")
    return [*said, *fitted.notes]


def errors(fitted: Fitted) -> str:
    """Where the standard errors come from."""
    if fitted.source is ErrorSource.BOOTSTRAP and fitted.bootstrap is not None:
        what = "rows" if fitted.bound.clusters is None else "clusters"
        return (
            f"bootstrap of {what}, {count(fitted.bootstrap.replicates, 'resample')}; "
            "intervals are quantiles over them"
        )
    return fitted.source.value


def scale(fitted: Fitted) -> list[str]:
    """The unit in which payoffs are measured."""
    given = fitted.bound.sample.specification
    if isinstance(given, OfferGame):
        return [
            "unit: reservation values and their scales are in units of the offer; a logistic "
            "disturbance of scale s has standard deviation 1.814 s"
        ]
    players = sorted(given.moves.deciders)
    if any(given.scale[player] != NOBODY for player in players):
        return _precision(fitted)
    scales = {round(math.exp(given.log_scale[player]), 9) for player in players}
    if len(scales) > 1:
        return []
    value = f"{scales.pop():.6g}"
    if given.link is LinkFunction.LOGIT:
        return [
            f"unit: payoffs are in units of the scale {value} of an extreme-value disturbance of "
            f"each action; the R package games divides by {_GAMES_FACTOR} as well, which "
            f"'scale = {_GAMES_FACTOR}' does here"
        ]
    where = "action" if given.errors is ErrorKind.AGENT else "end"
    return [
        f"unit: payoffs are in units in which the disturbance of each {where} has standard "
        f"deviation {value}"
    ]


def _precision(fitted: Fitted) -> list[str]:
    """One over the scale, where it is the same in every row."""
    given = fitted.bound.sample.specification
    said: list[str] = []
    for row in fitted.coefficients:
        alone = [one for one in fitted.coefficients if one.equation == row.equation] == [row]
        if given.link is LinkFunction.LOGIT and row.equation.startswith("log(") and alone:
            if row.name != "Intercept":
                continue
            value = math.exp(-row.estimate)
            shown, own = with_digits_of(value * row.error, value, value * row.error)
            error = f" (standard error {own})" if row.error > 0 else ""
            who = row.equation.removeprefix("log(scale").rstrip(")").lstrip("(")
            said.append(
                f"quantal precision{f' of {who}' if who else ''}, 1 / scale: {shown}{error}"
            )
    return said


def rivalry(estimate: Estimation) -> list[str]:
    """How two models compare, or why they are not compared."""
    first, second, found = estimate.fitted, estimate.rival, estimate.rivalry
    said: list[str] = []
    if second is not None:
        said.append(
            f"model 1: {form(first)}, {count(len(first.coefficients), 'coefficient')}; "
            f"model 2: {form(second)}, {count(len(second.coefficients), 'coefficient')}, "
            f"log-likelihood {fixed(second.log_likelihood, 4)}"
        )
    if found is None:
        said.append(f"no tests of Vuong and Clarke: {estimate.untested}")
        return [*said, *_nested(estimate.nested)]
    if math.isnan(found.vuong.statistic):
        said.append("Vuong: the models give every row the same likelihood")
    else:
        nearer = 1 if found.vuong.statistic > 0 else 2
        said.append(
            f"Vuong: z = {fixed(found.vuong.statistic, 3)}, {_p(found.vuong.p)}; "
            f"{_sentence(nearer, found.vuong.p)}"
        )
    said.append(_clarke(found.clarke))
    said.append(
        "both tests correct for the numbers of coefficients as BIC does and are for models of "
        "which neither contains the other"
    )
    return said


def _nested(found: LikelihoodRatio | None) -> Iterator[str]:
    """The likelihood-ratio test of two models, if there is one."""
    if found is None:
        return
    smaller = 3 - found.larger
    against = f"the data speak against model {smaller} at the 5 % level"
    verdict = against if found.p < 0.05 else f"the data do not speak against model {smaller}"
    yield (
        f"likelihood ratio: chi-square {fixed(found.statistic, 3)} with "
        f"{count(found.freedom, 'degree')} of freedom, {_p(found.p)}, if model {smaller} is right; "
        f"{verdict}"
    )


def _clarke(found: Clarke) -> str:
    share, whole = found.favouring, found.observations
    if not whole:
        return "Clarke: the models give every observation the same corrected likelihood"
    nearer = 1 if 2 * share > whole else 2
    ties = f" ({count(found.ties, 'tie')} left out)" if found.ties else ""
    return (
        f"Clarke: model 1 has the higher corrected likelihood in {share:,} of {whole:,} "
        f"observations{ties}, {_p(found.p)}; {_sentence(nearer, found.p)}"
    )


def _sentence(nearer: int, p: float) -> str:
    if p < 0.05:
        return f"model {nearer} is nearer to the data at the 5 % level"
    return "neither model is nearer to the data at the 5 % level"


def _p(p: float) -> str:
    return "p < 0.001" if p < 0.0005 else f"p = {fixed(p, 3)}"


def scaled(value: float, error: float, least: int) -> str:
    """A number to the first digit of its error, or to more digits where a table has more decimals.

    To four digits where that would take more than seven decimals.

    Args:
        value: The number.
        error: Its standard error, or that of the estimate that it belongs to.
        least: Decimals that every number of the table has.

    Examples:
        >>> scaled(0.86812, 0.0852, 4), scaled(1.0011e-7, 1.619e-8, 4), scaled(2.5, 0.0, 4)
        ('0.8681', '1.001×10⁻⁷', '2.5000')
        >>> scaled(0.123456, 2e-5, 4), scaled(2e-5, 2e-5, 4)
        ('0.12346', '0.00002')
    """
    known = error > 0 and math.isfinite(error)
    shown = max(least, decimals(error)) if known else least
    return fixed(value, shown) if shown <= _DECIMALS else general(value, 4)


def share_above(share: float, effective: float) -> str:
    """A posterior probability from draws, to two decimals, or three of some thousands of draws.

    Args:
        share: The share of the draws.
        effective: How many independent draws they are worth.

    Examples:
        >>> share_above(0.254, 900), share_above(1.0, 900), share_above(1.0, 5_000)
        ('0.25', '>0.99', '>0.999')
    """
    places = 3 if effective >= _THOUSANDS else 2
    unit = 10.0**-places
    if share > 1 - unit / 2:
        return f">{1 - unit:.{places}f}"
    return f"<{unit:.{places}f}" if share < unit / 2 else fixed(share, places)


def p_value(p: float) -> str:
    """A p-value to three decimals.

    Examples:
        >>> p_value(0.04321), p_value(1e-9)
        ('0.043', '<0.001')
    """
    if math.isnan(p):
        return fixed(p, 3)
    return "<0.001" if p < 0.0005 else fixed(p, 3)
