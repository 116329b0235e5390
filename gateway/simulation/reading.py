"""Reads ledgers from files, whoever wrote them: each line is checked before any rule sees it.

The form is docs/spec/ledger.md. It judges no promise.
"""

from __future__ import annotations

import codecs
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, ClassVar

import msgspec

from gateway.errors import GatewayError
from gateway.simulation.case import ANSWERS, CENTRE, LINK_TYPES
from gateway.simulation.clocks import in_order
from gateway.simulation.ledger import Entry, Kind
from gateway.simulation.shapes import as_formed

_TOLD_MOST = 20
_KINDS = {kind.value: kind for kind in Kind}

REQUIRED: Mapping[Kind, frozenset[str]] = {
    kind: frozenset(facts.split())
    for kind, facts in {
        Kind.INVOKE: "op",
        Kind.OK: "op message_id",
        Kind.FAIL: "op",
        Kind.INFO: "op",
        Kind.ASKED_AGAIN: "message_id",
        Kind.ACCEPTED: "op message_id",
        Kind.SENT: "message_id to type seq valid_ms",
        Kind.TOOK: "sender message_id type outcome",
        Kind.EFFECT: "sender message_id type",
        Kind.SETTLED: "message_id by",
        Kind.REFUSED: "message_id by code",
        Kind.GAVE_UP: "message_id to",
        Kind.UNDELIVERED: "message_id to",
        Kind.SET_ASIDE: "digest code",
        Kind.STATED: "to sent held",
        Kind.RECEIPTED: "to items",
        Kind.DURABLE: "digest",
        Kind.ACK: "digest",
        Kind.PUBLISHED: "digest",
        Kind.CHECKPOINT: "size head",
        Kind.TRUSTS: "revoked",
        Kind.LIED: "message_id",
        Kind.STALE: "how",
        Kind.FAILED: "message_id most",
        Kind.CLEARTEXT: "what",
        Kind.INJECTED: "act",
        Kind.CRASH: "at",
        Kind.GAUGE: "name most limit",
        Kind.WAITS: "count",
        Kind.MISSING: "sender count",
        Kind.BOOKS: "posted applied refused",
        Kind.RECORD: "record version",
        Kind.KEPT: "peer message_id digest",
        Kind.LETTER: "digest state",
        Kind.REREAD: "size head",
        Kind.SYNCS: "does",
        Kind.SEARCHES: "count",
        Kind.HIT: "hit state",
        Kind.LEFT: "queue ready lent",
        Kind.QUIET: "at_rest after_ms",
    }.items()
}
"""What a line of a kind has to say; other kinds need nothing."""

USUAL: Mapping[Kind, Mapping[str, Any]] = {
    Kind.INVOKE: {"what": "", "may": True, "grantable": True},
    Kind.ACCEPTED: {"items": []},
    Kind.SENT: {"reply_to": None, "lane": None, "digest": None, "differs": []},
    Kind.TOOK: {"seq": 0, "digest": None, "kid": None},
    Kind.EFFECT: {"op": None, "reply_to": None},
    Kind.SET_ASIDE: {"message_id": None},
    Kind.STATED: {"missing": 0, "gone": 0},
    Kind.CRASH: {"own": False},
    Kind.LETTER: {"code": ""},
    Kind.FAILED: {"sender": None},
}
"""What is taken for said where a line leaves it out."""

# Where answers and hits are told in parts, a line without them says that there were none.
_PARTS: Mapping[str, Mapping[str, Any]] = {
    "SEARCH_RESPONSE": {"found": []},
    "SEARCH_BATCH_REPORT": {"found": [], "items": []},
    "REC_RESULT": {"results": []},
    "REC_BATCH_REPORT": {"results": [], "items": []},
}
_PARTIES = ("party", "to", "by", "sender", "peer", "owner", "finder")
_OF_ASKERS = frozenset({Kind.INVOKE, Kind.OK, Kind.FAIL, Kind.INFO, Kind.ACCEPTED})
_OF_A_HIT = frozenset({"hit", "role", "record", "owner", "finder", "question", "item", "search"})


class LedgerError(GatewayError):
    """A ledger cannot be read; all that is wrong is told at once."""

    code: ClassVar[str] = "simulation.ledger"
    answered: ClassVar[bool] = False


