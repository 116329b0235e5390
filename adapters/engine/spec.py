"""The shape of an ``adapter.toml``: what an integrator declares, checked while it is read.

It says nothing of what the declarations do: ``mapping`` compiles them.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Literal

import msgspec

from gateway.adapter import AdapterError

_DECLARING = ("codes/*.csv", "*.cpy", "*.xsl")
MEANING_VERSION = b"4"  # of the engine's own reading of a spec: part of every spec hash


class Declared(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A table of the TOML file; an unknown key is refused by name."""


class Identity(Declared, frozen=True):
    """``[adapter]``: its name, the version its author counts, its language for every text."""

    name: str
    version: str
    title: str
    language: Literal["en", "fr", "nl", "pt"] = "en"


class Choice(Declared, frozen=True):
    """A column and the local values that make it true."""

    column: str
    values: tuple[str, ...]


class LayoutPlace(Declared, frozen=True):
    """``[[source.layout]]``: one field of a fixed-width line; ``at`` counts from 1."""

    name: str
    at: int
    length: int
    record: str = "item"
    digits: bool = False
    scale: int = 0


class RecordKind(Declared, frozen=True):
    """``[[source.record]]``: one kind of record, and the totals that a trailer must hold.

    ``count`` names fields that hold the number of items, ``sum`` pairs of a field of this record
    and the items' field that is added up in it.
    """

    name: str
    when: tuple[str, ...] = ()
    role: Literal["item", "header", "trailer"] = "item"
    count: tuple[str, ...] = ()
    sum: tuple[tuple[str, str], ...] = ()


class Source(Declared, frozen=True):
    """``[source]``: how the native file is cut into items.

    ``kind`` names the column (for tagged text: always the message key) that says what an item
    is; ``reference`` the column with the national reference, or several (``OCA+SER``) joined by a
    stroke, which fields read as ``#reference``; ``items`` the JSON pointer of the
    list of cases; ``ignore`` the columns left unread on purpose;
    ``tags`` those of tagged text that may come unmapped, ``texts`` those that hold free text.
    ``columns`` are those of delimited text without a header, in their order; ``above`` says how
    many lines that hold something may stand above the header at most, ``totals`` how the first
    cell of a row begins that holds totals and is no item.
    ``sheet`` and ``header_row`` say where a spreadsheet's table begins, ``dates`` which of its
    columns hold dates, to be read in the form ``date``; ``namespaces`` the prefixes of XML, each
    for one or several namespaces (``*`` any), ``stylesheet`` the XSLT that makes items;
    ``several`` the paths that may come more than once, ``same`` names of the adapter's own, each
    for the first that is there of several paths; ``qualified`` the EDIFACT segments told apart by
    their first component, ``group_ends`` those that end a group; ``copybook``, ``record_type``,
    ``record``, ``records``, ``layout``, ``choose`` and ``trimmed`` belong to fixed records.
    """

    form: Literal["delimited", "tagged", "json", "xml", "sheet", "fixed", "copybook", "edifact"]
    suffix: str
    encoding: str = "utf-8"
    delimiter: str = ";"
    kind: str | None = None
    reference: str | None = None
    case: str | None = None
    urgent: Choice | None = None
    in_spite: Choice | None = None  # trace requests that go out unsearched, though they may fail
    items: str = ""
    ignore: tuple[str, ...] = ()
    strict: bool = False  # a filled cell that an item's kind has no field for is refused
    optional: tuple[str, ...] = ()  # mapped columns that a header may lack
    columns: tuple[str, ...] = ()
    above: int = 0
    totals: tuple[str, ...] = ()
    ended: bool = False  # every line ends: a file whose last one does not was cut off
    tags: tuple[str, ...] = ()
    texts: tuple[str, ...] = ()
    sheet: str | None = None
    header_row: int = 1
    date: str = "%Y-%m-%d"
    dates: tuple[str, ...] = ()
    namespaces: dict[str, tuple[str, ...]] = {}
    references: bool = False  # of XML: elements that refer to others by NIEM's structures
    stylesheet: str | None = None
    several: tuple[str, ...] = ()
    same: dict[str, tuple[str, ...]] = {}
    qualified: tuple[str, ...] = ()
    group_ends: tuple[str, ...] = ()
    copybook: str | None = None
    records: Literal["fixed", "packed", "rdw", "blocked", "lines"] = "fixed"
    native: Literal["big", "little"] | None = None  # of a machine that is no mainframe
    record_type: str | None = None
    record: tuple[RecordKind, ...] = ()
    layout: tuple[LayoutPlace, ...] = ()
    choose: dict[str, Choice] = {}
    trimmed: bool = False


