"""Writes answers in the national format: delimited text, tagged text or JSON, never failing.

What the encoding cannot hold is written in plain letters or as ``{U+0416}``, in sight; what a
spreadsheet would take for a formula gets an apostrophe before it. It decides nothing of what an
answer says.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import get_args

import msgspec
from lxml import etree

from adapters.engine.codes import CodeTable
from adapters.engine.edifact_answers import control_answers
from adapters.engine.lines import LINE_NAMES, lines_of_answer
from adapters.engine.rows import shown
from adapters.engine.spec import Column, Reply, ReplyMessage, Source
from adapters.engine.speech import Speech
from adapters.engine.steps import near_words
from adapters.engine.texts import fitting, harmless, one_line, quoted
from adapters.engine.wide_text import is_wide
from adapters.engine.xml_tree import load_stylesheet, told_xml
from gateway.adapter import AdapterError, Answer, TraceTold

# Spreadsheets take a cell that begins with one of these for a formula (OWASP, CSV injection).
_REPLY = "adapter.toml, [reply]"
# A full stop, a word and a stroke would begin a field of tagged text.
_FIELD_START = re.compile(r"(\.\s*[A-Z0-9]{1,6})/")


@dataclass(frozen=True, slots=True, kw_only=True)
class Writer:
    """How one adapter writes, compiled: its columns or messages, and the tables to say codes by."""

    source: Source
    reply: Reply
    encoding: str
    tables: Mapping[str, CodeTable]
    speech: Speech
    stylesheet: etree.XSLT | None

    def write(self, answers: Sequence[Answer], now: datetime) -> bytes:  # noqa: PLR0911 - one return a form
        """One native file that tells ``answers`` in their order, written at ``now``.

        Nothing of an act in a trace case where the national system leads none.
        """
        if not self.reply.cases and all(_of_a_case(answer) for answer in answers):
            return b""
        match self.source.form:
            case "delimited":
                return self._delimited(answers)
            case "tagged":
                return self._tagged(answers)
            case "json":
                return self._json(answers)
            case "sheet":
                return self._sheet(answers)
            case "xml":
                return self._xml(answers)
            case "edifact":
                told = [
                    ["; ".join(f"{name}: {text}" for name, text in line.items()) for line in lines]
                    for lines in map(self._told, answers)
                ]
                return control_answers(answers, now, told)
            case _:
                return self._fixed(answers)

    def _told(self, answer: Answer) -> list[dict[str, str]]:
        """The lines of an answer by the names of the columns, those without a text left out."""
        return [
            {
                column.name: text
                for column in self.reply.column
                if (text := self._said(column, line))
            }
            for line in self._lines(answer)
        ]

    def _sheet(self, answers: Sequence[Answer]) -> bytes:
        # Imported late: the writer of workbooks is a library that others do not need.
        from adapters.engine.sheet_writing import rows_of, write_workbook  # noqa: PLC0415

        names = [column.name for column in self.reply.column]
        lines = [line for answer in answers for line in self._told(answer)]
        return write_workbook(self.source.sheet or "Rows", names, rows_of(lines, names), answers)

    def _xml(self, answers: Sequence[Answer]) -> bytes:
        lines = (line for answer in answers for line in self._told(answer))
        made = told_xml(lines, self.reply.root)
        if self.stylesheet is None:
            return etree.tostring(made, xml_declaration=True, encoding="UTF-8", pretty_print=True)
        return bytes(self.stylesheet(made))

    def _fixed(self, answers: Sequence[Answer]) -> bytes:
        """One record a line of an answer; what a field cannot hold is cut, with a mark."""
        end = b"" if self.source.form == "copybook" else b"\r\n"
        records = []
        for answer in answers:
            for line in self._lines(answer):
                text = "".join(
                    cut_to(self._said(column, line), column.length or 0)
                    for column in self.reply.column
                )
                records.append(text.encode(self.encoding, "replace") + end)
        return b"".join(records)

    def _lines(self, answer: Answer) -> Iterator[dict[str, str]]:
        read = "utf-8" if is_wide(self.encoding) else self.encoding
        raw = shown(answer.raw.decode(read, "replace"))
        return lines_of_answer(answer, raw, self.speech)

    def _delimited(self, answers: Sequence[Answer]) -> bytes:
        columns = self.reply.column
        rows = [[column.name for column in columns]]
        rows += [
            [harmless(self._said(column, line)) for column in columns]
            for answer in answers
            for line in self._lines(answer)
        ]
        delimiter = self.source.delimiter
        text = "\r\n".join(delimiter.join(quoted(cell, delimiter) for cell in row) for row in rows)
        return (text + "\r\n").encode(self.encoding)

    def _said(self, column: Column, line: Mapping[str, str]) -> str:
        """The text of ``line`` for ``column``, in the local code where a table is declared."""
        return self._text(line, column.value, column.table)

    def _text(self, line: Mapping[str, str], name: str, table: str | None) -> str:
        """One value as the format writes it: its code, its date, its decimal mark, its signs."""
        text = line.get(name, "")
        if table is not None:
            text = self.tables[table].local.get(text, text)
        elif name == "date":
            text = _day(text, self.reply.date)
        elif name in {"foundon", "raised", "due"} and "T" in text:
            text = datetime.fromisoformat(text).strftime(self.reply.instant)
        elif name == "score":
            text = text.replace(".", self.reply.decimal)
        return fitting(one_line(text), self.encoding)

    def _tagged(self, answers: Sequence[Answer]) -> bytes:
        parts = []
        for answer in answers:
            for line in self._lines(answer):
                message = self._message_for(line)
                if message is not None:
                    parts.append(self._tagged_message(message, line))
        return "\n".join(parts).encode(self.encoding)

    def _message_for(self, line: Mapping[str, str]) -> ReplyMessage | None:
        for message in self.reply.message:
            if message.line != line["line"]:
                continue
            named = (message.result, line.get("result")), (message.step, line.get("step"))
            if all(not known or found in known for known, found in named):
                return message
        return None

    def _tagged_message(self, message: ReplyMessage, line: Mapping[str, str]) -> str:
        """The key and one field a line; a field without a text is left out (never blank)."""
        told = [f"{message.key}."]
        for tag, name in message.fields:
            text = self._tagged_text(name, line)
            if text:
                told.append(f"{tag}/{text}.")
        return "\n".join(told) + "\n"

    def _tagged_text(self, name: str, line: Mapping[str, str]) -> str:
        name, _, table = name.partition(":")
        text = self._text(line, name, table or None)
        return _FIELD_START.sub(r"\1 /", text)

    def _json(self, answers: Sequence[Answer]) -> bytes:
        told = []
        for answer in answers:
            lines = self._told(answer)
            told.append(
                {
                    self.reply.reference: one_line(answer.reference),
                    self.reply.number: answer.number,
                    self.reply.lines: lines,
                }
            )
        return msgspec.json.format(msgspec.json.encode({self.reply.items: told}), indent=2) + b"\n"


def _of_a_case(answer: Answer) -> bool:
    return answer.number == 0 and isinstance(answer.answer, get_args(TraceTold))


def cut_to(text: str, length: int) -> str:
    """``text`` in exactly ``length`` signs; one that is cut ends in ``>``, in sight."""
    if len(text) > length:
        return text[: length - 1] + ">"
    return text.ljust(length)


def _day(text: str, form: str) -> str:
    """A whole day in ``form``; a month or a year alone as the standard writes it."""
    try:
        return date.fromisoformat(text).strftime(form)
    except ValueError:
        return text


def compile_writer(  # noqa: PLR0917 - the parts that writing needs
    folder: Path,
    source: Source,
    reply: Reply,
    encoding: str,
    tables: Mapping[str, CodeTable],
    speech: Speech,
) -> Writer:
    """The writer that ``[reply]`` declares; an unknown name is refused with the known ones."""
    names: list[tuple[str, str | None]] = [(column.value, column.table) for column in reply.column]
    for message in reply.message:
        for _, name in message.fields:
            named, _, by_table = name.partition(":")
            names.append((named, by_table or None))
    if not names:
        raise AdapterError(
            "the adapter writes nothing back",
            place=_REPLY,
            expected="[[reply.column]] or, for tagged text, [[reply.message]]",
        )
    for value, table in names:
        if value not in LINE_NAMES:
            near = near_words(value, dict.fromkeys(LINE_NAMES))
            raise AdapterError(f"a reply has no value {value!r}{near}", place=_REPLY)
        if table is not None and table not in tables:
            near = near_words(table, tables)
            raise AdapterError(f"there is no table {table!r}{near}", place=_REPLY)
    if source.form in {"fixed", "copybook"} and any(not column.length for column in reply.column):
        raise AdapterError(
            "a column of a fixed-width answer has no length",
            place=_REPLY,
            expected="length = the signs that it takes",
        )
    return Writer(
        source=source,
        reply=reply,
        encoding=encoding,
        tables=tables,
        speech=speech,
        stylesheet=load_stylesheet(folder / reply.stylesheet) if reply.stylesheet else None,
    )
