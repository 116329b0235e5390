"""An adapter made of a folder: its ``adapter.toml`` and code tables, compiled at the first use.

It holds the parts together and adds no behaviour of its own. Nothing is read at import.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import BinaryIO

from adapters.engine.codes import load_table
from adapters.engine.golden import check_samples, samples_of
from adapters.engine.line_source import held_encoding
from adapters.engine.losing import Accountant
from adapters.engine.mapping import compile_mapping
from adapters.engine.reading import Reader, read_native, stream_native, words_of
from adapters.engine.record_source import compile_records
from adapters.engine.spec import Source, Spec, read_spec, spec_hash
from adapters.engine.speech import speech
from adapters.engine.steps import Materials
from adapters.engine.tracing import trace_item
from adapters.engine.wide_text import is_wide
from adapters.engine.writing import Writer, compile_writer
from adapters.engine.xml_tree import load_stylesheet
from gateway.accounting import ItemAccount, Standing
from gateway.adapter import AdapterError, Answer, Reading, SampleOutcome, Stage, Stream
from gateway.frame import Frame


@dataclass(frozen=True, slots=True, kw_only=True)
class Compiled:
    """A folder's declarations as functions."""

    spec: Spec
    reader: Reader
    writer: Writer
    materials: Materials


def writing_encoding(source: Source) -> str:
    """What answers are written in: what the source is read in, where octets are letters."""
    match source.form:
        case "copybook":
            return source.encoding
        case "xml" | "json" | "sheet" | "edifact":
            return "utf-8"
        case _:
            held = held_encoding(source)
            return source.encoding if is_wide(source.encoding) else held


def raw_encoding(source: Source) -> str:
    """What the octets that an item was read of are in; of a wide source they are UTF-8."""
    return held_encoding(source) if is_wide(source.encoding) else writing_encoding(source)


def compile_folder(folder: Path) -> Compiled:
    """Everything in ``folder`` compiled; raises ``AdapterError`` with the place of a mistake."""
    spec = read_spec(folder)
    words = speech(spec.adapter.language)
    tables = {name: load_table(folder, name, table) for name, table in spec.table.items()}
    materials = Materials(tables=tables, patterns=spec.pattern)
    kinds = compile_mapping(spec, materials, words)
    source = spec.source
    reader = Reader(
        spec=spec,
        kinds=kinds,
        by_word=words_of(spec, kinds, source),
        speech=words,
        stylesheet=load_stylesheet(folder / source.stylesheet) if source.stylesheet else None,
    )
    if source.form in {"fixed", "copybook"}:
        wanted = reader.wanted() | {choice.column for choice in source.choose.values()}
        reader = replace(reader, records=compile_records(source, folder, wanted, words))
    writer = compile_writer(folder, source, spec.reply, writing_encoding(source), tables, words)
    return Compiled(spec=spec, reader=reader, writer=writer, materials=materials)


class DeclaredAdapter:
    """The adapter that ``folder`` declares (``gateway.adapter.Adapter``)."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __repr__(self) -> str:
        return f"DeclaredAdapter({self.folder.name})"

    @cached_property
    def _compiled(self) -> Compiled:
        compiled = compile_folder(self.folder)
        # The version of what is compiled now, not of what lies there when somebody first asks.
        self.__dict__.setdefault("version", spec_hash(self.folder))
        return compiled

    def renew(self) -> bool:
        """Take the declarations as they are in the folder now, if they compile and their samples
        in ``ok`` still have no issues; whether they are others than before.

        Raises ``AdapterError`` for others that are not sound; the old ones stay.
        """
        version = spec_hash(self.folder)
        if version == self.version:
            return False
        fresh = DeclaredAdapter(self.folder)
        compiled = fresh._compiled
        for outcome in check_samples(fresh, self.folder):
            if outcome.sample.startswith("ok/") and outcome.difference:
                raise AdapterError(
                    f"{outcome.sample} is read otherwise by the changed declarations",
                    place=f"{self.folder.name}/samples/{outcome.sample}",
                    value=outcome.difference[:200],
                    expected="the samples in 'ok' read as expected",
                    remedy="mend the declarations, or write the expected files anew",
                )
        # One assignment each: whoever reads meanwhile has the old ones or the new ones.
        self.__dict__["_compiled"] = compiled
        self.__dict__["version"] = version
        return True

    @property
    def name(self) -> str:
        """The name it is installed under."""
        return self._compiled.spec.adapter.name

    @cached_property
    def version(self) -> str:
        """The hash of its mapping and code tables."""
        return spec_hash(self.folder)

    @property
    def suffix(self) -> str:
        """The ending of its native files, with the dot."""
        return self._compiled.spec.source.suffix

    def read(self, native: bytes, frame: Frame) -> Reading:
        """Every item of ``native``, each with its body or all of its issues."""
        return read_native(self._compiled.reader, native, frame)

    def stream(self, source: BinaryIO, frame: Frame) -> Stream:
        """Every item of ``source`` as it is asked for, in memory that does not grow."""
        return stream_native(self._compiled.reader, source, frame)

    def trace(self, source: BinaryIO, number: int, frame: Frame) -> Sequence[Stage]:
        """How item ``number`` became what it is, stage by stage."""
        reader = self._compiled.reader
        return trace_item(reader, source, number, frame, raw_encoding(reader.spec.source))

    def standing(self) -> Standing:
        """What the mapping says of every item alike (``gateway.accounting.Accountable``)."""
        return self._accountant.standing()

    def account(self, source: BinaryIO, frame: Frame) -> Iterator[ItemAccount]:
        """What of each item of ``source`` was dropped, defaulted or not coded."""
        return self._accountant.account(source, frame)

    @property
    def _accountant(self) -> Accountant:
        compiled = self._compiled
        return Accountant(reader=compiled.reader, materials=compiled.materials)

    def write(self, answers: Sequence[Answer], frame: Frame) -> bytes:
        """One native file that tells ``answers`` in their order."""
        return self._compiled.writer.write(answers, frame.now)

    def check_samples(self) -> Sequence[SampleOutcome]:
        """One outcome for each golden sample of the folder."""
        return check_samples(self, self.folder)

    def samples(self) -> Sequence[tuple[str, bytes]]:
        """The folder's samples (``gateway.adapter.Sampled``)."""
        return [
            (f"{path.parent.name}/{path.name}", path.read_bytes())
            for path in samples_of(self.folder)
        ]
