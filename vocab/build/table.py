"""A table: its name, its header and a function that gives its rows.

Header syntax: `name` is text; `name:int` is a 64-bit integer; `name:double` is
written with four decimals; `name:decimal(n)` is written with n decimals. A
cell must have the Python type of its column (str, int, Decimal): floats never
reach a file, so no formatting of a double can differ between machines.
"""

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Callable, Iterable

DOUBLE_DECIMALS = 4


@dataclass(frozen=True)
class Table:
    name: str
    header: str
    rows: Callable[[], Iterable[tuple]]

    def encode(self) -> bytes:
        """The whole file: UTF-8, LF, quoted as in RFC 4180 and only where needed."""
        formats = [_format_of(column) for column in self.header.split(",")]
        lines = [self.header]
        for row in self.rows():
            if len(row) != len(formats):
                raise ValueError(f"{self.name}: a row of {len(row)} cells, the header has {len(formats)}: {row}")
            lines.append(",".join(write(cell) for write, cell in zip(formats, row)))
        if len(lines) == 1:
            raise ValueError(f"{self.name}: no rows")
        return ("\n".join(lines) + "\n").encode("utf-8")


def _format_of(column: str) -> Callable[[object], str]:
    kind = column.partition(":")[2]
    if kind == "":
        return _text
    if kind == "int":
        return _integer
    if kind == "double":
        return _fixed(DOUBLE_DECIMALS)
    decimals = re.fullmatch(r"decimal\((\d+)\)", kind)
    if decimals:
        return _fixed(int(decimals[1]))
    raise ValueError(f"unknown column type: {column}")


def _text(cell: object) -> str:
    if not isinstance(cell, str):
        raise TypeError(f"text expected: {cell!r}")
    if any(character in cell for character in ',"\n\r'):
        return '"' + cell.replace('"', '""') + '"'
    return cell


def _integer(cell: object) -> str:
    if type(cell) is not int or not -(2**63) <= cell < 2**63:
        raise TypeError(f"64-bit integer expected: {cell!r}")
    return str(cell)


def _fixed(decimals: int) -> Callable[[object], str]:
    quantum = Decimal(1).scaleb(-decimals)

    def write(cell: object) -> str:
        if not isinstance(cell, Decimal):
            raise TypeError(f"Decimal expected: {cell!r}")
        return str(cell.quantize(quantum))

    return write
