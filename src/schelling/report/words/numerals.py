"""Numbers as text: never a digit that the error does not allow.

A number is written to the first digit of its error (half of its 95 % interval); shares are written
in percent, to a tenth at most.
"""

from __future__ import annotations

import math

MISSING = "–"
NO_BREAK = "\u00a0"


def decimals(error: float) -> int:
    """Decimals that an error allows; negative for tens and hundreds.

    Args:
        error: Half of a 95 % interval, in the unit of the number; not NaN.

    Returns:
        The decimal place of the error's first digit.

    Examples:
        >>> decimals(0.04), decimals(0.5), decimals(12.0)
        (2, 1, -1)
    """
    if error <= 0.0 or not math.isfinite(error):
        return 6
    return -math.floor(math.log10(error) + 1e-9)


def fixed(value: float, places: int) -> str:
    """A number to a decimal place, thousands separated, with a true minus sign.

    Args:
        value: The number; a dash stands for NaN.
        places: Decimals; negative rounds to tens and hundreds.

    Returns:
        Its text.

    Examples:
        >>> fixed(-1234.56, 1), fixed(1234.56, -2), fixed(-0.04, 1)
        ('−1,234.6', '1,200', '0.0')
    """
    if math.isnan(value):
        return MISSING
    if math.isinf(value):
        return "∞" if value > 0 else "−∞"
    rounded = round(value, places) + 0.0
    return _signed(f"{rounded:,.{max(places, 0)}f}")


def general(value: float, digits: int = 2) -> str:
    """A number to some significant digits, in powers of ten where it is very large or small.

    Args:
        value: The number; a dash stands for NaN.
        digits: Significant digits.

    Returns:
        Its text.

    Examples:
        >>> general(0.58123), general(15432.0), general(2.65e-7), general(-3.0)
        ('0.58', '15,000', '2.7×10⁻⁷', '−3')
    """
    if not math.isfinite(value) or value == 0.0:
        return fixed(value, 0)
    exponent = math.floor(math.log10(abs(value)))
    if not -4 <= exponent < 9:
        mantissa, power = f"{value:.{digits - 1}e}".split("e")
        return _signed(f"{_trimmed(mantissa)}×10{_raised(int(power))}")
    return _trimmed(fixed(value, digits - 1 - exponent))


def percent(share: float, error: float | None = None) -> str:
    """A share in percent.

    Args:
        share: From 0 to 1.
        error: Half of its 95 % interval; whole percents, as of `whole_percent`, when left out.

    Returns:
        Such as `37.7 %`, the number and the sign kept together.

    Examples:
        >>> found = percent(0.377, 0.0053), percent(0.377), percent(0.001), percent(0.999)
        >>> [text.replace(NO_BREAK, " ") for text in found]
        ['37.7 %', '38 %', '<1 %', '>99 %']
    """
    return with_sign(percent_number(share, error))


def percent_number(share: float, error: float | None = None) -> str:
    """As `percent`, without the sign, for a column whose head has it or the first of two numbers.

    Examples:
        >>> percent_number(0.377, 0.0053), percent_number(0.377), percent_number(0.001)
        ('37.7', '38', '<1')
    """
    if error is None:
        return _part(share, 0)
    places = min(max(decimals(100.0 * error), 0), 1) if error > 0 else 1
    return fixed(100.0 * share, places)


def with_sign(number: str, blank: str = NO_BREAK) -> str:
    """A number of `percent_number` with its sign; a dash stays one."""
    return number if number == MISSING else f"{number}{blank}%"


def whole_percent(share: float) -> str:
    """A share in whole percents; 0 and 100 are kept for none and all.

    Args:
        share: From 0 to 1.

    Returns:
        Such as `12 %`; `<1 %` or `>99 %` where rounding would give a false 0 or 100.

    Examples:
        >>> whole_percent(0.118), whole_percent(0.001), whole_percent(0.999), whole_percent(1.0)
        ('12 %', '<1 %', '>99 %', '100 %')
    """
    return with_sign(_part(share, 0), " ")


def tenth_percent(share: float) -> str:
    """A share that is counted and not estimated, to a tenth of a percent; 0 and 100 kept as well.

    Args:
        share: From 0 to 1.

    Returns:
        Such as `12.0 %`; `<0.1 %` or `>99.9 %` where rounding would give a false 0 or 100.

    Examples:
        >>> found = tenth_percent(0.118), tenth_percent(0.0001), tenth_percent(1.0)
        >>> [text.replace(NO_BREAK, " ") for text in found]
        ['11.8 %', '<0.1 %', '100.0 %']
    """
    return with_sign(_part(share, 1))


def _part(share: float, places: int) -> str:
    """A share in percent to so many decimals, never a false 0 or 100."""
    if math.isnan(share):
        return MISSING
    rounded, finest = round(100.0 * share, places), 10.0**-places
    if rounded == 0 and share > 0.0:
        return f"<{finest:.{places}f}"
    if rounded == 100 and share < 1.0:
        return f">{100.0 - finest:.{places}f}"
    return fixed(rounded, places)