class Kind(Declared, frozen=True):
    """``[[kind]]``: what an item may be, and the body of the standard that it becomes."""

    name: str
    body: Literal[
        "FirearmRecord", "RecordUpdate", "StatusChange", "Search", "Seizure",
        "TraceRequest", "TraceAck", "TraceInfoRequest", "TraceInfo", "TraceResponse",
        "TraceComment", "TraceStatus", "TraceCancel", "TraceClose", "TraceCorrection",
        "TraceForward", "TraceReopen", "TraceClarification",
        "HitConfirmRequest", "HitConfirmResponse", "HitSeizure", "DispositionNotice",
        "HitRevoke", "HitClose",
    ]  # fmt: skip
    when: tuple[str, ...] = ()
    urgent: bool = False
    purpose: str = "OBJECT_OF_POLICE_INTEREST"
    once: bool = False  # a reference may come only once in a file


class Table(Declared, frozen=True):
    """``[table.NAME]``: a code table and what happens to a value that it does not list."""

    file: str
    on_unknown: Literal["reject", "hold", "keep", "drop", "pass-as-other"] = "reject"
    other: str | None = None


class Pattern(Declared, frozen=True):
    """``[pattern.NAME]``: a form that a whole value must have, and how to say so."""

    regex: str
    expected: str
    remedy: str


class Field(Declared, frozen=True, rename={"from_": "from"}):
    """``[[field]]``: one element of the standard, where it comes from and through which steps.

    ``to`` is a path from the firearm's record (``Firearm/MakeIdentified/MakeText``); a leading
    ``/`` starts at the body itself; ``Marking[serial]`` names one of several. ``kinds`` limits the
    field to some kinds; else it serves every kind that knows the path.
    """

    to: str
    from_: str | None = None
    value: str | None = None
    steps: tuple[str, ...] = ()
    kinds: tuple[str, ...] | None = None
    required: bool | tuple[str, ...] = False


class Group(Declared, frozen=True, rename={"from_": "from"}):
    """``[[group]]``: a list inside an item that becomes a repeated element.

    ``times`` names the member with the number of alike elements that an entry stands for; each is
    given the entry's ``ItemId`` with a number of its own.
    """

    to: str
    from_: str
    field: tuple[Field, ...]
    required: bool = True
    kinds: tuple[str, ...] | None = None
    times: str | None = None  # the member that says how many alike an entry stands for


class Rule(Declared, frozen=True, rename={"if_": "if", "is_": "is"}):
    """``[[rule]]``: what one column's value asks of, or forbids in, the others."""

    kinds: tuple[str, ...] | None = None
    if_: str | None = None
    is_: tuple[str, ...] = ()
    need: tuple[str, ...] = ()
    refuse: tuple[str, ...] = ()


class Skip(Declared, frozen=True, rename={"is_": "is"}):
    """``[[skip]]``: items that are not to be sent, by the values of one column, and why."""

    column: str
    is_: tuple[str, ...]
    reason: str


class Column(Declared, frozen=True):
    """``[[reply.column]]``: one column or key of the answers, and the code table to say it in."""

    name: str
    value: str
    table: str | None = None
    length: int | None = None  # of a fixed-width answer, in signs


