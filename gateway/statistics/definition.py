"""A report as a small declarative file (TOML): sections of measures, dimensions and filters.

The reports that come with the gateway are such files too. It computes nothing.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

from rapidfuzz import process

from gateway.statistics.errors import DefinitionError, UnknownMeasureError
from gateway.statistics.filters import narrowing_of
from gateway.statistics.measures import Measure, measures

SUFFIX = ".toml"
_KEYS = {"name", "number", "title", "about", "filters", "section"}
_SECTION_KEYS = {"measure", "by", "top", "title", "filters", "picture"}
_PICTURES = ("bars", "trend", "matrix", "map", "ageing", "distribution", "none")
_TOP_MOST = 10_000
_FLOWS = ("flows",)
"""Measures whose rows are from one place to another: a matrix and a map draw nothing else."""
_OF_FLOWS = ("matrix", "map")
_NAME_MOST = 64
_NAME = re.compile(rf"\w[\w .-]{{0,{_NAME_MOST - 1}}}")
_NO_NAME = re.compile(r"[^\w .-]")
_TEXTS = (str, int, float)


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """One table of a report; ``top`` shows so many rows and sums up the rest."""

    measure: str
    by: tuple[str, ...] | None
    title: str | None
    top: int | None
    picture: str | None
    filters: tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Definition:
    """What a report shows."""

    name: str
    number: str
    title: str
    about: str
    filters: tuple[tuple[str, tuple[str, ...]], ...]
    sections: tuple[Section, ...]


def states_of(definition: Definition) -> set[str]:
    """The states that the sections of ``definition`` are about."""
    return {measures()[section.measure].state for section in definition.sections}


def parse(text: str, name: str) -> Definition:
    """The definition that ``text`` holds; ``name`` is the file's, for messages.

    Raises ``DefinitionError`` with everything that is wrong.
    """
    try:
        found = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise DefinitionError(
            f"this is not TOML: {error}",
            place=name,
            expected="a report's definition",
            remedy="docs/guides/analysis.md shows one",
        ) from error
    reader = _Reader(name)
    made = reader.definition(found)
    if reader.wrong:
        raise DefinitionError(
            "; ".join(reader.wrong),
            place=name,
            expected="a report's definition",
            remedy="docs/guides/analysis.md explains every key; `iarms report measures` every name",
        )
    return made


def load(path: Path) -> Definition:
    """The definition in the file ``path``. Raises ``DefinitionError`` and ``OSError``."""
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise DefinitionError(
            "this is not text in UTF-8", place=str(path), expected="a TOML file in UTF-8"
        ) from error
    return parse(text, str(path))


def built_in() -> dict[str, Definition]:
    """The reports that come with the gateway, by name, in the order of their numbers."""
    folder = files("gateway.statistics").joinpath("definitions")
    made = [
        parse(each.read_text(encoding="utf-8"), each.name)
        for each in folder.iterdir()
        if each.name.endswith(SUFFIX)
    ]
    return {each.name: each for each in sorted(made, key=lambda d: int(d.number.lstrip("R") or 0))}


def find(name: str) -> Definition:
    """The built-in report ``name`` (or its number), or the file of that name.

    Raises ``UnknownMeasureError`` for neither, ``DefinitionError`` for a file that is wrong.
    """
    known = built_in()
    for each in known.values():
        if name in {each.name, each.number}:
            return each
    path = Path(name)
    if path.is_file():
        return load(path)
    near = process.extractOne(name, list(known), score_cutoff=60)
    raise UnknownMeasureError(
        "there is no such report" + (f"; did you mean {near[0]}?" if near else ""),
        value=name,
        expected=", ".join(known) + ", or a definition's file",
        remedy="`iarms report list` explains each",
    )


class _Reader:
    """Reads what it can and notes what is wrong."""

    def __init__(self, name: str) -> None:
        self._name = name
        self.wrong: list[str] = []

    def definition(self, found: dict[str, Any]) -> Definition:
        self._no_others(found, _KEYS, "the report")
        sections = found.get("section", [])
        if not isinstance(sections, list) or not sections:
            self.wrong.append("it has no [[section]]")
            sections = []
        made = [self._section(each, n) for n, each in enumerate(sections, 1)]
        named = [measures()[each.measure].state for each in made if each is not None]
        states = {each.state for each in measures().values()}
        filters = self._filters(found.get("filters", {}), states, "filters", named)
        return Definition(
            name=self._file_name(found),
            number=self._text(found, "number", default=""),
            title=self._text(found, "title"),
            about=self._text(found, "about", default=""),
            filters=filters,
            sections=tuple(each for each in made if each is not None),
        )

    def _section(self, found: Any, number: int) -> Section | None:
        place = f"section {number}"
        if not isinstance(found, dict):
            self.wrong.append(f"{place} is no table")
            return None
        self._no_others(found, _SECTION_KEYS, place)
        measure = measures().get(str(found.get("measure")))
        if measure is None:
            hint = _near(str(found.get("measure")), list(measures()))
            self.wrong.append(f"{place}: no measure is called {found.get('measure')!r}{hint}")
            return None
        return Section(
            measure=measure.name,
            by=self._by(found.get("by"), measure, place),
            title=self._text(found, "title", default="", place=place) or None,
            top=self._top(found.get("top"), place),
            picture=self._picture(found.get("picture"), measure, place),
            filters=self._filters(found.get("filters", {}), {measure.state}, place),
        )

    def _by(self, found: Any, measure: Measure, place: str) -> tuple[str, ...] | None:
        if found is None:
            return None
        if not isinstance(found, list):
            self.wrong.append(f'{place}: by is a list, such as ["make"]')
            return None
        allowed = sorted({*measure.dimensions, *measure.by})
        told = [str(each) for each in found]
        for each in told:
            if each not in allowed:
                self.wrong.append(
                    f"{place}: {measure.name} cannot be told apart by {each!r}"
                    f"{_near(each, allowed)}, only by {', '.join(allowed) or 'nothing'}"
                )
            elif told.count(each) > 1:
                self.wrong.append(f"{place}: by names {each!r} twice")
        return tuple(told)

    def _top(self, found: Any, place: str) -> int | None:
        whole = isinstance(found, int) and not isinstance(found, bool)
        if found is None or (whole and 0 < found <= _TOP_MOST):
            return None if found is None else int(found)
        self.wrong.append(f"{place}: top is a number from 1 to {_TOP_MOST}, not {found!r}")
        return None

    def _picture(self, found: Any, measure: Measure, place: str) -> str | None:
        if found in _OF_FLOWS and measure.name not in _FLOWS:
            self.wrong.append(
                f"{place}: a {found} draws from where to where, which {measure.name} does not "
                f"tell; only {', '.join(_FLOWS)} does"
            )
        if found is None or found in _PICTURES:
            return None if found is None else str(found)
        self.wrong.append(f"{place}: picture is one of {', '.join(_PICTURES)}, not {found!r}")
        return None

    def _filters(
        self, found: Any, states: set[str], place: str, used: list[str] | None = None
    ) -> tuple[tuple[str, tuple[str, ...]], ...]:
        if not isinstance(found, dict):
            self.wrong.append(f'{place}: filters are lines such as make = ["GLOCK"]')
            return ()
        made = []
        for name, values in found.items():
            several = values if isinstance(values, list) else [values]
            if not all(isinstance(each, _TEXTS) for each in several):
                self.wrong.append(f"{place}: the values of {name!r} are texts or numbers")
                continue
            told = tuple(str(each) for each in several)
            try:
                narrowing_of(name, told, states)
                if used:
                    narrowing_of(name, told, used)
            except UnknownMeasureError as error:
                self.wrong.append(f"{place}: {error.message}")
                continue
            made.append((name, told))
        return tuple(made)

    def _text(
        self, found: dict[str, Any], key: str, default: str | None = None, place: str = ""
    ) -> str:
        value = found.get(key, default)
        if isinstance(value, str):
            return value
        where = f"{place}: {key}" if place else key
        self.wrong.append(f"{where} is missing" if value is None else f"{where} is a text")
        return ""

    def _file_name(self, found: dict[str, Any]) -> str:
        if "name" not in found:
            return _NO_NAME.sub("-", Path(self._name).stem).strip("-. ")[:_NAME_MOST] or "report"
        name = self._text(found, "name")
        if isinstance(found["name"], str) and _NAME.fullmatch(name) is None:
            self.wrong.append(
                f"name is {name!r}: it names files, so letters, digits, - . and blanks, 64 at most"
            )
        return name

    def _no_others(self, found: dict[str, Any], allowed: set[str], place: str) -> None:
        for key in sorted(set(found) - allowed):
            self.wrong.append(f"{place} has an unknown key {key!r}{_near(key, sorted(allowed))}")


def _near(word: str, known: Sequence[str]) -> str:
    """The nearest of ``known``, as a question."""
    near = process.extractOne(word, known, score_cutoff=60)
    return f"; did you mean {near[0]!r}?" if near else ""
