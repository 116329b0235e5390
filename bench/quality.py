"""How surely a search finds the weapon that was meant, and how seldom another.

A registry of invented weapons is asked for readings of its own and for strangers', by class of
error (6-registry 6.6 and 6.7); it says nothing of time (see the lookup benchmark).

    python -m bench.quality [--records N] [--questions N] [--seeds 7 11] [--database URL] [--json]
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from bench.bulk import load_synthetic
from bench.corpus import corpus
from bench.readings import SHARES, Flaw, Read, mix, of_class, strangers
from bench.synthetic import NOW, Weapon
from gateway.payload import GradeCode
from gateway.registry.resembling import Terms
from gateway.registry.seeking import Answer, read_question, seek
from gateway.registry.weighing import figures_of, shape_of
from gateway.store import Asker, Store, Unit

SEED = 7
_BATCH = 50
_ASKER = Asker(party="NLD-CUSTOMS", country="NLD")
_BANDS = {"strong": GradeCode.B, "probable": GradeCode.C, "possible": GradeCode.D}


def measure(
    records: int,
    questions: int,
    database: str,
    *,
    drawn: int = SEED,
    progress: Callable[[str], None] = lambda _: None,
) -> dict[str, Any]:
    """Shares by class of error for a registry of ``records`` in ``database``, loaded if empty;
    ``drawn`` is the seed of the readings, and that of the strangers one more."""
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
                many = max(questions // 5, 50)
                read = of_class(flaw, many, records, seed=SEED, drawn=drawn)
                classes[flaw.value] = _shares(read, unit, terms)
            progress("the mix")
            whole = _shares(mix(questions, records, seed=SEED, drawn=drawn), unit, terms)
            progress("strangers")
            other = _shares(strangers(questions, seed=drawn + 1), unit, terms)
    return {
        "records": records,
        "seed": drawn,
        "classes": classes,
        "mix": whole,
        "strangers": other,
    }


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
    if read.known and number_of(read.weapon) in answer.weaker:
        count["candidate"] += 1
    for place, (row, match) in enumerate(answer.judged):
        if _means(row.national_record_id, read):
            count["candidate"] += 1
            count["first"] += place == 0
            for name, worst in _BANDS.items():
                count[name] += match.grade <= worst
            break
    for name, worst in _BANDS.items():
        count[f"any {name}"] += any(match.grade <= worst for _, match in shown)


def number_of(weapon: Weapon) -> int:
    """The number of its record in a registry that holds nothing else."""
    return int(weapon.number.partition("-")[2]) + 1


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


def spread(runs: Sequence[dict[str, Any]]) -> str:
    """What several seeds say: the mean of each figure, its least and its most."""
    lines = [f"{len(runs)} seeds of readings: mean (least to most)"]
    named = [("mix", name) for name in ("candidate", "first", *_BANDS, "rows")]
    named += [("strangers", f"any {name}") for name in _BANDS] + [("strangers", "rows")]
    for part, name in named:
        lines.append(f"  {part + ' ' + name:24} {_range([run[part][name] for run in runs])}")
    for flaw in Flaw:
        found = [run["classes"][flaw.value]["candidate"] for run in runs]
        lines.append(f"  {flaw.value + ' candidate':24} {_range(found)}")
    return "\n".join(lines)


def _range(values: Sequence[float]) -> str:
    return f"{sum(values) / len(values):.4f} ({min(values):.4f} to {max(values):.4f})"


def main(arguments: Sequence[str] | None = None) -> int:
    """Measures the kept registry of that size, or the one in ``--database``."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--records", type=int, default=1_000_000)
    parser.add_argument("--questions", type=int, default=4_000)
    parser.add_argument("--database", help="URL; loaded if it is empty")
    parser.add_argument("--seeds", type=int, nargs="*", default=[SEED], help="of the readings")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(arguments)

    def progress(words: str) -> None:
        print(f"\r{words:40}", end="", file=sys.stderr, flush=True)

    url = options.database or f"sqlite:///{corpus(options.records, progress=progress)}"
    runs = [
        measure(options.records, options.questions, url, drawn=seed, progress=progress)
        for seed in options.seeds
    ]
    print(file=sys.stderr)
    if options.json:
        print(json.dumps(runs, indent=2))
        return 0
    print("\n".join(map(table, runs)))
    if len(runs) > 1:
        print(spread(runs))
    return 0


if __name__ == "__main__":
    sys.exit(main())