def read_ledgers(path: Path, *, centre: str = CENTRE, apart: bool = False) -> Sequence[Entry]:
    """The lines of the file ``path``, or of every ``*.ndjson`` in it, in the world's order.

    ``centre`` is what the centre is called there; with ``apart`` the parties' clocks are put right
    by what their messages show. Raises ``LedgerError``.
    """
    files = sorted(path.glob("*.ndjson")) if path.is_dir() else [path]
    entries: list[dict[str, Any]] = []
    wrong: list[str] = []
    places = _Places()
    for file in files:
        for number, text in enumerate(_lines_of(file, wrong), 1):
            if not text.strip():
                continue
            read = _read(text)
            if isinstance(read, str):
                wrong.append(f"{file.name}:{number} {read}")
                continue
            wrong += places.note(read, text, file.name, number)
            entries.append(read)
    if not entries and not wrong:
        wrong.append(f"{path.name}: no line")
    if wrong:
        raise LedgerError(
            f"{len(wrong)} lines cannot be read",
            place=str(path),
            value="; ".join(wrong[:_TOLD_MOST]),
            expected="one JSON object a line, as docs/spec/ledger.md says",
            remedy="mend the lines, or leave out one that its writer did not end; "
            "nothing was judged",
        )
    if centre != CENTRE:
        entries = [_with_centre(line, centre) for line in entries]
    return _with_own_ops(in_order(entries, apart=apart))


def _lines_of(file: Path, wrong: list[str]) -> list[bytes]:
    octets = file.read_bytes()
    if octets.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        wrong.append(f"{file.name}:1 is UTF-16; a ledger is UTF-8")
        return []
    lines = octets.removeprefix(codecs.BOM_UTF8).split(b"\n")
    if lines[-1].strip() and _is_cut(lines[-1]):
        wrong.append(f"{file.name}:{len(lines)} is cut short: its writer ended in the middle of it")
        lines.pop()
    return lines


def _is_cut(text: bytes) -> bool:
    """Whether the last line, which has no end of line, is the begin of an object."""
    try:
        msgspec.json.decode(text)
    except msgspec.DecodeError:
        return text.lstrip().startswith(b"{")
    return False


class _Places:
    """Where lines stood: two files must not hold the same line, nor numbers of their own."""

    def __init__(self) -> None:
        self._numbers: dict[int, str] = {}
        self._texts: dict[bytes, str] = {}

    def note(self, line: Mapping[str, Any], text: bytes, file: str, number: int) -> list[str]:
        """What is wrong with this line beside another one."""
        place = f"{file}:{number}"
        if "n" in line:
            other = self._numbers.setdefault(line["n"], place)
            if other == place:
                return []
            return [
                f"{place} has the n {line['n']} of {other}: number over all files, or give no n"
            ]
        other = self._texts.setdefault(text.strip(), place)
        if other.rpartition(":")[0] != file:
            return [f"{place} is the line {other} again: give each line in one file"]
        return []


def _read(text: bytes) -> dict[str, Any] | str:
    """A line with all its facts, or what is wrong with it."""
    try:
        line = msgspec.json.decode(text)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        return f"is no JSON: {error}"
    if not isinstance(line, dict):
        return "is no JSON object"
    if type(line.get("t")) is not int or not isinstance(line.get("party"), str):
        return "has no t (whole milliseconds) or no party (text)"
    if type(line.get("n", 0)) is not int:
        return "has an n that is no whole number"
    kind = _KINDS.get(str(line.get("kind")))
    return f"has no kind that is known: {line.get('kind')}" if kind is None else _whole(kind, line)


def _whole(kind: Kind, line: dict[str, Any]) -> dict[str, Any] | str:
    missing = sorted(REQUIRED.get(kind, frozenset()) - set(line))
    if kind is Kind.SENT and line.get("type") in LINK_TYPES:
        missing = [name for name in missing if name != "seq"]  # they have no number
        line.setdefault("seq", 0)
    if kind is Kind.EFFECT and line.get("type") == "HIT_NOTICE":
        missing += sorted(_OF_A_HIT - set(line))
    if missing:
        return f"{kind.value} without {', '.join(missing)}"
    parts = _PARTS.get(str(line.get("type")), {}) if kind is Kind.EFFECT else {}
    whole = {**USUAL.get(kind, {}), **parts, **line}
    odd = as_formed(kind.value, whole)
    return whole if odd is None else f"{kind.value} with {odd}"


def _with_centre(line: dict[str, Any], centre: str) -> dict[str, Any]:
    """The same line of an exchange whose centre is called so."""
    named = {name: CENTRE for name in _PARTIES if line.get(name) == centre}
    return {**line, **named}


def _with_own_ops(lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Two askers may call theirs alike: then the asker's name is added to each."""
    askers: defaultdict[str, set[str]] = defaultdict(set)
    for line in lines:
        if line["kind"] in _OF_ASKERS:
            askers[line["op"]].add(line["party"])
    shared = {op for op, parties in askers.items() if len(parties) > 1}
    if not shared:
        return lines
    return [
        {**line, "op": f"{_asker_of(line)}/{line['op']}"} if line.get("op") in shared else line
        for line in lines
    ]


def _asker_of(line: Mapping[str, Any]) -> str:
    if line["kind"] == Kind.EFFECT and line["type"] not in ANSWERS:
        return str(line["sender"])
    return str(line["party"])
