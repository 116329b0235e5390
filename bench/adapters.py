"""How many records a second the adapter engine takes: read alone, and to canonical XML.

The file is made here; no data of anybody is used. It measures one core and no I/O.
"""

from __future__ import annotations

import resource
import sys
import time
from collections.abc import Callable, Iterator
from io import SEEK_END, BytesIO, RawIOBase
from typing import Any, BinaryIO, cast

from adapters.engine import canonical, fixed_frame
from gateway.adapter import Item, find_adapter, stream_of

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


def _per_second(records: int, work: Callable[[], Iterator[Any]]) -> float:
    best = 0.0
    for _ in range(3):
        start = time.process_time()
        done = sum(1 for _ in work())
        best = max(best, done / (time.process_time() - start))
    if done != records:
        raise ValueError(f"{done} items of {records} rows")
    return best


def measure(records: int = 20_000) -> dict[str, float]:
    """Records a second of CPU time, the best of three, and the peak of memory in MiB."""
    adapter, frame = find_adapter("br-sinarm-csv"), fixed_frame("BRA-NCB")
    source = delimited(records)

    def read() -> Iterator[Item]:
        source.seek(0)
        return stream_of(adapter, source, frame).items

    return {
        "checked items a second": _per_second(records, read),
        "canonical XML a second": _per_second(
            records, lambda: (canonical(item, frame) for item in read())
        ),
        "peak MiB": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }


class Endless(RawIOBase):
    """A file of ``records`` rows that lies nowhere: its octets are made as they are read."""

    def __init__(self, records: int) -> None:
        self._head = _HEADER.encode("iso-8859-1")
        self._records = records
        self.octets = len(self._head) + records * self._row_octets
        self.seek(0)

    @property
    def _row_octets(self) -> int:
        return len(self._row(0))

    @staticmethod
    def _row(number: int) -> bytes:
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
        self._rows = (self._row(number) for number in range(self._records))
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


def show(measured: dict[str, float]) -> None:
    """Prints a table."""
    for name, value in measured.items():
        print(f"{name:28}{value:12,.0f}")


if __name__ == "__main__":
    # Memory over a long file, such as 9,000,000 rows for 1 GiB: python -m bench.adapters 200000
    show(measure_memory(int(sys.argv[1])) if len(sys.argv) > 1 else measure())
