"""How many records a second the adapter engine takes: read alone, and to canonical XML.

The file is made here; no data of anybody is used. It measures one core and no I/O.
"""

from __future__ import annotations

import resource
import time
from collections.abc import Callable, Iterator
from io import BytesIO
from typing import Any, BinaryIO

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


def show(measured: dict[str, float]) -> None:
    """Prints a table."""
    for name, value in measured.items():
        print(f"{name:28}{value:12,.0f}")
