"""Cuts UN/EDIFACT interchanges (ISO 9735) into messages, and writes CONTRL and CUSRES back.

Every value has the path ``TAG[qualifier]/element.component``; every place is a message, a segment
and an octet. It knows no message's meaning: which segments count is the adapter's to declare.
"""

from __future__ import annotations

import re
from codecs import BOM_UTF8
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from rapidfuzz import process

from adapters.engine.rows import CELL_CHARACTERS, CONTROL, FILE_CASES, Cell, Parsed, Row
from adapters.engine.spec import Source
from adapters.engine.speech import Speech
from gateway.adapter import Answer, Issue

# ISO 9735-1 annex A: the character sets that UNB names, by what Python calls them.
CHARACTER_SETS = {
    "UNOA": "ascii", "UNOB": "ascii", "UNOC": "iso-8859-1", "UNOD": "iso-8859-2",
    "UNOE": "iso-8859-5", "UNOF": "iso-8859-7", "UNOG": "iso-8859-3", "UNOH": "iso-8859-4",
    "UNOI": "iso-8859-6", "UNOJ": "iso-8859-8", "UNOK": "iso-8859-9", "UNOW": "utf-8",
    "UNOY": "utf-8",
}  # fmt: skip
_DEFAULT = ":+.? '"
_SERVICE_OCTETS = 9
_ERRORS = {"REQUIRED": "13", "LENGTH": "39", "DOUBLED": "35", "FIELD": "21", "CHARACTER": "21"}
_INVALID = "12"
_SEGMENT_AT = re.compile(r"(\d+) ([A-Z]{3})\b")
_SPLIT_AT = 70  # a component of FTX 4440 in the directories before D.96A


class _SyntaxFault(Exception):  # noqa: N818 (caught where the interchange is cut)
    """The octets are no segments."""


@dataclass(frozen=True, slots=True)
class Segment:
    """One segment: its number in its message, its first octet from 1, its elements."""

    tag: str
    elements: tuple[tuple[str, ...], ...]
    start: int
    raw: str

    def value(self, element: int, component: int = 1) -> str:
        """One component, both counted from 1; "" where there is none."""
        try:
            return self.elements[element - 1][component - 1]
        except IndexError:
            return ""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Message:
    header: Segment
    segments: tuple[Segment, ...]
    trailer: Segment | None
    envelope: str  # the UNB segment as it was written


def segments_of(text: str, offset: int = 0) -> Iterator[Segment]:  # noqa: C901, PLR0912 - one branch a sign
    """The segments of ``text``; raises ``_SyntaxFault`` where one is not ended."""
    signs = _DEFAULT
    at = 0
    if text.startswith("UNA"):
        signs = text[3:_SERVICE_OCTETS]
        at = _SERVICE_OCTETS
        if len(signs) < len(_DEFAULT):
            raise _SyntaxFault("UNA")
    component, element, release, end = signs[0], signs[1], signs[3], signs[5]
    # ISO 9735-1:1998, syntax version 4: UNA names a sign that repeats an element, * without UNA.
    repeating = signs[4] if text.startswith("UNA") else "*"
    if repeating == " " or not re.match(r"\s*(?:UNA.{6}\s*)?UNB.UNO[A-Z].[4-9]", text, re.DOTALL):
        repeating = ""
    while True:
        while at < len(text) and text[at] in "\r\n \t":
            at += 1
        if at >= len(text):
            return
        start = at
        elements: list[list[str]] = [[""]]
        while True:
            if at >= len(text):
                raise _SyntaxFault(text[start : start + 40])
            sign = text[at]
            if sign == release and release != " ":
                if at + 1 >= len(text):
                    raise _SyntaxFault(text[start : start + 40])
                elements[-1][-1] += text[at + 1]
                at += 2
                continue
            at += 1
            if sign == end:
                break
            if sign == element:
                elements.append([""])
            elif sign == component:
                elements[-1].append("")
            elif sign == repeating:  # no profile has a place for a second value
                raise _SyntaxFault(text[start : start + 40])
            elif sign not in "\r\n":
                elements[-1][-1] += sign
        tag = elements[0][0]
        if not re.fullmatch("[A-Z]{3}", tag):
            raise _SyntaxFault(text[start:at])
        yield Segment(
            tag=tag,
            elements=tuple(tuple(parts) for parts in elements[1:]),
            start=offset + start + 1,
            raw=text[start:at],
        )


