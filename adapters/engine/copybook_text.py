"""Reads the source text of a COBOL copybook as sentences: the words up to each period.

Reference format (columns 1 to 6 and 73 to 80 are no text, column 7 says what a line is) and free
format, ``COPY ... REPLACING`` from the same folder, lines that go on. It knows no clause.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from gateway.adapter import AdapterError

_TOKEN = re.compile(r"==.*?==|(?:[XNGZ](?=['\"]))?(?:'[^'\n]*'|\"[^\"\n]*\")|[^\s]+", re.IGNORECASE)
_LEVEL_FIRST = re.compile(r" {0,5}[0-9]{1,2} +(?![0-9]{1,2}\s)[^\s*/]")  # free format alone has it
_SEQUENCE, _INDICATOR, _LAST = 6, 6, 72  # columns that are left out, and the one that says what
_TO_THE_COMPILER = frozenset({"EJECT", "SKIP1", "SKIP2", "SKIP3"})
_COMMENTS = frozenset("*/$dD")
_DEEPEST = 10  # copybooks that copy one another


def sentences(path: Path, depth: int = 0) -> Iterator[list[str]]:
    """The sentences of ``path``, copied ones in their place; words are in capital letters, literals
    as they stand with their marks. Raises ``AdapterError``.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise AdapterError(
            f"the copybook cannot be read: {error}", place=f"{path.parent.name}/{path.name}"
        ) from error
    for words in _sentences("\n".join(_code_lines(text))):
        if words[0] == "COPY":
            yield from _copied(words, path, depth)
        elif words[-2:-1] == ["COPY"] and len(words) > len(["01", "COPY", "X"]):
            raise AdapterError("COPY stands alone in its sentence", place=_where(path, words))
        else:
            yield words


def _where(path: Path, words: Sequence[str]) -> str:
    return f"{path.parent.name}/{path.name}: {' '.join(words)}"


def _code_lines(text: str) -> Iterator[str]:
    """The text of each line without what is no code."""
    lines = [line.expandtabs(8).rstrip() for line in text.splitlines()]
    if any(_LEVEL_FIRST.match(line) for line in lines):
        yield from (
            line.partition("*>")[0] for line in lines if line.lstrip()[:1] not in {"*", "/"}
        )
        return
    held: str | None = None
    for line in lines:
        sign = line[_INDICATOR : _INDICATOR + 1]
        code = line[_SEQUENCE:_LAST].partition("*>")[0]
        if sign in _COMMENTS and sign:
            continue
        if sign == "-" and held is not None:
            held = _gone_on(held, code[1:])
            continue
        if held is not None:
            yield held
        # Some write in the column that says what a line is as well.
        held = code
    if held is not None:
        yield held


def _gone_on(before: str, rest: str) -> str:
    """A line and the one that goes on where it stopped, also in the middle of a literal."""
    mark = _open_mark(before)
    if mark is None:
        return before.rstrip() + rest.lstrip()
    rest = rest.lstrip()
    return before.ljust(_LAST - _SEQUENCE) + rest.removeprefix(mark)


def _open_mark(code: str) -> str | None:
    """The quotation mark of a literal that is not closed in ``code``."""
    mark: str | None = None
    for sign in code:
        if mark is None and sign in "'\"":
            mark = sign
        elif sign == mark:
            mark = None
    return mark


def _sentences(code: str) -> Iterator[list[str]]:
    words: list[str] = []
    for word in _TOKEN.findall(code):
        literal = word[-1:] in "'\"" or word.startswith("==")
        plain = word if literal else word.rstrip(".").rstrip(",;").upper()
        if plain in _TO_THE_COMPILER and not words:
            continue
        if plain:
            words.append(plain)
        if not literal and word.endswith(".") and words:
            yield words
            words = []
    if words:
        yield words


def _copied(words: Sequence[str], path: Path, depth: int) -> Iterator[list[str]]:
    """The sentences of the copybook that ``words`` copy, with what is to be replaced in them."""
    if depth >= _DEEPEST:
        raise AdapterError("copybooks copy one another without end", place=_where(path, words))
    name = words[1].strip("'\"") if len(words) > 1 else ""
    found = next(
        (
            each
            for each in sorted(path.parent.iterdir())
            if each.is_file() and name.lower() in {each.name.lower(), each.stem.lower()}
        ),
        None,
    )
    if found is None:
        raise AdapterError(
            f"the copybook {name!r} is not there",
            place=_where(path, words),
            expected=f"a file of that name in the folder {path.parent.name}",
        )
    pairs = _replaced(words, path)
    for sentence in sentences(found, depth + 1):
        yield [_with(word, pairs) for word in sentence]


def _replaced(words: Sequence[str], path: Path) -> list[tuple[re.Pattern[str], str]]:
    """What ``REPLACING`` says: what is looked for in a word, and what comes in its place."""
    rest = list(words[words.index("REPLACING") + 1 :]) if "REPLACING" in words else []
    pairs = []
    while rest:
        side = rest.pop(0) if rest[0] in {"LEADING", "TRAILING"} else ""
        if len(rest) < len(["A", "BY", "B"]) or rest[1] != "BY":
            raise AdapterError("REPLACING is read as A BY B", place=_where(path, words))
        old, new = _plain(rest[0]), _plain(rest[2])
        if not old or " " in f"{old}{new}":
            raise AdapterError("REPLACING is read of one word", place=_where(path, words))
        # Of a word without such a mark as in :TAG: only the whole is replaced.
        part = not old.replace("-", "").isalnum() or side == "LEADING"
        end = "" if part and side != "TRAILING" else "$"
        begin = "" if side == "TRAILING" or (part and not side) else "^"
        pairs.append((re.compile(begin + re.escape(old) + end), new))
        del rest[:3]
    return pairs


def _plain(word: str) -> str:
    return word.strip("=").strip().upper() if word.startswith("==") else word


def _with(word: str, pairs: Sequence[tuple[re.Pattern[str], str]]) -> str:
    if word[-1:] in "'\"":
        return word
    for old, new in pairs:
        # A function, since a replacement may hold what means something in a pattern.
        word = old.sub(lambda _, new=new: new, word)  # type: ignore[misc]  # bound at once
    return word
