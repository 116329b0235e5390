"""The closed registry of steps: what may be done to a native value on its way to the standard.

No step reads a clock, a file or another cell, and none evaluates text: an adapter cannot do more
than this list. A step that does not apply raises ``NotFitting`` with the code to say so by.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from typing import TypeVar

from rapidfuzz import process

from adapters.engine.codes import CodeTable
from adapters.engine.foreign_signs import SOFT_HYPHEN, as_marked
from adapters.engine.spec import Pattern
from gateway.adapter import AdapterError

Value = str | tuple[str, ...] | None
Step = Callable[[str], Value]
_Entry = TypeVar("_Entry")

_EARLIEST_YEAR = 1900  # a theft before it is a slip of the pen
_FORMS = {"%d": "DD", "%m": "MM", "%Y": "YYYY", "%-d": "D", "%-m": "M"}
_GRAMMAR = {
    "%d": "(?P<d>[0-9]{2})", "%m": "(?P<m>[0-9]{2})", "%Y": "(?P<Y>[0-9]{4})",
    "%\\-d": "(?P<d>[0-9]{1,2})", "%\\-m": "(?P<m>[0-9]{1,2})",  # as re.escape leaves them
}  # fmt: skip


class NotFitting(Exception):  # noqa: N818 (the answer of a step, never shown as an error)
    """A value does not fit a step; ``code`` and ``slots`` are what ``Speech.issue`` takes."""

    def __init__(self, code: str, *, suggestion: str | None = None, **slots: object) -> None:
        super().__init__(code)
        self.code = code
        self.suggestion = suggestion
        self.slots = slots


@dataclass(frozen=True, slots=True, kw_only=True)
class Materials:
    """What steps may refer to by name: the adapter's code tables and patterns."""

    tables: Mapping[str, CodeTable]
    patterns: Mapping[str, Pattern]


def _default(argument: str) -> Step:
    # The mapping gives this step the empty value, which no other step ever sees.
    return lambda value: value or argument


def _replace(argument: str) -> Step:
    old, _, new = argument.partition("=")
    return lambda value: value.replace(old, new)


def _split(argument: str) -> Step:
    def split(value: str) -> Value:
        return tuple(part.strip() for part in value.split(argument) if part.strip()) or None

    return split


def _extract(argument: str) -> Step:
    grammar = re.compile(argument)
    if grammar.groups != 1:
        raise ValueError("extract takes a regular expression with exactly one group")

    def extract(value: str) -> Value:
        found = grammar.search(value)
        return found[1] if found else None

    return extract


def _maximum(argument: str) -> Step:
    limit = int(argument)

    def bounded(value: str) -> str:
        if len(value) > limit:
            raise NotFitting("LENGTH", limit=limit)
        return value

    return bounded


def _readable(form: str) -> str:
    """``%d/%m/%Y`` as people write it: ``DD/MM/YYYY``."""
    for sign, words in _FORMS.items():
        form = form.replace(sign, words)
    return form


def _date(argument: str) -> Step:
    """Day, month and year in exactly the declared form: strptime would take 1/6/25 as well."""
    form = _readable(argument)
    grammar = re.escape(argument)
    for sign, digits in _GRAMMAR.items():
        grammar = grammar.replace(sign, digits)
    match = re.compile(grammar).fullmatch
    if not {"d", "m", "Y"} <= re.compile(grammar).groupindex.keys():
        raise ValueError("date takes a form with %d, %m and %Y")

    def read(value: str) -> str:
        found = match(value)
        try:
            if found is None:
                raise NotFitting("DATE", form=form)
            day = date(int(found["Y"]), int(found["m"]), int(found["d"]))
        except ValueError as error:
            raise NotFitting("DATE", form=form) from error
        if day.year < _EARLIEST_YEAR:
            raise NotFitting("DATE", form=form)
        return day.isoformat()

    return read


def _timestamp(_argument: str) -> Step:
    """RFC 3339 with its offset, to UTC: a time without an offset could be two hours off."""

    def read(value: str) -> str:
        try:
            instant = datetime.fromisoformat(value)
            if instant.tzinfo is None:
                raise NotFitting("DATE", form="YYYY-MM-DDThh:mm:ss+hh:mm")
            return instant.astimezone(UTC).isoformat(timespec="milliseconds")
        except (ValueError, OverflowError) as error:
            raise NotFitting("DATE", form="YYYY-MM-DDThh:mm:ss+hh:mm") from error

    return read


