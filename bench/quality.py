"""How surely a search finds the weapon that was meant, and how seldom another.

A registry of invented weapons is asked for readings of its own and for strangers', by class of
error (6-registry 6.6 and 6.7); it says nothing of time (see the lookup benchmark).

    python -m bench.quality [--records N] [--questions N] [--database URL] [--keep FILE] [--json]
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from bench.bulk import load_synthetic
from bench.readings import SHARES, Flaw, Read, mix, of_class, strangers
from bench.synthetic import NOW
from gateway.payload import GradeCode
from gateway.registry.resembling import Terms
from gateway.registry.seeking import Answer, read_question, seek
from gateway.registry.weighing import figures_of, shape_of
from gateway.store import Asker, Store, Unit

SEED = 7
OTHER_SEED = 8
_BATCH = 50
_ASKER = Asker(party="NLD-CUSTOMS", country="NLD")
_BANDS = {"strong": GradeCode.B, "probable": GradeCode.C, "possible": GradeCode.D}


def measure(
    records: int,
    questions: int,
    database: str,
    *,
    progress: Callable[[str], None] = lambda _: None,
) -> dict[str, Any]:
    """Shares by class of error for a registry of ``records`` in ``database``, loaded if empty."""
    with Store.open(database) as store:
        store.migrate()
        with store.unit() as unit:
            loaded = unit.figures.keys()
        if not loaded:
            progress(f"loading {records:,} records")
            load_synthetic(store, records, SEED, progress=lambda n: progress(f"loaded {n:,}"))
        with store.unit() as unit:
            unit.figures.refresh(shape_of)
        with store.unit() as unit:
            terms = Terms(figures=unit.figures.current(NOW, figures_of))
            classes = {}
            for flaw in Flaw:
                progress(f"class {flaw}")
                read = of_class(flaw, max(questions // 5, 50), records, seed=SEED)
                classes[flaw.value] = _shares(read, unit, terms)
            progress("the mix")
            whole = _shares(mix(questions, records, seed=SEED), unit, terms)
            progress("strangers")
            other = _shares(strangers(questions, seed=OTHER_SEED), unit, terms)
    return {"records": records, "classes": classes, "mix": whole, "strangers": other}


def _shares(readings: Iterable[Read], unit: Unit, terms: Terms) -> dict[str, Any]:
    """Of ``readings``: how often the weapon was a candidate at all and within each band, how often
    anything was (for strangers: a false alarm), and the rows shown."""
    count: Counter[str] = Counter()
    waiting: list[Read] = []
    for read in readings:
        waiting.append(read)
        if len(waiting) == _BATCH:
            _ask(waiting, unit, terms, count)
            waiting = []
    _ask(waiting, unit, terms, count)
    asked = count["asked"]
    named = ("candidate", "first", *_BANDS) if count["known"] else ()
    shares = {name: round(count[name] / asked, 4) for name in named}
    alarms = {f"any {name}": round(count[f"any {name}"] / asked, 4) for name in _BANDS}
    grades = {grade: count[f"right {grade}"] for grade in GradeCode}
    of = {grade: count[f"shown {grade}"] for grade in GradeCode}
    precision = {g: round(grades[g] / of[g], 4) for g in "ABCD" if of[GradeCode(g)]}
    return {
        "asked": asked,
        **shares,
        **alarms,
        "rows": round(count["rows"] / asked, 3),
        "precision": precision,
        "narrowed": count["narrowed"],
    }


def _ask(readings: Sequence[Read], unit: Unit, terms: Terms, count: Counter[str]) -> None:
    questions = [read_question(read.description, records=terms.records) for read in readings]
    answers = seek(questions, _ASKER, unit, terms)
    for read, answer in zip(readings, answers, strict=True):
        _count(read, answer, count)


def _count(read: Read, answer: Answer, count: Counter[str]) -> None:
    count["asked"] += 1
    count["known"] += read.known
    count["narrowed"] += answer.narrowed or answer.overflow
    shown = [(row, match) for row, match in answer.judged if match.grade <= GradeCode.D][:20]
    count["rows"] += len(shown)
    for row, match in shown:
        count[f"shown {match.grade}"] += 1
        count[f"right {match.grade}"] += _means(row.national_record_id, read)
    for place, (row, match) in enumerate(answer.judged):
        if _means(row.national_record_id, read):
            count["candidate"] += 1
            count["first"] += place == 0
            for name, worst in _BANDS.items():
                count[name] += match.grade <= worst
            break
    for name, worst in _BANDS.items():
        count[f"any {name}"] += any(match.grade <= worst for _, match in shown)


def _means(number: str, read: Read) -> bool:
    return read.known and number == read.weapon.number


def table(figures: dict[str, Any]) -> str:
    """The figures as lines of text."""
    lines = [f"{figures['records']:,} records"]
    for name, shares in (
        *figures["classes"].items(),
        ("mix", figures["mix"]),
        ("strangers", figures["strangers"]),
    ):
        share = f" ({SHARES[Flaw(name)]:.3f})" if name in {flaw.value for flaw in Flaw} else ""
        words = "  ".join(f"{key} {value}" for key, value in shares.items())
        lines.append(f"  {name + share:12} {words}")
    return "\n".join(lines)


def main(arguments: Sequence[str] | None = None) -> int:
    """Measures a registry of its own, or the one in ``--database``."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--records", type=int, default=1_000_000)
    parser.add_argument("--questions", type=int, default=4_000)
    parser.add_argument("--database", help="URL; loaded if it is empty")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(arguments)

    def progress(words: str) -> None:
        print(f"\r{words:40}", end="", file=sys.stderr, flush=True)

    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="quality-"))
        url = options.database or f"sqlite:///{Path(folder) / 'registry.db'}"
        figures = measure(options.records, options.questions, url, progress=progress)
    print(file=sys.stderr)
    print(json.dumps(figures, indent=2) if options.json else table(figures))
    return 0


if __name__ == "__main__":
    sys.exit(main())
