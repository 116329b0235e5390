"""The suite: what every adapter is put through, whoever wrote it and whatever it reads."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from io import BytesIO
from random import Random

from gateway.accounting import Accountable
from gateway.adapter import Adapter, AdapterError, Answer, Certifiable, Sampled, stream_of
from gateway.adapter import Outcome as AnswerOutcome
from gateway.certification.answers import REPLIES, any_answer, plain_answer, specimen
from gateway.certification.bench import Bench, Native, said_by, still_frame, unsound
from gateway.certification.breaking import cuts, mixed, multiplied, recoded, replaced

SUITE_VERSION = "1"
MANY = 10_000
MANY_IN = timedelta(seconds=60)  # of processor time
_MIXED = 150
_OVERSIZED = 20_000
_ANSWERS_EACH = 25
_TURNS = 40
_TOLD = 3
_TELLING = 3  # characters
_CODES_TRIED = 12


class Outcome(StrEnum):
    """How a check ended; NOTED: what the form itself cannot show, to be known and lived with."""

    PASSED = "PASSED"
    FAILED = "FAILED"
    NOTED = "NOTED"
    SKIPPED = "SKIPPED"


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One check: ``detail`` says how much was tried, or what was found; ``took`` is CPU time."""

    name: str
    outcome: Outcome
    detail: str
    took: timedelta


class _Skipped(Exception):  # noqa: N818 - an answer, not an error
    """The check has nothing to stand on."""


class _Noted(Exception):  # noqa: N818 - an answer, not an error
    """The check found what no reader of this form can see."""


_Run = Callable[[Bench], Iterator[str]]


def certify(
    adapter: Adapter,
    *,
    seed: int,
    many: int = MANY,
    share: float = 1.0,
    cpu: Callable[[], float] = time.process_time,
) -> list[Check]:
    """Every check of the suite on ``adapter``; ``seed`` repeats a run. Nothing is raised for it.

    A certificate is given for a ``share`` of 1 of what is drawn by chance; a quick look takes less.

    Raises ``AdapterError`` for an adapter that carries no samples.
    """
    if not isinstance(adapter, Sampled):
        raise AdapterError(
            f"the adapter {adapter.name!r} gives no samples to certify it by",
            expected="an adapter with a method samples",
            remedy="put files into samples/ok and samples/bad",
        )
    samples = [Native(name=name, octets=octets) for name, octets in adapter.samples()]
    checks = []
    for name, run in (*_CHECKS, ("many-rows", _many_rows(many, cpu))):
        random = Random(f"{seed}/{name}")  # noqa: S311 - it draws what is tried, no secret
        bench = Bench(adapter=adapter, samples=samples, random=random, share=share)
        began = cpu()
        outcome, detail = _outcome(run, bench)
        took = timedelta(seconds=cpu() - began)
        checks.append(Check(name=name, outcome=outcome, detail=detail, took=took))
    return checks


def _outcome(run: _Run, bench: Bench) -> tuple[Outcome, str]:
    try:
        found = list(run(bench))
    except _Skipped as reason:
        return Outcome.SKIPPED, str(reason)
    except _Noted as reason:
        return Outcome.NOTED, str(reason)
    except Exception as error:  # noqa: BLE001 - whatever an adapter raises is its failure
        return Outcome.FAILED, f"{type(error).__name__}: {str(error)[:200]}"
    if found:
        more = f"; and {len(found) - _TOLD} more" if len(found) > _TOLD else ""
        return Outcome.FAILED, "; ".join(found[:_TOLD]) + more
    return Outcome.PASSED, ""


def _samples(bench: Bench) -> Iterator[str]:
    if not isinstance(bench.adapter, Certifiable):
        raise _Skipped("the adapter cannot check its samples")
    outcomes = bench.adapter.check_samples()
    for part in ("ok", "bad"):
        if not any(one.sample.startswith(f"{part}/") for one in outcomes):
            yield f"no sample in samples/{part}"
    yield from (f"{one.sample} is not read as expected" for one in outcomes if one.difference)
    for sample in bench.samples:
        yield from (f"{sample.name}: {fault}" for fault in unsound(bench.adapter, sample.octets))


def _resend(bench: Bench) -> Iterator[str]:
    """A file that comes again, a day later: the same items under the same ids."""
    for sample, reading in bench.sound_samples():
        again = bench.adapter.read(sample.octets, still_frame())
        if [said_by(item) for item in again.items] != [said_by(item) for item in reading.items]:
            yield f"{sample.name} read twice is not the same"
        later = bench.adapter.read(sample.octets, still_frame(timedelta(days=1)))
        for one, other in zip(reading.items, later.items, strict=True):
            for part in ("record_id", "seizure_id"):
                first, second = (getattr(item.body, part, None) for item in (one, other))
                if first != second and one.reference:
                    yield f"{sample.name}: item {one.number} got another {part} a day later"