_COMPACT = re.compile(
    r"([0-9]{4})([0-9]{2})([0-9]{2})([0-9]{2})([0-9]{2})([0-9]{2})?(Z|[+-][0-9]{2})(?::?([0-9]{2}))?"
)


def _compact_instant(_argument: str) -> Step:
    """``CCYYMMDDHHMM[SS]`` with its zone (UN/EDIFACT 2379 code 208, 303), as RFC 3339."""

    def read(value: str) -> str:
        found = _COMPACT.fullmatch(value)
        if found is None:
            raise NotFitting("DATE", form="YYYYMMDDhhmmss+hh")
        year, month, day, hour, minute, second, zone, more = found.groups()
        offset = "+00:00" if zone == "Z" else f"{zone}:{more or '00'}"
        return f"{year}-{month}-{day}T{hour}:{minute}:{second or '00'}{offset}"

    return read


def _integer(_argument: str) -> Step:
    def read(value: str) -> str:
        if not re.fullmatch("[0-9]{1,9}", value):
            raise NotFitting("NUMBER", form="123")
        return str(int(value))

    return read


def _decimal(argument: str) -> Step:
    mark = argument or "."
    grammar = re.compile(rf"[0-9]{{1,9}}(?:{re.escape(mark)}[0-9]{{1,6}})?")

    def read(value: str) -> str:
        if not grammar.fullmatch(value):
            raise NotFitting("NUMBER", form=f"123{mark}45")
        return value.replace(mark, ".")

    return read


def _scale(argument: str) -> Step:
    factor = Decimal(argument)

    def scaled(value: str) -> str:
        try:
            return format((Decimal(value) * factor).normalize(), "f")
        except InvalidOperation as error:
            raise NotFitting("NUMBER", form="123.45") from error

    return scaled


def _round(argument: str) -> Step:
    digits = Decimal(1).scaleb(-int(argument))

    def rounded(value: str) -> str:
        return format(Decimal(value).quantize(digits).normalize(), "f")

    return rounded


def _code(argument: str, materials: Materials) -> Step:
    table = _known("table", argument, materials.tables)
    unknown = table.declared.on_unknown
    other = table.declared.other

    def look_up(value: str) -> Value:
        found = table.find(value)
        if found is not None:
            return found
        if unknown == "keep":
            return value
        if unknown == "drop":
            return None
        if unknown == "pass-as-other":
            return other
        raise NotFitting(
            "HELD" if unknown == "hold" else "CODE",
            suggestion=table.near(value),
            count=len(table.locals_),
            examples=table.examples,
            table=table.name,
        )

    return look_up


def _unless(argument: str, materials: Materials) -> Step:
    table = _known("table", argument, materials.tables)
    return lambda value: None if table.find(value) is not None else value


def _match(argument: str, materials: Materials) -> Step:
    pattern = _known("pattern", argument, materials.patterns)
    match = re.compile(pattern.regex).fullmatch

    def held(value: str) -> str:
        if match(value) is None:
            raise NotFitting("FORM", form=pattern.expected, remedy=pattern.remedy)
        return value

    return held


def _known(what: str, name: str, known: Mapping[str, _Entry]) -> _Entry:
    """``known[name]``, or the reason why there is none, with a near name."""
    if name in known:
        return known[name]
    raise ValueError(f"there is no {what} {name!r}{near_words(name, known)}")


def near_words(name: str, known: Mapping[str, object]) -> str:
    """``; did you mean ...?`` when a known name is near, and the known names."""
    near = process.extractOne(name, sorted(known), score_cutoff=60)
    hint = f"; did you mean {near[0]!r}?" if near else ""
    return f"{hint} (known: {', '.join(sorted(known))})"


def _digits(_argument: str) -> Step:
    """Digits of any script (Arabic-Indic, Devanagari, full-width) as 0 to 9."""

    def read(value: str) -> str:
        if value.isascii():
            return value
        return "".join(
            str(unicodedata.decimal(sign)) if sign.isdecimal() else sign for sign in value
        )

    return read