def parse_edifact(  # noqa: PLR0911 - one return a reason to refuse
    native: bytes, source: Source, wanted: Mapping[str, frozenset[str]], speech: Speech
) -> Parsed:
    """The messages of ``native``; ``wanted`` are the paths read, by group ("" for the message)."""

    def refused(code: str, **slots: object) -> Parsed:
        at = str(slots.pop("at", speech.place("file")))
        return Parsed(rows=(), issues=(speech.issue(code, at=at, **slots),))  # type: ignore[arg-type]  # the phrases' own slots

    if not native.strip():
        return refused("EMPTY")
    encoding = _encoding(native)
    if encoding is None:
        return refused("SYNTAX", value=native[:40].decode("ascii", "replace"), detail="UNB+UNOC:3")
    marked = native.startswith(BOM_UTF8)
    try:
        text = native[len(BOM_UTF8) * marked :].decode(encoding)
    except UnicodeDecodeError as error:
        return refused(
            "ENCODING", at=speech.place("byte", line=1, byte=error.start + 1), encoding=encoding
        )
    begins = len(text) - len(text.lstrip())
    try:
        segments = list(segments_of(text[begins:], begins + len(BOM_UTF8) * marked))
    except _SyntaxFault as fault:
        return refused("SYNTAX", value=str(fault), detail="TAG+element:component'")
    messages: list[_Message] = []
    issues = list(_interchange(segments, messages, speech))
    if issues:
        return Parsed(rows=(), issues=tuple(issues))
    if len(messages) > FILE_CASES:
        return Parsed(rows=(), issues=(speech.too_much("cases", len(messages), FILE_CASES),))
    cutter = _Cutter(source, wanted, speech, encoding)
    rows = [cutter.row(message, number) for number, message in enumerate(messages, start=1)]
    return Parsed(rows=rows, issues=())


def _encoding(native: bytes) -> str | None:
    """What UNB says of the characters; None where there is no UNB."""
    head = native.lstrip()[:200].decode("ascii", "replace")
    found = re.search(r"UNB[^A-Z](UNO[A-Z])", head)
    return CHARACTER_SETS.get(found[1]) if found else None


def _interchange(
    segments: Sequence[Segment], messages: list[_Message], speech: Speech
) -> Iterator[Issue]:
    """Sorts segments into messages; what is wrong with their envelopes spoils the whole file."""
    sorter = _Sorter(messages, speech)
    for segment in segments:
        yield from sorter.take(segment)
    if sorter.open:
        last = segments[-1]
        yield speech.issue("SYNTAX", at=sorter.place(last), value=last.raw, detail="UNT, UNZ")