class ReplyMessage(Declared, frozen=True):
    """``[[reply.message]]``: one tagged answer, for lines of this kind, outcome and step."""

    key: str
    line: str
    fields: tuple[tuple[str, str], ...]
    result: tuple[str, ...] = ()
    step: tuple[str, ...] = ()  # of a hit's life


class Reply(Declared, frozen=True):
    """``[reply]``: how answers are told in the national format.

    ``date`` and ``instant`` are forms of ``strftime``; an instant is told in UTC.
    """

    column: tuple[Column, ...] = ()
    message: tuple[ReplyMessage, ...] = ()
    date: str = "%Y-%m-%d"
    instant: str = "%Y-%m-%dT%H:%M:%SZ"
    decimal: str = "."
    items: str = "answers"
    reference: str = "reference"
    number: str = "number"
    lines: str = "lines"
    root: str = "answers"
    stylesheet: str | None = None
    cases: bool = False  # whether the national system leads trace cases: each act is told


class Spec(Declared, frozen=True):
    """A whole ``adapter.toml``."""

    adapter: Identity
    source: Source
    kind: tuple[Kind, ...]
    reply: Reply
    table: dict[str, Table] = {}
    pattern: dict[str, Pattern] = {}
    field: tuple[Field, ...] = ()
    group: tuple[Group, ...] = ()
    rule: tuple[Rule, ...] = ()
    skip: tuple[Skip, ...] = ()


def read_spec(folder: Path) -> Spec:
    """``folder``'s ``adapter.toml``; raises ``AdapterError`` with the place of what is wrong."""
    path = folder / "adapter.toml"
    try:
        return with_guards(msgspec.toml.decode(path.read_bytes(), type=Spec))
    except (msgspec.DecodeError, UnicodeDecodeError, OSError) as error:
        raise AdapterError(
            f"{path.name} of {folder.name} cannot be used: {error}",
            place=f"{folder.name}/{path.name}",
            expected="the tables and keys of docs/guides/adapters.md",
            remedy="mend the named key",
        ) from error


_GUARDED = ("CalibreText", "CalibreCode", "ModelText", "TextAsMarked", "NationalRecordId")
"""What a spreadsheet on the way makes dates and powers of ten of, without a word."""
_UNGUARDED = ("undamaged", "as-typed", "date:")
_BEFORE_GUARDS = ("digits", "collapse", "strip")


def with_guards(spec: Spec) -> Spec:
    """``spec`` with the step ``undamaged`` in every field of a code or number that says nothing
    of it; ``as-typed`` leaves it out.
    """
    groups = tuple(
        msgspec.structs.replace(each, field=tuple(map(_guarded, each.field))) for each in spec.group
    )
    return msgspec.structs.replace(spec, field=tuple(map(_guarded, spec.field)), group=groups)


def _guarded(field: Field) -> Field:
    last = field.to.rpartition("/")[2]
    told = any(step.startswith(_UNGUARDED) for step in field.steps)
    if field.from_ is None or last not in _GUARDED or told:
        return field
    at = next(
        (at for at, step in enumerate(field.steps) if step not in _BEFORE_GUARDS),
        len(field.steps),
    )
    guard = "undamaged:calibre" if last.startswith("Calibre") else "undamaged"
    return msgspec.structs.replace(field, steps=(*field.steps[:at], guard, *field.steps[at:]))


def spec_hash(folder: Path) -> str:
    """Twelve hex digits over the mapping and its code tables: the version of their meaning."""
    digest = hashlib.sha256(MEANING_VERSION)
    more = (path for ending in _DECLARING for path in sorted(folder.glob(ending)))
    for path in (folder / "adapter.toml", *more):
        octets = path.read_bytes()
        digest.update(f"{path.name}:{len(octets)}\n".encode() + octets)
    return digest.hexdigest()[:12]
