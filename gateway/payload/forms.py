"""Why a text is not a value of a simple type, in words.

It looks at one value alone; ``diagnosis`` walks the payload.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from rapidfuzz import process

from gateway.payload.catalogue import TypeNote, catalogue

# Below this likeness a proposal confuses more than it helps.
ALIKE_PERCENT = 70

_SHOWN_CODES = 15
_REWRITE = "write the value in that form, or leave the element out"


@dataclass(frozen=True, slots=True, kw_only=True)
class BrokenForm:
    """The first rule of a simple type that a text breaks."""

    code: str
    message: str
    expected: str
    remedy: str


def broken_form(value: str, type_name: str) -> BrokenForm | None:
    """What is wrong with ``value`` as a value of the simple type, or ``None``."""
    codes = catalogue().codes(type_name)
    if codes:
        return _unlisted(value, codes, type_name)
    return _unformed(value, list(catalogue().lineage(type_name)))


def _unlisted(value: str, codes: Mapping[str, str], type_name: str) -> BrokenForm | None:
    if value in codes:
        return None
    return BrokenForm(
        code="CODE",
        message="the code is not in the list",
        expected=_listed(codes, type_name),
        remedy=_nearest(value, codes),
    )


def _unformed(value: str, lineage: list[TypeNote]) -> BrokenForm | None:
    if not value:
        code, message, remedy = "EMPTY", "the value is empty", "leave the element out"
    elif any(_too_long(value, note) for note in lineage):
        code, message = "LENGTH", f"{len(value)} characters are too many"
        remedy = "shorten the value"
    elif not all(_matches(value, note) for note in lineage):
        code, message = "PATTERN", "the value has not the form that is expected"
        remedy = _REWRITE
    else:
        return None
    expected = next(note.documentation for note in lineage if note.base is not None)
    return BrokenForm(code=code, message=message, expected=expected, remedy=remedy)


def _too_long(value: str, note: TypeNote) -> bool:
    return note.maximum_length is not None and len(value) > note.maximum_length


def _matches(value: str, note: TypeNote) -> bool:
    return not note.patterns or any(pattern.fullmatch(value) for pattern in note.patterns)


def _listed(codes: Mapping[str, str], type_name: str) -> str:
    if len(codes) <= _SHOWN_CODES:
        return f"one of {', '.join(codes)}"
    return f"one of the {len(codes)} codes that `iarms schema explain {type_name}` lists"


def _nearest(value: str, codes: Mapping[str, str]) -> str:
    found = process.extractOne(value.upper(), list(codes), score_cutoff=ALIKE_PERCENT)
    return f"did you mean {found[0]}?" if found else "use a code of the list"