class _Sorter:
    """Interchange, functional groups and messages, by their service segments (ISO 9735-1, 8)."""

    def __init__(self, messages: list[_Message], speech: Speech) -> None:
        self._messages = messages
        self._speech = speech
        self._interchange: Segment | None = None
        self._group: Segment | None = None
        self._header: Segment | None = None
        self._held: list[Segment] = []
        self._begun = self._begun_group = self._groups = 0

    @property
    def open(self) -> bool:
        """Whether something was begun and not ended."""
        return (self._interchange or self._group or self._header) is not None

    def place(self, segment: Segment) -> str:
        """Where a service segment stands."""
        return self._speech.place(
            "segment", message="-", number=1, tag=segment.tag, byte=segment.start
        )

    def take(self, segment: Segment) -> Iterator[Issue]:
        """Sorts in one segment."""
        match segment.tag:
            case "UNB" if not self.open:
                self._interchange = segment
                self._begun, self._groups = len(self._messages), 0
            case "UNG" if self._header is None and self._group is None:
                self._group, self._begun_group = segment, len(self._messages)
                self._groups += 1
            case "UNH" if self._header is None:
                self._header, self._held = segment, []
            case "UNT" if self._header is not None:
                self._end_message(self._header, segment)
            case "UNE" if self._header is None and self._group is not None:
                count = len(self._messages) - self._begun_group
                yield from self._ended(segment, self._group, count, ("UNE 0060", "UNE 0048"))
                self._group = None
            case "UNZ" if self._header is None and self._group is None:
                # Where messages are grouped, it is the groups that are counted.
                count = self._groups or len(self._messages) - self._begun
                if self._interchange is not None:
                    names = ("UNZ 0036", "UNZ 0020")
                    yield from self._ended(segment, self._interchange, count, names)
                self._interchange = None
            case "UNB" | "UNG" | "UNE" | "UNZ":
                yield self._out_of_order(segment)
            case _ if self._header is not None:
                self._held.append(segment)
            case _:
                yield self._speech.issue(
                    "SYNTAX", at=self.place(segment), value=segment.raw, detail="UNH"
                )

    def _out_of_order(self, segment: Segment) -> Issue:
        wanted = "UNT" if self._header else "UNE" if self._group else "UNG, UNH, UNZ"
        self._header = self._group = None  # told once, and not again by what follows
        if segment.tag == "UNZ":
            self._interchange = None
        return self._speech.issue(
            "SYNTAX", at=self.place(segment), value=segment.tag, detail=wanted
        )

    def _end_message(self, header: Segment, trailer: Segment) -> None:
        self._messages.append(
            _Message(
                header=header,
                segments=tuple(self._held),
                trailer=trailer,
                envelope=self._interchange.raw if self._interchange else "",
            )
        )
        self._header = None

    def _ended(
        self, segment: Segment, begun: Segment, count: int, names: tuple[str, str]
    ) -> Iterator[Issue]:
        """What a trailer says and its envelope does not hold: a count, and the reference."""
        given = segment.value(1)
        pairs = [
            (names[0], given, str(count), given.lstrip("0") == str(count).lstrip("0")),
            (names[1], segment.value(2), begun.value(5), segment.value(2) == begun.value(5)),
        ]
        for what, said, found, true in pairs:
            if not true:
                yield self._speech.issue(
                    "TOTAL", at=self.place(segment), value=said, what=what, given=said, found=found
                )


