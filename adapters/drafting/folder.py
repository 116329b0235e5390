"""Writes the proposed folder: adapter.toml, code tables, samples, a README with every doubt.

It overwrites nothing: the folder is new.
"""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from adapters.drafting.meaning import (
    BEFORE_A_CLOCK,
    Guess,
    date_forms,
    guess_by_cells,
    guess_codes,
    guess_columns,
    looks_like_serials,
    most_have,
    without_clock,
)
from adapters.drafting.sampling import Sample, understand
from adapters.engine import DeclaredAdapter, fixed_frame, write_expected
from adapters.engine.codes import folded
from adapters.engine.steps import Materials, find_step
from adapters.engine.texts import quoted
from adapters.engine.wide_text import is_wide
from gateway.adapter import AdapterError

_SURE = 95
_UNITS = {" CM": ("cm", "10"), " POL": ("inches", "25.4"), " IN": ("inches", "25.4")}
_CODES_MOST = 60  # more distinct values are no codes
_SERIAL = "Firearm/Marking[serial]/TextAsMarked"
_NONE = "NONE,NOT_RECORDED,proposed: a word that your system writes where there is no number\n"
_WITHOUT = {
    "RecordTypeCode": ("STOLEN", "every row is taken as STOLEN"),
    "Firearm/FirearmTypeCode": ("UNKNOWN", "every weapon is of an UNKNOWN type"),
    "Firearm/MakeIdentified/MakeText": ("UNKNOWN", "every make is UNKNOWN"),
    "Firearm/Calibre[1]/CalibreText": ("UNKNOWN", "every calibre is UNKNOWN"),
}
_ORDER = (
    "NationalRecordId",
    "RecordTypeCode",
    "EventDate",
    "Firearm/FirearmTypeCode",
    "Firearm/MakeIdentified/MakeText",
    "Firearm/ModelIdentified",
    "Firearm/Calibre[1]/CalibreText",
    "Firearm/BarrelLengthMeasure",
    _SERIAL,
)
_REPLY = (
    ("File", "reference"),
    ("Result", "result"),
    ("Place", "at"),
    ("Expected", "expected"),
    ("Do", "remedy"),
    ("Serial", "serial"),
    ("Score", "score"),
    ("Owner", "owner"),
    ("Telephone", "phone"),
    ("Hit", "hit"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What was written, what is proposed for each column, and every doubt that is left.

    ``columns`` are pairs of a column's name and what is proposed for it; ``ready`` of ``rows`` of
    the sample give a body already.
    """

    folder: Path
    name: str
    encoding: str
    delimiter: str
    columns: tuple[tuple[str, str], ...]
    doubts: tuple[str, ...]
    rows: int
    ready: int


@dataclass(slots=True, kw_only=True)
class _Text:
    """The adapter.toml while it grows, and the code tables beside it."""

    sample: Sample
    doubts: list[str]
    fields: list[str] = field(default_factory=list)
    tables: dict[str, str] = field(default_factory=dict)  # name -> its line of [table]
    files: dict[str, str] = field(default_factory=dict)
    told: dict[str, str] = field(default_factory=dict)

    def add(
        self,
        path: str,
        column: str | None,
        steps: Sequence[str] = (),
        value: str = "",
        say: str = "",
    ) -> None:
        """One ``[[field]]``, with the doubt about it as a comment."""
        lines = [f"# UNSURE: {say}"] if say else []
        lines += ["[[field]]", f"to = {_quoted(path)}"]
        lines.append(f"from = {_quoted(column)}" if column else f"value = {_quoted(value)}")
        if steps:
            lines.append(f"steps = [{', '.join(map(_quoted, steps))}]")
        self.fields.append("\n".join(lines))
        if column and not (path.endswith("StatusCode") or column in self.told):
            self.told[column] = path
        if say:
            self.doubts.append(f"{column or path}: {say}")


def draft(sample_file: Path, folder: Path, *, name: str) -> Draft:
    """Propose an adapter called ``name`` in the new ``folder`` from ``sample_file``.

    Raises ``AdapterError`` where the sample is no table of text or the folder is there already.
    """
    if folder.exists():
        raise AdapterError(
            "the folder is there already",
            place=str(folder),
            expected="a folder that does not exist yet",
            remedy="name another with --to",
        )
    sample = understand(sample_file.read_bytes())
    text = _Text(sample=sample, doubts=list(sample.doubts))
    guesses = _guesses(sample, text.doubts)
    reference = _reference(sample, guesses, text.doubts)
    for path in _ORDER:
        _propose(path, guesses.get(path), text)
    unread = [name for name in sample.header if name and name not in text.told]
    if unread:
        text.doubts.append(
            f"columns that nobody reads: {', '.join(unread)}: give each a [[field]], or leave it "
            "in 'ignore'"
        )
    _write(folder, _toml(name, text, reference, unread), text)
    return _outcome(folder, name, text)


def _guesses(sample: Sample, doubts: list[str]) -> dict[str, Guess]:
    """A column for each path; by its cells where no name says which has the serial numbers."""
    if sample.headed:
        guesses = {guess.path: guess for guess in guess_columns(sample.header)}
    else:
        columns = [sample.column(at) for at in range(len(sample.header))]
        guesses = {guess.path: guess for guess in guess_by_cells(columns)}
        doubts += [
            f"{sample.header[guess.column]}: taken for {path}, because its cells look so"
            for path, guess in guesses.items()
        ]
    taken = {guess.column for guess in guesses.values()}
    if "EventDate" not in guesses:
        for at, name in enumerate(sample.header):
            if at not in taken and date_forms(sample.column(at)):
                guesses["EventDate"] = Guess(column=at, path="EventDate", sure=50)
                taken.add(at)
                doubts.append(f"{name}: taken for the day of the event, because its cells are days")
                break
    if _SERIAL not in guesses:
        for at, name in enumerate(sample.header):
            if at not in taken and looks_like_serials(sample.column(at)):
                guesses[_SERIAL] = Guess(column=at, path=_SERIAL, sure=50)
                doubts.append(f"{name}: taken for the serial number, because its cells look so")
                break
    return guesses


def _reference(sample: Sample, guesses: dict[str, Guess], doubts: list[str]) -> str:
    found = guesses.get("NationalRecordId")
    if found is None:
        found = guesses.get(_SERIAL) or Guess(column=0, path="NationalRecordId", sure=0)
        guesses["NationalRecordId"] = Guess(column=found.column, path="NationalRecordId", sure=0)
        doubts.append(
            f"{sample.header[found.column]}: taken for the national reference for want of a better "
            "one: it must be the same each time that the same case is filed, and no other's"
        )
    cells = sample.column(found.column)
    if len(set(cells)) < len(cells):
        doubts.append(
            f"{sample.header[found.column]}: the reference comes more than once in the sample: "
            "join several columns with '+' in [source] reference, as in us-ncic-gun"
        )
    return sample.header[found.column]


def _propose(path: str, guess: Guess | None, text: _Text) -> None:
    if guess is None:
        if path in _WITHOUT:
            value, meaning = _WITHOUT[path]
            text.add(path, None, value=value, say=f"no column was found for it; {meaning}")
        elif path == _SERIAL:
            text.add(
                "Firearm/SerialStatusCode",
                None,
                value="NOT_RECORDED",
                say="no column with serial numbers was found",
            )
        return
    column = text.sample.header[guess.column]
    cells = text.sample.column(guess.column)
    say = (
        "its name is only like one that is known"
        if text.sample.headed and 0 < guess.sure < _SURE
        else ""
    )
    digits = ("digits",) if any(not cell.isascii() and _has_digits(cell) for cell in cells) else ()
    match path:
        case "RecordTypeCode" | "Firearm/FirearmTypeCode":
            _coded(path, column, cells, text, say)
        case "EventDate":
            _dated(column, cells, text, digits)
        case "Firearm/MakeIdentified/MakeText":
            text.add(path, column, ("collapse", "upper", "default:UNKNOWN"), say=say)
        case "Firearm/Calibre[1]/CalibreText":
            steps = (*digits, "collapse", "undamaged", "default:UNKNOWN")
            text.add(path, column, steps, say=say)
        case "Firearm/BarrelLengthMeasure":
            _measured(path, column, cells, text, digits)
        case _ if path == _SERIAL:
            _serial(column, text, say, digits)
        case _:
            text.add(path, column, (*digits, "collapse"), say=say)


def _coded(path: str, column: str, cells: Sequence[str], text: _Text, say: str) -> None:
    name = "fact" if path == "RecordTypeCode" else "type"
    counted = Counter(cells)
    if len(counted) > _CODES_MOST:
        say = f"{len(counted)} distinct values are many for codes: is it the right column?"
    values = [value for value, _ in counted.most_common(_CODES_MOST)]
    guessed = guess_codes(path, values)
    table = io.StringIO()
    lines = csv.writer(table, lineterminator="\n")
    lines.writerow(("local", "standard", "note"))
    for value in _apart(guessed):
        standard, sure = guessed[value]
        lines.writerow((value, standard, "" if sure >= _SURE else f"guessed ({sure} %): check"))
    missing = [value for value in values if value not in guessed]
    text.files[f"codes/{name}.csv"] = table.getvalue()
    text.tables[name] = f'{name} = {{ file = "codes/{name}.csv", on_unknown = "hold" }}'
    if missing:
        text.doubts.append(
            f"{column}: no standard code is proposed for {', '.join(map(repr, missing[:12]))}: "
            f"their rows are held until codes/{name}.csv has the lines"
        )
    weak = [value for value, (_, sure) in guessed.items() if sure < _SURE]
    if weak:
        text.doubts.append(
            f"{column}: codes guessed by likeness: {', '.join(map(repr, weak[:12]))}"
        )
    text.add(path, column, (f"code:{name}",), say=say)


def _apart(values: Sequence[str] | dict[str, tuple[str, int]]) -> list[str]:
    """``values`` but for those that differ in case, accents or blanks alone."""
    first: dict[str, str] = {}
    for value in values:
        first.setdefault(folded(value), value)
    return list(first.values())


def _has_digits(cell: str) -> bool:
    """Whether ``cell`` holds digits of another script."""
    return any(sign.isdecimal() and not sign.isascii() for sign in cell)


def _measured(
    path: str, column: str, cells: Sequence[str], text: _Text, digits: tuple[str, ...]
) -> None:
    """A length in millimetres, which the standard has; the unit is only known to its owner."""
    mark = "," if any("," in cell for cell in cells) else "."
    unit, factor = next(
        (found for word, found in _UNITS.items() if word in folded(column).replace("(", " ")),
        ("mm", "1"),
    )
    text.add(
        path,
        column,
        (*digits, f"decimal:{mark}", f"scale:{factor}", "round:1"),
        say=f"its unit is taken for {unit}: the standard has millimetres",
    )


def _dated(column: str, cells: Sequence[str], text: _Text, digits: tuple[str, ...]) -> None:
    if digits:
        cells = [_as_ascii(cell) for cell in cells]
    days = without_clock(cells)
    before = digits if days is None else (*digits, BEFORE_A_CLOCK)
    cells = cells if days is None else days
    forms = date_forms(cells)
    form = forms[0] if forms else most_have(cells)
    if form is None:
        text.doubts.append(
            f"{column}: no form of date that is known ({', '.join(map(repr, cells[:3]))}): it is "
            "left unread; years need four digits and months numbers"
        )
        return
    said = []
    if len(forms) > 1:
        said.append(f"{' and '.join(forms)} both fit every row: ask which it is")
    elif not forms:
        odd = [cell for cell in cells if cell not in _of_form(cells, form)][:3]
        said.append(f"most cells are of the form {form}, but not {', '.join(map(repr, odd))}")
    if days is not None:
        said.append("the time of day is left out")
    steps = (*before, f"date:{form}", "not-future")
    text.add("EventDate", column, steps, say="; ".join(said))


def _as_ascii(cell: str) -> str:
    read = find_step("digits", Materials(tables={}, patterns={}))(cell)
    return read if isinstance(read, str) else cell


def _of_form(cells: Sequence[str], form: str) -> set[str]:
    return {cell for cell in cells if date_forms([cell]) and form in date_forms([cell])}


def _serial(column: str, text: _Text, say: str, digits: tuple[str, ...]) -> None:
    text.tables["none"] = (
        'none = { file = "codes/none.csv", on_unknown = "pass-as-other", other = "PRESENT" }'
    )
    text.files["codes/none.csv"] = "local,standard,note\n" + _NONE
    text.add("Firearm/SerialStatusCode", column, ("default:NONE", "code:none"))
    text.add("Firearm/Marking[serial]/KindCode", None, value="SERIAL")
    text.add("Firearm/Marking[serial]/LegibilityCode", None, value="LEGIBLE")
    text.add(_SERIAL, column, (*digits, "undamaged", "unless:none"), say=say)


def _toml(name: str, text: _Text, reference: str, unread: Sequence[str]) -> str:
    sample = text.sample
    columns = ", ".join(
        f"{{ name = {_quoted(title)}, value = {_quoted(value)} }}" for title, value in _REPLY
    )
    parts = [
        "# Proposed from a sample; what is not sure says UNSURE. The README lists every doubt.",
        f'[adapter]\nname = {_quoted(name)}\nversion = "1"\ntitle = {_quoted(name)}',
        "[source]\n"
        f'form = "delimited"\nsuffix = ".csv"\nencoding = {_quoted(sample.encoding)}\n'
        f"delimiter = {_quoted(sample.delimiter)}\nreference = {_quoted(reference)}"
        + (f"\nabove = {sample.above}" if sample.above else "")
        + ("" if sample.headed else f"\ncolumns = [{', '.join(map(_quoted, sample.header))}]")
        + (f"\ntotals = [{', '.join(map(_quoted, sample.totals))}]" if sample.totals else "")
        + (f"\nignore = [{', '.join(map(_quoted, unread))}]" if unread else ""),
        '[[kind]]\nname = "record"\nbody = "FirearmRecord"\nonce = true',
    ]
    if text.tables:
        parts.append("[table]\n" + "\n".join(text.tables.values()))
    parts += [*text.fields, f"[reply]\ncolumn = [ {columns} ]"]
    return "\n\n".join(parts) + "\n"


def _quoted(text: str) -> str:
    """A basic string of TOML, which JSON's escapes are part of."""
    return json.dumps(text, ensure_ascii=False)


def _write(folder: Path, toml: str, text: _Text) -> None:
    for part in ("codes", "samples/ok", "samples/bad"):
        (folder / part).mkdir(parents=True)
    (folder / "adapter.toml").write_text(toml, encoding="utf-8")
    (folder / "__init__.py").write_text(
        '"""A national format, declared in adapter.toml."""\n\n'
        "from pathlib import Path\n\n"
        "from adapters.engine import DeclaredAdapter\n\n"
        "ADAPTER = DeclaredAdapter(Path(__file__).parent)\n",
        encoding="utf-8",
    )
    for path, content in text.files.items():
        (folder / path).write_text(content, encoding="utf-8")


def _outcome(folder: Path, name: str, text: _Text) -> Draft:
    """Reads the sample's rows by what was written, and says how many are ready."""
    rows, ready = 0, 0
    try:
        rows, ready = _read_sample(folder, text)
    except AdapterError as error:
        text.doubts.append(
            f"the mapping does not compile yet: {error} {error.remedy or ''}".strip()
        )
    columns = tuple((column, text.told.get(column, "")) for column in text.sample.header)
    told = Draft(
        folder=folder,
        name=name,
        encoding=text.sample.encoding,
        delimiter=text.sample.delimiter,
        columns=columns,
        doubts=tuple(text.doubts),
        rows=rows,
        ready=ready,
    )
    (folder / "README.md").write_text(_readme(told), encoding="utf-8")
    return told


def _read_sample(folder: Path, text: _Text) -> tuple[int, int]:
    """How many rows of the sample there are and how many are ready; its golden files are written.

    Raises ``AdapterError`` where something that must be there has no column.
    """
    sample = text.sample
    adapter = DeclaredAdapter(folder)
    reading = adapter.read(_octets(sample, sample.first), fixed_frame())
    for issue in reading.issues:
        text.doubts.append(f"the sample is not read yet: {issue.code} at {issue.at}")
    encoding = "utf-8" if is_wide(sample.encoding) else sample.encoding
    by_outcome: dict[str, list[str]] = {"ok": [], "bad": [_broken_row(text)]}
    for item in reading.items:
        into = "bad" if item.body is None else "ok"
        by_outcome[into].append(item.raw.decode(encoding, "replace"))
    for outcome, rows in by_outcome.items():
        if rows:
            lines = sample.head + "".join(row + sample.end for row in rows)
            path = folder / "samples" / outcome / "first-rows.csv"
            path.write_bytes(_octets(sample, lines))
    write_expected(adapter, folder)
    return len(reading.items), len(by_outcome["ok"])


def _octets(sample: Sample, text: str) -> bytes:
    return text.encode(sample.encoding, "replace")


def _broken_row(text: _Text) -> str:
    """The first row with no day and no known code in it: what is refused is to be seen too."""
    sample = text.sample
    broken = {"EventDate", "RecordTypeCode", "Firearm/FirearmTypeCode"}
    return sample.delimiter.join(
        quoted("?" if text.told.get(name) in broken else " ".join(cell.split()), sample.delimiter)
        for name, cell in zip(sample.header, sample.rows[0], strict=True)
    )


def _readme(told: Draft) -> str:
    lines = [
        f"# {told.name}",
        "",
        f"Proposed from a sample: {told.encoding}, delimiter {told.delimiter!r}.",
        "The rows in `samples` are real until you have put invented ones in their place.",
        "",
        "| column | becomes |",
        "|---|---|",
        *(f"| {column} | {path or 'unread'} |" for column, path in told.columns),
        "",
        "## Not sure",
        "",
        *(f"* {doubt}" for doubt in told.doubts),
    ]
    return "\n".join(lines) + "\n"