def _duplicates(bench: Bench) -> Iterator[str]:
    """Rows that come twice in a file: one outcome each, and never two records of one reference."""
    tried = 0
    for sample, reading in bench.sound_samples():
        doubled = _doubled(sample.octets, [item.raw for item in reading.items])
        if doubled is None:
            continue
        tried += 1
        yield from unsound(bench.adapter, doubled)
        ids: dict[str, set[object]] = {}
        for item in bench.adapter.read(doubled, still_frame()).items:
            held = getattr(item.body, "record_id", None)
            if held is not None and item.reference:
                ids.setdefault(item.reference, set()).add(held)
        yield from (f"two ids for reference {ref!r}" for ref, held in ids.items() if len(held) > 1)
    if not tried:
        raise _Skipped("the rows of this form do not lie one after the other in the file")


def _doubled(octets: bytes, raws: list[bytes]) -> bytes | None:
    at = octets.find(raws[0]) if raws and raws[0] else -1
    if at < 0:
        return None
    end = at + len(raws[0])
    gap = b"" if octets[end : end + 1] not in {b"\n", b"\r"} else b"\n"
    return octets[:end] + gap + raws[0] + octets[end:]


def _oversized(bench: Bench) -> Iterator[str]:
    """One value of 20,000 characters: told or taken, and the items beside it are as before."""
    for sample, reading in bench.sound_samples():
        for item in reading.items[:2]:
            if not item.reference:
                continue
            for made in replaced(sample.octets, item.reference, "A" * _OVERSIZED):
                yield from unsound(bench.adapter, made)


def _charset(bench: Bench) -> Iterator[str]:
    """The file in another encoding: told, or read as the same text, never as another one."""
    for sample, reading in bench.sound_samples():
        known = {said_by(item) for item in reading.items}
        for name, made in recoded(sample.octets):
            yield from unsound(bench.adapter, made)
            for item in bench.adapter.read(made, still_frame()).items:
                if item.body is not None and said_by(item) not in known:
                    yield f"{sample.name} written as {name}: item {item.number} is silently wrong"


def _truncation(bench: Bench) -> Iterator[str]:
    """A file that was cut off: what is whole is read, what is not is told."""
    blind: list[str] = []
    for sample, reading in bench.sound_samples():
        known = {said_by(item) for item in reading.items}
        for made in cuts(sample.octets):
            yield from unsound(bench.adapter, made)
            items = bench.adapter.read(made, still_frame()).items
            wrong = [i for i in items if i.body is not None and said_by(i) not in known]
            for item in wrong:
                if item is not items[-1]:
                    yield f"{sample.name} cut at {len(made)}: item {item.number} is silently wrong"
                else:
                    blind.append(f"{sample.name} at octet {len(made)}")
    if blind:
        raise _Noted(
            f"{len(blind)} cuts inside the last value of the last item look like a whole file "
            f"(first: {blind[0]}): hand files over by renaming, or write a trailer with a count"
        )


def _unknown_code(bench: Bench) -> Iterator[str]:
    """A code that no table has: told, held or accounted for, by the declaration of its table."""
    if not isinstance(bench.adapter, Accountable):
        raise _Skipped("the adapter keeps no account of its code tables")
    tried = 0
    for sample, reading in bench.sound_samples():
        known = {said_by(item) for item in reading.items}
        for table, value in _looked_up(bench, sample):
            odd = ("QZX" * len(value))[: len(value)]
            for made in replaced(sample.octets, value, odd):
                tried += 1
                yield from unsound(bench.adapter, made)
                yield from _uncoded(bench, made, (table, odd), known)
    if not tried:
        raise _Skipped("no code of a sample can be changed in its octets")


def _looked_up(bench: Bench, sample: Native) -> list[tuple[str, str]]:
    if not isinstance(bench.adapter, Accountable):
        return []
    found = {
        (lookup.table, lookup.value): None
        for account in bench.adapter.account(BytesIO(sample.octets), still_frame())
        for lookup in account.lookups
        # A shorter value stands elsewhere in the file too, where it is no code.
        if lookup.found and len(lookup.value) >= _TELLING
    }
    return list(found)[:_CODES_TRIED]


def _uncoded(
    bench: Bench, made: bytes, odd: tuple[str, str], known: set[str | None]
) -> Iterator[str]:
    items = bench.adapter.read(made, still_frame()).items
    changed = [item for item in items if item.body is not None and said_by(item) not in known]
    if not changed or not isinstance(bench.adapter, Accountable):
        return
    told = {
        account.number
        for account in bench.adapter.account(BytesIO(made), still_frame())
        if account.losses or any(not lookup.found for lookup in account.lookups)
    }
    for item in changed:
        if item.number not in told and odd[1] not in (said_by(item) or ""):
            yield f"table {odd[0]}: an unknown code changed item {item.number} and nobody says so"


def _empty(bench: Bench) -> Iterator[str]:
    for octets in (b"", b"\n", b"\r\n\r\n", b" ", b"\x00", b"\xef\xbb\xbf"):
        yield from unsound(bench.adapter, octets)
        if any(item.body is not None for item in bench.adapter.read(octets, still_frame()).items):
            yield f"{octets!r} gives a body"


