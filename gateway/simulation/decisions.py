"""The rules of what the registry decided: its answers, its records and hits against one another.

They know which weapon was filed and sought by a token of the clients, never by a serial.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

from gateway.simulation.case import (
    CENTRE,
    CHANGED,
    FINDING,
    Case,
    Rule,
    Violation,
    effects,
    violation,
)
from gateway.simulation.ledger import Entry, Kind

_SEARCHABLE = frozenset({"ACTIVE"})
_SOUGHT_MAKE = "Glock"
_LED_BY_CENTRE = "HIT_PENDING"
_FIRST_STATE = "RAISED"
_KEPT_QUESTIONS = ("SEARCH_REQUEST", "SEARCH_BATCH")
_RESULTS = ("REC_RESULT", "REC_BATCH_REPORT")


def as_decided(case: Case) -> Iterator[Violation]:
    """An answer says what was decided, to each item, and to nobody but its asker."""
    decided: dict[tuple[str, str], Any] = {}
    for line in _at_centre(case):
        if "decided" in line:
            decided[line["sender"], line["message_id"]] = line["decided"]
        if "answered" in line:
            decided[line["sender"], line["message_id"]] = line["answered"]
    for line in effects(case, *_RESULTS, *FINDING):
        key = (line["party"], line["reply_to"])
        told = line.get("results", line.get("found"))
        if line["sender"] == CENTRE and key in decided and list(told) != list(decided[key]):
            yield violation("I3", "answer-altered", line, line["message_id"])


def owned(case: Case) -> Iterator[Violation]:
    """Only a record's owner changes it."""
    owners: dict[str, str] = {}
    for line, _, result in _filings(case):
        if owners.setdefault(result["record"], line["sender"]) != line["sender"]:
            yield violation("I2", "not-the-owner", line, result["record"])


def contents(case: Case) -> Iterator[Violation]:
    """A record is held as the last accepted filing said: weapon, status, remark."""
    standing = _standing(case)
    for line in case.of(Kind.RECORD):
        filed = standing.get(line["record"], {})
        for name in ("weapon", "status", "remark"):
            held = line.get(name, filed.get(name))
            if name == "status" and held == _LED_BY_CENTRE:
                held = "ACTIVE"  # an open hit is the centre's doing, not the owner's
            if name in filed and filed[name] != held:
                what = f"{line['record']} {name}: filed {filed[name]}, held {line[name]}"
                yield violation("I12", "content", line, what)


def found(case: Case) -> Iterator[Violation]:
    """A search finds every weapon that stands with its serial and make, and nothing unfiled."""
    standing: dict[str, dict[str, Any]] = {}
    for line in _at_centre(case):
        _apply(standing, line)
        for sought, answer in zip(line.get("sought", ()), line.get("answered", ()), strict=False):
            strong = {one["record"] for one in answer["strong"]}
            for record, filed in standing.items():
                is_it = filed.get("weapon") == sought and filed.get("make") == _SOUGHT_MAKE
                if is_it and filed["status"] in _SEARCHABLE and record not in strong:
                    yield violation("I3", "not-found", line, f"{record} {answer['question']}")
            for record in strong - set(standing):
                yield violation("I3", "found-unfiled", line, f"{record} {answer['question']}")


def waited_for(case: Case) -> Iterator[Violation]:
    """A record that is filed finds every search before it that asked for its weapon."""
    noticed = {(e["party"], e["record"], e["search"]) for e in effects(case, "HIT_NOTICE")}
    excused = {e["to"] for e in case.of(Kind.UNDELIVERED)}
    excused |= {e["party"] for e in case.of(Kind.TOOK) if e["outcome"] == "REFUSED"}
    asked: list[tuple[str, str, str]] = []  # who, which question, about which weapon
    for line in _at_centre(case):
        if not case.at_rest:
            return
        if line["type"] in _KEPT_QUESTIONS:
            for sought, one in zip(line.get("sought", ()), line.get("answered", ()), strict=False):
                asked.append((line["sender"], one["question"], sought))
        filings = zip(
            line.get("filed", ()), line.get("bases", ()), line.get("decided", ()), strict=False
        )
        for filed, base, result in filings:
            is_new = not base and result["code"] in CHANGED
            findable = filed.get("make") == _SOUGHT_MAKE and filed.get("status") in _SEARCHABLE
            for who, question, weapon in asked if is_new and findable else ():
                wants = weapon == filed["weapon"] and who not in excused
                if wants and (who, result["record"], question) not in noticed:
                    yield violation("I3", "kept-search-untold", line, f"{who} {question}")


def hits_kept(case: Case) -> Iterator[Violation]:
    """A hit that was told is held, and knows when both sides receipted it."""
    roles: defaultdict[str, set[str]] = defaultdict(set)
    for line in effects(case, "HIT_RECEIPT"):
        if line["party"] == CENTRE:
            roles[line["hit"]].add(line["role"])
    wanted: defaultdict[str, set[str]] = defaultdict(set)
    for line in effects(case, "HIT_NOTICE"):
        wanted[line["hit"]].add(line["role"])
        if line["owner"] != line["finder"]:
            wanted[line["hit"]] |= {"OWNER", "FINDER"}
    for line in case.of(Kind.HIT):
        hit = line["hit"]
        if line["state"] is None:
            yield violation("I12", "hit-not-held", line, hit)
        elif wanted[hit] and wanted[hit] <= roles[hit] and line["state"] == _FIRST_STATE:
            yield violation("I12", "hit-receipts-unnoted", line, hit)


def logged(case: Case) -> Iterator[Violation]:
    """Every search that had its effect stands in the search log, once."""
    asked = sum(len(line.get("sought", ())) for line in _at_centre(case))
    for line in case.of(Kind.SEARCHES):
        if line["count"] != asked:
            yield violation("I12", "search-log", line, f"{line['count']} for {asked}")


DECISIONS: tuple[Rule, ...] = (
    as_decided,
    owned,
    contents,
    found,
    waited_for,
    hits_kept,
    logged,
)


def _at_centre(case: Case) -> Iterator[Entry]:
    return (line for line in case.of(Kind.EFFECT) if line["party"] == CENTRE)


def _filings(case: Case) -> Iterator[tuple[Entry, Mapping[str, Any], Mapping[str, Any]]]:
    """Each accepted item: its line, what was filed, what was decided."""
    for line in _at_centre(case):
        for filed, result in zip(line.get("filed", ()), line.get("decided", ()), strict=False):
            if result["code"] in CHANGED:
                yield line, filed, result


def _standing(case: Case) -> dict[str, dict[str, Any]]:
    standing: dict[str, dict[str, Any]] = {}
    for line in _at_centre(case):
        _apply(standing, line)
    return standing


def _apply(standing: dict[str, dict[str, Any]], line: Entry) -> None:
    for filed, result in zip(line.get("filed", ()), line.get("decided", ()), strict=False):
        if result["code"] in CHANGED:
            standing.setdefault(result["record"], {"status": "ACTIVE"}).update(filed)
