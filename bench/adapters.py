"""How many records a second the adapter engine takes: read alone, and to canonical XML.

The file is made here; no data of anybody is used. It measures one core and no I/O.
"""

from __future__ import annotations

import csv
import resource
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from io import SEEK_END, BytesIO, RawIOBase
from itertools import islice
from typing import Any, BinaryIO, cast

import xlsxwriter
from python_calamine import CalamineWorkbook

from adapters.engine import canonical, fixed_frame
from gateway.adapter import Item, Sampled, find_adapter, stream_of

_ROUNDS = 5
_SLICE = 500  # as many as the engine reads at once
_EXTRACT_OCTETS = 120
_HEADER = (
    "Nº SINARM;Nº do BO;Data do fato;UF;Município;Situação;Patrimônio;Espécie;Marca;Modelo;Calibre;"
    "Número de Série;Capacidade;Cano (pol)\r\n"
)
_ROW = (
    "2026/{n:07d};BO {n}/2026;03/05/2026;SP;São Paulo;FURTADA;PARTICULAR;Revólver;Forjas Taurus;82;"
    ".38;LK {n};6;4\r\n"
)


def delimited(records: int) -> BinaryIO:
    """A file of ``records`` rows, each with a serial number of its own."""
    rows = "".join(_ROW.format(n=number) for number in range(records))
    return BytesIO((_HEADER + rows).encode("iso-8859-1"))


def mainframe(records: int) -> BinaryIO:
    """An EBCDIC extract: the good sample's handgun again and again, each with its own case."""
    adapter = find_adapter("mainframe-ebcdic")
    octets = next(held for name, held in cast("Sampled", adapter).samples() if "ok/" in name)
    length, page = _EXTRACT_OCTETS, "cp1147"
    head, detail, last = octets[:length], octets[length : 2 * length], octets[-length:]
    numbered = [
        detail[:1] + f"{number:<12d}".encode(page) + detail[13:] for number in range(records)
    ]
    value = int(detail[79:84].hex()[:-1]) * records
    trailer = last[:1] + f"{records:07d}".encode(page) + bytes.fromhex(f"{value:011d}C") + last[14:]
    return BytesIO(head + b"".join(numbered) + trailer)


def fixed_width(records: int) -> BinaryIO:
    """Lines of a fixed width."""
    adapter = find_adapter("fixed-width")
    octets = next(held for name, held in cast("Sampled", adapter).samples() if "ok/" in name)
    head, item, *_ = octets.splitlines()
    lines = [item[:1] + f"{number:<12d}".encode() + item[13:] for number in range(records)]
    return BytesIO(b"\n".join([head, *lines, f"9{records:07d}".encode()]) + b"\n")


def sheet(records: int) -> BinaryIO:
    """A spreadsheet from the template."""
    held = BytesIO()
    book = xlsxwriter.Workbook(held, {"in_memory": True})
    page = book.add_worksheet("Firearms")
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    found = find_adapter("xlsx-template")
    octets = next(held for name, held in cast("Sampled", found).samples() if "ok/" in name)
    header, row, *_ = (
        CalamineWorkbook.from_filelike(BytesIO(octets)).get_sheet_by_name("Firearms").to_python()
    )
    for column, name in enumerate(header):
        page.write(0, column, name)
    for number in range(records):
        for column, value in enumerate(row):
            if isinstance(value, date):
                page.write_datetime(number + 1, column, value, day)
            else:
                page.write(number + 1, column, f"{value}-{number}" if column == 0 else value)
    book.close()
    held.seek(0)
    return held


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """Records a second of processor time: over everything, and in the fastest tenth of slices.

    A slice is a few milliseconds long. On a machine that others use as well, most slices are
    slowed by what the others leave in its caches; the fastest are what it does undisturbed.
    """

    whole: float
    undisturbed: float