def finite(value: float) -> float | None:
    """A number for JSON, which has no other ones; None where there is none."""
    return float(value) if math.isfinite(value) else None


def error_bar(share: float, error: float) -> str:
    """Half of a 95 % interval of a share in points of a percent, cut where a share must end.

    Args:
        share: The share, from 0 to 1.
        error: Half the interval, from 0 to 1.

    Returns:
        Such as `± 0.6`, rounded up; where the interval would pass 0 or 100 %, its two sides, or
        the only one. Empty when the error is not known.

    Examples:
        >>> [error_bar(0.4, error).replace(NO_BREAK, " ") for error in (0.0053, 0.021)]
        ['± 0.6', '± 3']
        >>> error_bar(1.0, 0.0007), error_bar(0.0, 0.0007), error_bar(0.97, 0.041)
        ('−0.1', '+0.1', '+3−5')
    """
    if math.isnan(error) or math.isnan(share):
        return ""
    places = min(max(decimals(100.0 * error), 0), 1)
    shown, half = round(100.0 * share, places), rounded_up(100.0 * error, places)
    down, up = min(half, shown), min(half, 100.0 - shown)
    if down == up:
        return f"±{NO_BREAK}{up:.{places}f}"
    sides = [f"{sign}{side:.{places}f}" for sign, side in (("+", up), ("−", down)) if side > 0]
    return "".join(sides)


def half_width(error: float, places: int) -> str:
    """Half of a 95 % interval to so many decimals, rounded up as every error bar.

    Args:
        error: Half the interval.
        places: Decimals.

    Returns:
        Its text.

    Examples:
        >>> half_width(0.026, 2), half_width(0.0004, 2), half_width(0.0, 2), half_width(12.4, 0)
        ('0.03', '0.01', '0.00', '13')
    """
    return f"{rounded_up(error, places):.{places}f}"


def rounded_up(error: float, places: int) -> float:
    """An error to so many decimals and never less than it is, but for the rounding of doubles.

    Args:
        error: At least 0; NaN and infinity stay.
        places: Decimals.

    Returns:
        Such as 0.03 for 0.026 and two places.

    Examples:
        >>> rounded_up(0.021, 2), rounded_up(0.02, 2), rounded_up(1e-13, 2)
        (0.03, 0.02, 0.01)
    """
    if not math.isfinite(error):
        return error
    scale = 10**places
    least = 1.0 if error > 0.0 else 0.0
    return max(math.ceil(error * scale - 1e-9), least) / scale


def points(change: float, half: float, places: int | None = None) -> str:
    """A difference of shares in points of a percent, with its error to the same last digit.

    Args:
        change: The difference, from -1 to 1.
        half: Half its 95 % interval, rounded up as every error bar; NaN or 0 where not known.
        places: Decimals; those that the error allows, one at most, if left out.

    Returns:
        Such as `−3.2 ± 0.4`, without the word.

    Examples:
        >>> found = points(-0.032, 0.0031), points(0.3149, 0.0821), points(0.0004, 0.003)
        >>> [text.replace(NO_BREAK, " ") for text in found]
        ['−3.2 ± 0.4', '+31 ± 9', '0.0 ± 0.3']
    """
    if places is None:
        places = 0 if half >= 0.01 else 1
    rounded = round(100 * change, places) + 0.0
    text = signed(rounded, places) if rounded else fixed(0.0, places)
    if not half > 0:
        return text
    up = rounded_up(100 * half, places)
    return f"{text}{NO_BREAK}±{NO_BREAK}{up:.{places}f}"


def with_digits_of(error: float, *values: float) -> tuple[str, ...]:
    """Numbers to the second digit of their standard error, so that all end at one place.

    Args:
        error: The standard error; to six significant digits each without a known one.
        values: The estimate, the error itself, or ends of an interval.

    Examples:
        >>> with_digits_of(0.7713, 1.84561, 0.7713), with_digits_of(0.0, 1.84561)
        (('1.85', '0.77'), ('1.84561',))
    """
    if not (math.isfinite(error) and error > 0):
        return tuple(general(value, 6) for value in values)
    return tuple(fixed(value, decimals(error) + 1) for value in values)


def signed(value: float, places: int = 2) -> str:
    """A number with its sign, as for a correlation.

    Args:
        value: The number.
        places: Decimals.

    Returns:
        Its text.

    Examples:
        >>> signed(0.523), signed(-0.4)
        ('+0.52', '−0.40')
    """
    return _signed(f"{round(value, places) + 0.0:+.{places}f}")


def count(number: int, one: str, many: str = "") -> str:
    """A number of things.

    Args:
        number: How many.
        one: The word for one of them.
        many: The word for several; with an added s when left out.

    Returns:
        Such as `1 claim` or `20,000 worlds`.

    Examples:
        >>> count(1, "claim"), count(20000, "world"), count(2, "hypothesis", "hypotheses")
        ('1 claim', '20,000 worlds', '2 hypotheses')
    """
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def _signed(text: str) -> str:
    return text.replace("-", "−")


def _trimmed(text: str) -> str:
    return text.rstrip("0").rstrip(".") if "." in text else text


def _raised(power: int) -> str:
    return str(power).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))