def _generated(bench: Bench) -> Iterator[str]:
    """Files made from the samples by chance: every row has one outcome, and every body is valid."""
    samples = [sample for sample in bench.samples if sample.octets]
    if not samples:
        raise _Skipped("no sample holds anything")
    for at in range(bench.draws(_MIXED)):
        made = mixed(samples[at % len(samples)].octets, bench.random)
        yield from (f"generated {at}: {fault}" for fault in unsound(bench.adapter, made))


def _round_trip(bench: Bench) -> Iterator[str]:
    """Answers to the samples' own items: written, and told apart by outcome and by reference."""
    frame = still_frame()
    for sample, reading in bench.sound_samples():
        item = next(item for item in reading.items if item.body is not None)
        # A form may have no answer at all for one outcome, but none may look like another.
        outcomes = {
            outcome: bench.adapter.write(
                [plain_answer(item.number, item.reference, outcome, item.raw)], frame
            )
            for outcome in (AnswerOutcome.APPLIED, AnswerOutcome.REFUSED, AnswerOutcome.SET_ASIDE)
        }
        if not all(outcomes.values()):
            yield f"{sample.name}: an outcome is answered by nothing"
        if len(set(outcomes.values())) < len(outcomes):
            yield f"{sample.name}: two outcomes are answered by the same octets"
        others = {
            bench.adapter.write(
                [plain_answer(number, f"REF-{number}", AnswerOutcome.APPLIED)], frame
            )
            for number in (1, 2, 3)
        }
        if len(others) != 3:  # noqa: PLR2004 - as many as were asked
            yield "answers to two references are the same octets"
        return


def _every_answer(bench: Bench) -> Iterator[str]:
    """Every kind of answer that the standard has, filled by chance: writing never fails."""
    for kind in REPLIES:
        for _ in range(bench.draws(_ANSWERS_EACH)):
            answer = any_answer(bench.random, 1)
            made = type(answer)(
                number=1,
                reference="REF-1",
                raw=answer.raw,
                outcome=answer.outcome,
                answer=specimen(kind, bench.random),
                issues=answer.issues,
            )
            yield from _written(bench, [made], f"an answer {kind.__name__}")


def _written(bench: Bench, answers: Sequence[Answer], what: str) -> Iterator[str]:
    try:
        bench.adapter.write(answers, still_frame())
    except Exception as error:  # noqa: BLE001 - that it raises is the finding
        yield f"{what}: writing raised {type(error).__name__}: {str(error)[:120]}"


def _counterpart(bench: Bench) -> Iterator[str]:
    """A counterpart that answers late, twice, in another order, and what nobody asked."""
    frame = still_frame()
    for turn in range(bench.draws(_TURNS)):
        answers = [any_answer(bench.random, number) for number in range(1, 6)]
        doubled = [*answers, answers[0]]
        shuffled = list(answers)
        bench.random.shuffle(shuffled)
        for what, given in (
            ("wrong answers", answers),
            ("an answer twice", doubled),
            ("answers in another order", shuffled),
            ("a late answer alone", answers[-1:]),
            ("no answer", []),
        ):
            yield from (f"turn {turn}: {fault}" for fault in _written(bench, [*given], what))
    asked = [plain_answer(number, f"REF-{number}", AnswerOutcome.APPLIED) for number in range(1, 5)]
    lines = [
        sorted(bench.adapter.write(order, frame).splitlines())
        for order in (asked, list(reversed(asked)))
    ]
    if len(lines[0]) != len(lines[1]):
        yield "the same answers in another order are not as many lines"


def _many_rows(many: int, cpu: Callable[[], float]) -> _Run:
    """10,000 rows in time, each with one outcome; as one file where the form lets it be made."""

    def run(bench: Bench) -> Iterator[str]:
        for sample, reading in bench.sound_samples():
            made = multiplied(sample.octets, reading.items, many)
            began = cpu()
            count = _counted(bench, made) if made is not None else 0
            if made is None or count < many:
                times = -(-many // max(1, len(reading.items)))
                began = cpu()
                count = sum(_counted(bench, sample.octets) for _ in range(min(times, 1_000)))
            took = cpu() - began
            allowed = MANY_IN.total_seconds() * count / MANY
            if took > allowed:
                yield f"{count} rows took {took:.0f} s and not {allowed:.0f} s"
            return
        raise _Skipped("no sample gives a body")

    return run


def _counted(bench: Bench, octets: bytes) -> int:
    return sum(1 for _ in stream_of(bench.adapter, BytesIO(octets), still_frame()).items)


_CHECKS: Iterable[tuple[str, _Run]] = (
    ("samples", _samples),
    ("empty", _empty),
    ("resend", _resend),
    ("duplicates", _duplicates),
    ("oversized", _oversized),
    ("wrong-charset", _charset),
    ("truncation", _truncation),
    ("unknown-code", _unknown_code),
    ("generated-rows", _generated),
    ("answers-told-apart", _round_trip),
    ("answers-of-every-kind", _every_answer),
    ("misbehaving-counterpart", _counterpart),
)
