"""Makes rows of the messages of UN/EDIFACT interchanges (ISO 9735).

Every value has the path ``TAG[qualifier]/element.component``; every place is a message, a segment
and an octet. It knows no message's meaning: which segments count is the adapter's to declare.
"""

from __future__ import annotations

from codecs import BOM_UTF8
from collections.abc import Callable, Mapping

from rapidfuzz import process

from adapters.engine.edifact_envelopes import Message, messages_of
from adapters.engine.edifact_syntax import Segment, SyntaxFault, encoding_of, segments_of
from adapters.engine.rows import CELL_CHARACTERS, CONTROL, FILE_CASES, Cell, Parsed, Row
from adapters.engine.spec import Source
from adapters.engine.speech import Speech
from gateway.adapter import Issue

_UNA_SIGNS = 9


def parse_edifact(  # noqa: PLR0911 - one return a reason to refuse
    native: bytes, source: Source, wanted: Mapping[str, frozenset[str]], speech: Speech
) -> Parsed:
    """The messages of ``native``; ``wanted`` are the paths read, by group ("" for the message)."""

    def refused(code: str, **slots: object) -> Parsed:
        at = str(slots.pop("at", speech.place("file")))
        return Parsed(rows=(), issues=(speech.issue(code, at=at, **slots),))  # type: ignore[arg-type]  # the phrases' own slots

    if not native.strip():
        return refused("EMPTY")
    encoding = encoding_of(native)
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
    except SyntaxFault as fault:
        return refused("SYNTAX", value=str(fault), detail="TAG+element:component'")
    messages: list[Message] = []
    issues = list(messages_of(segments, messages, speech))
    if issues:
        return Parsed(rows=(), issues=tuple(issues))
    if len(messages) > FILE_CASES:
        return Parsed(rows=(), issues=(speech.too_much("cases", len(messages), FILE_CASES),))
    begun = text[begins : begins + _UNA_SIGNS]
    cutter = _Cutter(source, wanted, speech, encoding, begun if begun.startswith("UNA") else "")
    rows = [cutter.row(message, number) for number, message in enumerate(messages, start=1)]
    return Parsed(rows=rows, issues=())


class _Cutter:
    """How one profile's messages become rows."""

    def __init__(
        self,
        source: Source,
        wanted: Mapping[str, frozenset[str]],
        speech: Speech,
        encoding: str,
        service: str,
    ) -> None:
        self._source = source
        self._wanted = wanted
        self._speech = speech
        self._encoding = encoding
        self._service = service  # the string of service signs, where there is one
        self._ignored = tuple(name[:-1] for name in source.ignore if name.endswith("*"))

    def row(self, message: Message, number: int) -> Row:
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
            raw=f"{self._service}{message.envelope}\n{text}".encode(self._encoding),
            kind="",
            cells=main.cells,
            place=main.placer(),
            groups={
                name: [_as_row(entry, index) for index, entry in enumerate(entries, start=1)]
                for name, entries in groups.items()
            },
            issues=(*issues, *main.issues),
        )

    def _counts(self, message: Message, issues: list[Issue]) -> None:
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
        self, message: Message, segment: Segment, position: int, entry: _Entry, group: str
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

    def _at(self, message: Message, segment: Segment, position: int) -> str:
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