class _Cutter:
    """How one profile's messages become rows."""

    def __init__(
        self,
        source: Source,
        wanted: Mapping[str, frozenset[str]],
        speech: Speech,
        encoding: str,
    ) -> None:
        self._source = source
        self._wanted = wanted
        self._speech = speech
        self._encoding = encoding
        self._ignored = tuple(name[:-1] for name in source.ignore if name.endswith("*"))

    def row(self, message: _Message, number: int) -> Row:
        """One message as a row, with an entry for each segment that begins a group."""
        header = message.header
        at = self._at(message, header, 1)
        issues: list[Issue] = []
        text = "".join(
            segment.raw + "\n"
            for segment in (header, *message.segments, *filter(None, (message.trailer,)))
        )
        self._counts(message, issues)
        main = _Entry(at=at)
        groups: dict[str, list[_Entry]] = {name: [] for name in self._wanted if name}
        entry, group = main, ""
        for position, segment in enumerate(message.segments, start=2):
            if segment.tag in groups:
                entry, group = _Entry(at=self._at(message, segment, position)), segment.tag
                groups[group].append(entry)
            elif segment.tag in self._source.group_ends:
                entry, group = main, ""
            self._take(message, segment, position, entry, group)
        return Row(
            number=number,
            at=at,
            raw=f"{message.envelope}\n{text}".encode(self._encoding),
            kind="",
            cells=main.cells,
            place=main.placer(),
            groups={
                name: [_as_row(entry, index) for index, entry in enumerate(entries, start=1)]
                for name, entries in groups.items()
            },
            issues=(*issues, *main.issues),
        )

    def _counts(self, message: _Message, issues: list[Issue]) -> None:
        trailer = message.trailer
        if trailer is None:
            return
        position = len(message.segments) + 2
        at = self._at(message, trailer, position)
        for what, given, found in (
            ("UNT 0074", trailer.value(1).lstrip("0"), str(position)),
            ("UNT 0062", trailer.value(2), message.header.value(1)),
        ):
            if given != found:
                issues.append(
                    self._speech.issue(
                        "TOTAL", at=at, value=given, what=what, given=given, found=found
                    )
                )

    def _take(
        self, message: _Message, segment: Segment, position: int, entry: _Entry, group: str
    ) -> None:
        qualified = segment.tag in self._source.qualified
        name = f"{segment.tag}[{segment.value(1)}]" if qualified else segment.tag
        wanted = self._wanted.get(group, frozenset())
        for index, element in enumerate(segment.elements, start=1):
            for part, text in enumerate(element, start=1):
                if not text or (qualified and (index, part) == (1, 1)):
                    continue
                path = f"{name}/{index}.{part}"
                at = f"{self._at(message, segment, position)}, {path}"
                if path in self._source.ignore or path.startswith(self._ignored or ("\0",)):
                    continue
                if path not in wanted:
                    near = process.extractOne(path, sorted(wanted), score_cutoff=80)
                    entry.issues.append(
                        self._speech.issue(
                            "FIELD",
                            at=at,
                            value=f"{path} = {text}",
                            cell=path,
                            suggestion=near[0] if near else None,
                            names=", ".join(sorted(wanted)),
                        )
                    )
                elif path in entry.cells and path not in self._source.several:
                    entry.issues.append(
                        self._speech.issue("DOUBLED", at=at, value=text, cell=path, column=path)
                    )
                else:
                    self._keep(path, text, at, entry)

    def _keep(self, path: str, text: str, at: str, entry: _Entry) -> None:
        if CONTROL.search(text):
            entry.issues.append(
                self._speech.issue(
                    "CHARACTER", at=at, value=text, cell=path, encoding=self._encoding
                )
            )
        if len(text) > CELL_CHARACTERS:
            entry.issues.append(
                self._speech.issue("LENGTH", at=at, value=text, cell=path, limit=CELL_CHARACTERS)
            )
        held = entry.cells.get(path)
        if held is None:
            entry.cells[path] = text
            entry.places[path] = at
        else:
            entry.cells[path] = (*held, text) if isinstance(held, tuple) else (held, text)

    def _at(self, message: _Message, segment: Segment, position: int) -> str:
        return self._speech.place(
            "segment",
            message=message.header.value(1),
            number=position,
            tag=segment.tag,
            byte=segment.start,
        )


class _Entry:
    """What is collected of a message, or of one group in it."""

    def __init__(self, at: str) -> None:
        self.at = at
        self.cells: dict[str, Cell] = {}
        self.places: dict[str, str] = {}
        self.issues: list[Issue] = []

    def placer(self) -> Callable[[str], str]:
        """Where each value stands; for one that is missing, where it should."""
        return lambda path: self.places.get(path, f"{self.at}, {path}" if path else self.at)


def _as_row(entry: _Entry, number: int) -> Row:
    return Row(
        number=number,
        at=entry.at,
        raw=b"",
        kind="",
        cells=entry.cells,
        place=entry.placer(),
        groups={},
        issues=tuple(entry.issues),
    )


# --- the way back -------------------------------------------------------------------------------


def released(text: str) -> str:
    """``text`` as one component: service characters are released (ISO 9735-1, 7.2)."""
    return "".join(f"?{sign}" if sign in "+:'?" else sign for sign in text)


