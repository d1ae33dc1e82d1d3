"""Numbers in pictures that we write ourselves."""

from __future__ import annotations


def px(value: float) -> str:
    """A length or a place to a tenth of a pixel.

    Examples:
        >>> px(12.04), px(3.27), px(-0.5), px(-0.01)
        ('12', '3.3', '-0.5', '0')
    """
    text = f"{value:.1f}".removesuffix(".0")
    return "0" if text == "-0" else text
