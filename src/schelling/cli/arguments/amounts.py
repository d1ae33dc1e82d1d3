"""Amounts as they are written on a command line: shares, sizes, shards."""

from __future__ import annotations

import re

import typer

# Not pydantic's ByteSize: it reads as far as it understands, so that "1,5GB" is one byte to it.
_SIZE = re.compile(r"(\d+(?:\.\d+)?)\s*([kKmMgGtT]?)(i?)[bB]?")
_POWERS = {"": 0, "k": 1, "m": 2, "g": 3, "t": 4}


def share(text: str) -> float:
    """A share such as `1%`, `0.5 %` or `0.01`.

    Raises:
        typer.BadParameter: The text is not a share.

    Examples:
        >>> share("1%"), share("0.005")
        (0.01, 0.005)
    """
    number, percent = (text.strip()[:-1], True) if text.strip().endswith("%") else (text, False)
    try:
        return float(number) / (100.0 if percent else 1.0)
    except ValueError:
        message = f"'{text}' is not a share; write 1% or 0.01"
        raise typer.BadParameter(message) from None


def size(text: str) -> int:
    """Bytes such as `4GB`, `500M` or `2GiB`.

    Raises:
        typer.BadParameter: The text is not a size.

    Examples:
        >>> size("4GB"), size("1.5k"), size("2GiB")
        (4000000000, 1500, 2147483648)
    """
    found = _SIZE.fullmatch(text.strip())
    if found is None:
        message = f"'{text}' is not a size; write 4GB or 500MB"
        raise typer.BadParameter(message)
    number, letter, binary = found.groups()
    return int(float(number) * (1024 if binary else 1000) ** _POWERS[letter.lower()])


def shard(text: str) -> tuple[int, int]:
    """A shard such as `2/8`.

    Raises:
        typer.BadParameter: The text is not a shard.

    Examples:
        >>> shard("2/8")
        (2, 8)
    """
    mine, slash, all_ = text.partition("/")
    if not (slash and mine.strip().isdecimal() and all_.strip().isdecimal()):
        message = f"'{text}' is not a shard; write 2/8 for the second of eight"
        raise typer.BadParameter(message)
    return int(mine), int(all_)
