"""Every error code of the case language: one table for the checker, the pages and `explain`."""

from __future__ import annotations

from schelling.case.code import Code
from schelling.case.codes_of_expressions import EXPRESSIONS
from schelling.case.codes_of_files import FILES
from schelling.case.codes_of_parts import PARTS
from schelling.case.codes_of_registers import REGISTERS

CODES: dict[str, Code] = {entry.code: entry for entry in (*FILES, *EXPRESSIONS, *PARTS, *REGISTERS)}