def control_answers(
    answers: Sequence[Answer], encoding: str, stamp: str, told: Sequence[Sequence[str]]
) -> str:
    """CONTRL for the interchanges of ``answers``, then a CUSRES for each; ``told`` are their lines.

    ``stamp`` is date and time as ``YYMMDD:HHMM``. A hit comes unasked: it has no interchange, and
    its CUSRES stands alone.
    """
    interchanges: dict[str, list[tuple[Answer, Sequence[str]]]] = {}
    for answer, lines in zip(answers, told, strict=True):
        envelope = answer.raw.decode(encoding, "replace").partition("\n")[0]
        interchanges.setdefault(envelope, []).append((answer, lines))
    return "".join(
        _interchange_back(envelope, entries, encoding, stamp)
        for envelope, entries in interchanges.items()
    )


def _interchange_back(
    envelope: str, entries: Sequence[tuple[Answer, Sequence[str]]], encoding: str, stamp: str
) -> str:
    try:
        held = next(iter(segments_of(envelope)), None) if envelope else None
    except _SyntaxFault:
        held = None
    sender = released(held.value(2)) if held else ""
    recipient = released(held.value(3)) if held else ""
    reference = released(held.value(5)) if held else "UNASKED"
    messages: list[list[str]] = []
    if held is not None:
        messages.append(_control(entries, reference, sender, recipient, encoding))
    messages += [_customs_response(answer, lines) for answer, lines in entries]
    out = [f"UNB+UNOY:4+{recipient}+{sender}+{stamp}+{reference}A'"]
    for number, segments in enumerate(messages, start=1):
        head, *rest = segments
        body = [f"UNH+{number}+{head}'", *rest]
        out += [*body, f"UNT+{len(body) + 1}+{number}'"]
    out.append(f"UNZ+{len(messages)}+{reference}A'")
    return "\n".join(out) + "\n"


def _control(
    entries: Sequence[tuple[Answer, Sequence[str]]],
    reference: str,
    sender: str,
    recipient: str,
    encoding: str,
) -> list[str]:
    """CONTRL (ISO 9735-10): what of the interchange was read, and what not, by segment."""
    out = ["CONTRL:4:1:UN", f"UCI+{reference}+{sender}+{recipient}+8'"]
    for answer, _ in entries:
        lines = answer.raw.decode(encoding, "replace").splitlines()
        header = next(iter(segments_of(lines[1])), None) if len(lines) > 1 else None
        if header is None:
            continue
        kind = (
            ":".join(released(part) for part in header.elements[1])
            if len(header.elements) > 1
            else ""
        )
        action = "4" if answer.issues else "7"
        out.append(f"UCM+{released(header.value(1))}+{kind}+{action}'")
        for issue in answer.issues:
            found = _SEGMENT_AT.search(issue.at)
            code = _ERRORS.get(issue.code, _INVALID)
            out.append(f"UCS+{found[1] if found else 1}'")
            place = re.search(r"/(\d+)\.(\d+)$", issue.at)
            if place:
                out.append(f"UCD+{code}+{int(place[1]) + 1}:{place[2]}'")
    return out


def _customs_response(answer: Answer, lines: Sequence[str]) -> list[str]:
    """CUSRES (D.96B) with one free text a line: outcome, candidates, hits, or what is wrong."""
    reference = released(answer.reference)
    out = ["CUSRES:D:96B:UN", f"BGM+962+{reference}+11'", f"GIS+{_STATUS[answer.outcome.value]}'"]
    for line in lines:
        parts = [released(line[at : at + _SPLIT_AT]) for at in range(0, len(line), _SPLIT_AT)]
        out.extend(f"FTX+AAO+++{':'.join(parts[at : at + 5])}'" for at in range(0, len(parts), 5))
    return out


_STATUS = {
    "APPLIED": "1", "REFUSED": "2", "SET_ASIDE": "3", "HELD": "4", "SKIPPED": "5", "FAILED": "6",
}  # fmt: skip