# What spreadsheets make of codes and numbers: 1.23E+11 of a long number, 9-Mar of 9-3, 2006-06-30
# of 30-06, 5.7000000000000002 of 5.7. What 0.38 was (.38) cannot be told and is left alone.
_MONTH = (
    "jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    "|sep(?:tember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?"
    "|janv|f\u00e9vr?|fevr?|mars|avr|mai|juin|juil|ao\u00fbt|aout|sept|d\u00e9c"
    "|m\u00e4r|m\u00e4rz|mrz|okt|dez|mrt|mei|abr|ago|set|out|dic|ene"
    "|gen|mag|giu|lug|ott|sty|lut|kwi|maj|cze|lip|sie|wrz|pa\u017a|lis|gru"
    "|oca|\u015fub|nis|haz|tem|a\u011fu|eyl|eki|kas|ara"
    "|\u044f\u043d\u0432|\u0444\u0435\u0432|\u043c\u0430\u0440|\u0430\u043f\u0440|\u043c\u0430\u0439|\u0438\u044e\u043d|\u0438\u044e\u043b"
    "|\u0430\u0432\u0433|\u0441\u0435\u043d|\u043e\u043a\u0442|\u043d\u043e\u044f|\u0434\u0435\u043a"
    "|\u064a\u0646\u0627\u064a\u0631|\u0641\u0628\u0631\u0627\u064a\u0631|\u0645\u0627\u0631\u0633|[\u0623\u0627]\u0628\u0631\u064a\u0644|\u0645\u0627\u064a\u0648"
    "|\u064a\u0648\u0646\u064a\u0648|\u064a\u0648\u0644\u064a\u0648|[\u0623\u0627]\u063a\u0633\u0637\u0633|\u0633\u0628\u062a\u0645\u0628\u0631"
    "|[\u0623\u0627]\u0643\u062a\u0648\u0628\u0631|\u0646\u0648\u0641\u0645\u0628\u0631|\u062f\u064a\u0633\u0645\u0628\u0631"
)
_DAMAGED = re.compile(
    # Without a sign or a fraction it is a serial number: 8E1234.
    r"true|false|vrai|faux|wahr|falsch|verdadeiro|verdadero"
    # Errors have names in each language: #REF!, #BEZUG!, #\u00a1REF!, #NOME?, #N/D, #NV, Err:502.
    r"|[0-9](?:[.,][0-9]+E[-+]?|E[-+])[0-9]+|#{3,}|#[\u00a1\u00bf]?[^\W\d_]{3,}(?:/0)?[!?]"
    r"|#N/[A-Z]+!?|#NV|#YOK|Err:[0-9]{3}"
    rf"|[0-9]{{1,4}}(?:[- ]|\. ?)(?:{_MONTH})\.?(?:[- ][0-9]{{2,4}})?"
    rf"|[0-9]{{1,2}}(?:/| de )(?:{_MONTH})\.?(?:(?:/| de )[0-9]{{2,4}})?"
    # What also begins the name of a model is missing: MAG-62 (May in Italian), LUG 08, SET, GEN.
    r"|(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|janv|f\u00e9vr?|mars|avr|juin|juil|ao\u00fbt"
    r"|m\u00e4rz?|mrz|mrt|fev|abr|mai|ago|out|dez|ene|dic|giu|ott|okt)\.?[-/ ][0-9]{2,4}"
    r"|set\.?/[0-9]{2,4}"
    r"|[0-9]{1,2}:[0-9]{2}:[0-9]{2}"
    r"|(?:19|20)[0-9]{2}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])(?:[T ][0-9:.]+)?"
    r"|[0-9]{1,2}([/.])[0-9]{1,2}\1(?:19|20)[0-9]{2}(?: [0-9:.]+)?"
    r"|[0-9]{1,6}[.,][0-9]*?(?:0{6}|9{6})[0-9]{1,6}",
    re.IGNORECASE,
)


# What a damaged value can begin with; there is nothing but digits in none.
_DAMAGED_STARTS = frozenset("0123456789#jfmasondvwtegJFMASONDVWTEG\u017f")


def damaged(value: str) -> bool:
    """Whether ``value`` is what a spreadsheet makes of another one."""
    return (
        value[:1] in _DAMAGED_STARTS
        and not value.isdigit()
        and _DAMAGED.fullmatch(value) is not None
    )


_DAY_NUMBER = range(20_000, 80_000)  # what a sheet counts a day of the years 1954 to 2118 as
_NO_BORE = re.compile(r"[0-9]{1,2}:[0-9]{2}|[0-9]{1,2}([/.-])[0-9]{1,2}\1[0-9]{2}")  # 12:70, 9/5/26


def _undamaged(argument: str) -> Step:
    """Of ``calibre``, what may well be a serial number is refused, too: times, short dates, and a
    bare number that counts a day, since no bore has five digits.
    """
    if argument not in {"", "calibre"}:
        raise ValueError("its argument can be calibre alone")
    bore = argument == "calibre"

    def held(value: str) -> str:
        if not value.isascii():
            value = as_marked(value)
            if SOFT_HYPHEN in value:
                raise NotFitting("HIDDEN")
        if value.startswith('="') and value.endswith('"') and len(value) > len('=""'):
            value = value[2:-1].replace('""', '"')  # how a sheet is told to leave 007 as it is
        if damaged(value) or (bore and (_counts_a_day(value) or _NO_BORE.fullmatch(value))):
            raise NotFitting("DAMAGED")
        return value

    return held


def _counts_a_day(value: str) -> bool:
    return value.isdecimal() and len(value) < len("100000") and int(value) in _DAY_NUMBER


AS_TYPED = "as-typed"
_PLAIN: Mapping[str, Callable[[str], Step]] = {
    AS_TYPED: lambda _: lambda value: value,
    "collapse": lambda _: lambda value: " ".join(value.split()),
    "compact-instant": _compact_instant,
    "const": lambda argument: lambda _: argument,
    "date": _date,
    "decimal": _decimal,
    "digits": _digits,
    "default": _default,
    "extract": _extract,
    "integer": _integer,
    "lower": lambda _: str.lower,
    "max": _maximum,
    "prefix": lambda argument: lambda value: argument + value,
    "replace": _replace,
    "round": _round,
    "scale": _scale,
    "split": _split,
    "strip": lambda _: str.strip,
    "timestamp": _timestamp,
    "undamaged": _undamaged,
    "upper": lambda _: str.upper,
}
_REFERRING: Mapping[str, Callable[[str, Materials], Step]] = {
    "code": _code,
    "match": _match,
    "unless": _unless,
}
NOT_FUTURE = "not-future"  # the only step that asks for the day; the pipeline has it
STEP_NAMES = tuple(sorted((*_PLAIN, *_REFERRING, NOT_FUTURE)))


def find_step(words: str, materials: Materials) -> Step:
    """The step that ``name:argument`` declares; ``AdapterError`` for an unknown one."""
    name, _, argument = words.partition(":")
    try:
        if name in _REFERRING:
            return _REFERRING[name](argument, materials)
        if name in _PLAIN:
            return _PLAIN[name](argument)
    except (ValueError, InvalidOperation, re.error) as error:
        raise AdapterError(f"the step {words!r} cannot be used: {error}", value=words) from error
    near = process.extractOne(name, STEP_NAMES, score_cutoff=50)
    raise AdapterError(
        f"there is no step {name!r}",
        value=words,
        expected="one of: " + ", ".join(STEP_NAMES),
        remedy=f"did you mean {near[0]!r}?" if near else None,
    )


def find_pipeline(steps: tuple[str, ...], materials: Materials) -> Callable[[Value, str], Value]:
    """All of ``steps`` as one function of a cell and the day (``YYYY-MM-DD``).

    An empty cell skips to the first ``default`` or ``const``; a list runs each step on each part.
    """
    names = [words.partition(":")[0] for words in steps]
    not_future = NOT_FUTURE in names
    run = [find_step(words, materials) for words in steps if words != NOT_FUTURE]
    names = [name for name in names if name != NOT_FUTURE]
    filling = next((at for at, name in enumerate(names) if name in {"default", "const"}), None)

    if len(run) == 1 and filling is None and not not_future:
        only = run[0]

        def single(value: Value, _today: str) -> Value:
            if isinstance(value, str):
                return only(value)
            return None if value is None else _each(only, value)

        return single

    def pipeline(value: Value, today: str) -> Value:
        todo = run
        if value is None:
            if filling is None:
                return None
            value, todo = "", run[filling:]
        for step in todo:
            value = step(value) if isinstance(value, str) else _each(step, value)
            if value is None:
                return None
        if not_future and isinstance(value, str) and value > today:
            raise NotFitting("FUTURE", today=today)
        return value

    return pipeline


def _each(step: Step, values: tuple[str, ...]) -> Value:
    """``step`` on every part of a list; parts that it drops are gone."""
    results = (step(value) for value in values)
    return tuple(value for value in results if isinstance(value, str)) or None