def _rate(work: Callable[[], Iterable[Any]]) -> Rate:
    slices: list[float] = []
    total = done = 0.0
    for _ in range(_ROUNDS):
        rest = iter(work())
        while True:
            start = time.process_time()
            count = sum(1 for _ in islice(rest, _SLICE))
            spent = time.process_time() - start
            total, done = total + spent, done + count
            if count < _SLICE:
                break
            slices.append(count / spent)
    slices.sort()
    return Rate(whole=done / total, undisturbed=slices[-1 - len(slices) // 10])


def _measure(name: str, source: BinaryIO) -> Iterator[tuple[str, Rate]]:
    """Items read, and as canonical XML, a message each."""
    adapter, frame = find_adapter(name), fixed_frame("BRA-NCB")

    def read() -> Iterator[Item]:
        source.seek(0)
        return stream_of(adapter, source, frame).items

    if any(item.body is None for item in read()):
        raise ValueError(f"not every row that was made for {name} is a record")
    yield f"{name}: checked items", _rate(read)
    yield f"{name}: canonical XML", _rate(lambda: (canonical(item, frame) for item in read()))


def measure(records: int = 5_000) -> dict[str, Rate]:
    """What each form of file gives, and beside it what only cutting the same file takes."""
    figures: dict[str, Rate] = {}
    source = delimited(records)

    def cut() -> Iterable[Any]:
        source.seek(0)
        return csv.reader(source.read().decode("iso-8859-1").splitlines(), delimiter=";")

    figures["csv.reader alone"] = _rate(cut)
    figures |= _measure("br-sinarm-csv", source)
    figures |= _measure("fixed-width", fixed_width(records))
    figures |= _measure("mainframe-ebcdic", mainframe(records))
    workbook = sheet(records)

    def bare() -> Iterable[Any]:
        workbook.seek(0)
        book = CalamineWorkbook.from_filelike(workbook)
        return book.get_sheet_by_name("Firearms").to_python()

    best = _whole(bare)
    figures["calamine alone"] = Rate(whole=best, undisturbed=best)
    figures |= _measure("xlsx-template", workbook)
    return figures


def _whole(work: Callable[[], Iterable[Any]]) -> float:
    """Records a second, the best of some rounds, of what does nothing until it is done."""
    best = 0.0
    for _ in range(_ROUNDS):
        start = time.process_time()
        done = sum(1 for _ in work())
        best = max(best, done / (time.process_time() - start))
    return best


class Endless(RawIOBase):
    """A file of ``records`` rows that lies nowhere: its octets are made as they are read."""

    def __init__(self, records: int) -> None:
        self._head = _HEADER.encode("iso-8859-1")
        self._records = records
        self.octets = len(self._head) + records * self._row_octets
        self.seek(0)

    @property
    def _row_octets(self) -> int:
        return len(self.row(0))

    @staticmethod
    def row(number: int) -> bytes:
        """One row, always as long as any other."""
        # Of the same width whatever the number is: the row's place in the file tells it.
        return (
            _ROW.replace("LK {n}", "LK {n:09d}")
            .replace("BO {n}/", "BO {n:09d}/")
            .replace("2026/{n:07d}", "2026/{n:09d}")
            .format(n=number)
            .encode("iso-8859-1")
        )

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = 0) -> int:
        if whence == SEEK_END:
            return self.octets + offset
        self._rows = (self.row(number) for number in range(self._records))
        self._held = bytearray(self._head)
        return offset

    def read(self, size: int = -1) -> bytes:  # type: ignore[override]  # it never has nothing yet
        while size < 0 or len(self._held) < size:
            row = next(self._rows, None)
            if row is None:
                break
            self._held += row
        piece = bytes(self._held[: size if size >= 0 else None])
        del self._held[: len(piece)]
        return piece


def measure_memory(records: int) -> dict[str, float]:
    """Peak MiB after reading ``records`` rows item by item, and how large that file would be."""
    source = Endless(records)
    adapter, frame = find_adapter("br-sinarm-csv"), fixed_frame("BRA-NCB")
    start = time.process_time()
    done = sum(1 for _ in stream_of(adapter, cast("BinaryIO", source), frame).items)
    if done != records:
        raise ValueError(f"{done} items of {records} rows")
    return {
        "file MiB": source.octets / 1024 / 1024,
        "checked items a second": done / (time.process_time() - start),
        "peak MiB": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }


def show(measured: Mapping[str, Rate | float]) -> None:
    """Prints a table."""
    for name, value in measured.items():
        if isinstance(value, Rate):
            print(f"{name:34}{value.whole:12,.0f}{value.undisturbed:12,.0f} undisturbed")
        else:
            print(f"{name:34}{value:12,.0f}")


if __name__ == "__main__":
    # Memory over a long file, such as 9,000,000 rows for 1 GiB: python -m bench.adapters 200000
    show(measure_memory(int(sys.argv[1])) if len(sys.argv) > 1 else measure())
