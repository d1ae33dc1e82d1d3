"""Ranks of a calibration in a folder, a line for every repeat, so that it can be gone on with."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from schelling.errors import RunError
from schelling.study.runs.files import files, layout, reading

NAME: Final = "calibration.jsonl"
"""The file."""

_MOST_BYTES: Final = 20_000_000
_SCHEMA: Final = "schelling.ranks/1"


@dataclass(frozen=True)
class RepeatedFit:
    """What one repeat gave.

    Attributes:
        ranks: Of every assumption that can reach a record; None where the fit was refused.
        larger: Whether it took the larger number of worlds.
    """

    ranks: tuple[int, ...] | None
    larger: bool


@dataclass(frozen=True)
class RankFolder:
    """Where ranks are kept.

    Attributes:
        folder: The folder.
        about: What they are of; ranks of anything else are refused.
        largest: The largest rank.
    """

    folder: Path
    about: dict[str, Any]
    largest: int

    def read(self) -> list[RepeatedFit]:
        """The repeats that are there, in order; a last line that was cut off is left out.

        Raises:
            RunError: The file is no such file, is of another calibration or cannot be read.
        """
        try:
            if not (self.folder / NAME).exists():
                return []
        except OSError as error:
            message = f"'{self.folder / NAME}' cannot be read: {error.strerror or error}"
            raise RunError(message) from None
        try:
            head, *lines = reading.text(self.folder, NAME, _MOST_BYTES).split("\n")[:-1]
            told = reading.json_object(head, NAME)
            if told != self._head():
                other = ", ".join(
                    f"{key} {told.get(key)!a} and not {value!a}"
                    for key, value in self._head().items()
                    if told.get(key) != value
                )
                message = f"'{self.folder / NAME}' holds ranks of another calibration: {other}"
                raise RunError(message)
            return [self._repeat(line, place) for place, line in enumerate(lines)]
        except (reading.Refused, ValueError) as error:
            message = f"'{self.folder / NAME}' holds no ranks of a calibration: {error}"
            raise RunError(message) from None

    def add(self, repeat: RepeatedFit, place: int) -> None:
        """Keep one repeat more, and push it to the disk.

        Raises:
            RunError: It cannot be written.
        """
        try:
            with (self.folder / NAME).open("a", encoding="utf-8") as file:
                file.write(_line(repeat, place))
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            raise layout.cannot_write(self.folder / NAME, error) from error

    def begin(self, found: list[RepeatedFit]) -> None:
        """Write what is known anew in one step, so that no line is cut off.

        Raises:
            RunError: It cannot be written.
        """
        lines = [json.dumps(self._head()) + "\n"]
        lines += [_line(repeat, place) for place, repeat in enumerate(found)]
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            files.write(self.folder / NAME, "".join(lines).encode())
        except OSError as error:
            raise layout.cannot_write(self.folder / NAME, error) from error

    def _head(self) -> dict[str, Any]:
        return {"schema": _SCHEMA, **self.about}

    def _repeat(self, line: str, place: int) -> RepeatedFit:
        told = reading.json_object(line, NAME)
        ranks: Any = told.get("ranks")
        larger = told.get("larger")
        refused = ranks is None
        found: tuple[Any, ...] = tuple(ranks) if isinstance(ranks, list) else ()  # pyright: ignore
        whole = len(found) == len(self.about["assumptions"]) and all(
            type(one) is int and 0 <= one <= self.largest for one in found
        )
        own: Any = told.get("repeat")
        named = set(told) == {"repeat", "larger", "ranks"} and type(own) is int and own == place
        tried = larger or not refused  # only a fit with the larger number is given up
        if not (named and tried and (refused or whole)) or not isinstance(larger, bool):
            message = f"line {place + 2} is no repeat of it"
            raise ValueError(message)
        return RepeatedFit(None if refused else found, larger)


def _line(repeat: RepeatedFit, place: int) -> str:
    told = {"repeat": place, "larger": repeat.larger, "ranks": repeat.ranks}
    return json.dumps(told) + "\n"
