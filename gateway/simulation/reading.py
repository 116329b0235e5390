"""Reads ledgers from files, whoever wrote them: each line is checked before any rule sees it.

The form is docs/spec/ledger.md. It judges no promise.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, ClassVar

import msgspec

from gateway.errors import GatewayError
from gateway.simulation.ledger import Entry, Kind

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
_OF_A_HIT = frozenset({"hit", "role", "record", "owner", "finder", "question", "item", "search"})


class LedgerError(GatewayError):
    """A ledger cannot be read; all that is wrong is told at once."""

    code: ClassVar[str] = "simulation.ledger"
    answered: ClassVar[bool] = False


def read_ledgers(path: Path) -> Sequence[Entry]:
    """The lines of the file ``path``, or of every ``*.ndjson`` in it, in the world's order.

    Raises ``LedgerError``.
    """
    files = sorted(path.glob("*.ndjson")) if path.is_dir() else [path]
    entries: list[dict[str, Any]] = []
    wrong: list[str] = []
    for file in files:
        for number, text in enumerate(file.read_bytes().splitlines(), 1):
            if not text.strip():
                continue
            read = _read(text)
            if isinstance(read, str):
                wrong.append(f"{file.name}:{number} {read}")
            else:
                entries.append(read)
    if not entries and not wrong:
        wrong.append(f"{path.name}: no line")
    if wrong:
        raise LedgerError(
            f"{len(wrong)} lines cannot be read",
            place=str(path),
            value="; ".join(wrong[:_TOLD_MOST]),
            expected="one JSON object a line, as docs/spec/ledger.md says",
            remedy="mend the lines; nothing was judged",
        )
    return _in_order(entries)


def _read(text: bytes) -> dict[str, Any] | str:
    """A line with all its facts, or what is wrong with it."""
    try:
        line = msgspec.json.decode(text)
    except msgspec.DecodeError as error:
        return f"is no JSON: {error}"
    if not isinstance(line, dict):
        return "is no JSON object"
    if not isinstance(line.get("t"), int) or not isinstance(line.get("party"), str):
        return "has no t (whole milliseconds) or no party (text)"
    if not isinstance(line.get("n", 0), int):
        return "has an n that is no whole number"
    kind = _KINDS.get(str(line.get("kind")))
    return f"has no kind that is known: {line.get('kind')}" if kind is None else _whole(kind, line)


def _whole(kind: Kind, line: dict[str, Any]) -> dict[str, Any] | str:
    missing = sorted(REQUIRED.get(kind, frozenset()) - set(line))
    if kind is Kind.EFFECT and line.get("type") == "HIT_NOTICE":
        missing += sorted(_OF_A_HIT - set(line))
    if missing:
        return f"{kind.value} without {', '.join(missing)}"
    parts = _PARTS.get(str(line.get("type")), {}) if kind is Kind.EFFECT else {}
    return {**USUAL.get(kind, {}), **parts, **line}


def _in_order(entries: list[dict[str, Any]]) -> list[dict[str, Any]]:
    if all("n" in line for line in entries):
        return sorted(entries, key=lambda line: int(line["n"]))
    # Kept by parties that share no counter: their clocks, then the order of their files.
    by_clock = sorted(entries, key=lambda line: int(line["t"]))
    return [{**line, "n": number} for number, line in enumerate(by_clock, 1)]
