"""Open code lists: codes that grow without a new version of the schema (docs/spec/payload.md, 6).

It finds codes that a list does not have. It holds no list, and does not decide whether an unlisted
code stands in the way: an older list must not stop a newer sender.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from gateway.payload.catalogue import TypeNote, catalogue
from gateway.payload.errors import SchemaIssue
from gateway.payload.generated_types import MakeCode, Payload
from gateway.payload.names import field_name


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenList:
    """One version of an open code list.

    ``list_id`` is the id in the schema (``CA`` calibres, ``OF`` offences) or, for makes, the
    scheme of the make code (``IARMS``, ``NCIC``).
    """

    list_id: str
    version: str
    codes: frozenset[str]


def unlisted_codes(payload: Payload, lists: Mapping[str, OpenList]) -> tuple[SchemaIssue, ...]:
    """Every code of an open list in ``payload`` that the list of its id in ``lists`` lacks.

    A code whose list is not in ``lists`` is not judged.
    """
    name = type(payload).__name__
    found = _open_codes(payload, catalogue().types[name], name)
    return tuple(
        _issue(path, code, lists[list_id])
        for path, list_id, code in found
        if list_id in lists and code not in lists[list_id].codes
    )


def _open_codes(value: Any, note: TypeNote, path: str) -> Iterator[tuple[str, str, str]]:
    """Path, list id and code of every open code below ``value``."""
    if isinstance(value, MakeCode):
        yield path, value.scheme, value.value
        return
    for member in note.members:
        held = getattr(value, field_name(member.name))
        below = catalogue().types[member.type_name]
        several = isinstance(held, tuple)
        for number, each in enumerate(held if several else (held,), start=1):
            at = f"{path}/{member.name}[{number}]" if several else f"{path}/{member.name}"
            if each is None:
                continue
            if below.open_list:
                yield at, below.open_list, each
            elif below.base is None:
                yield from _open_codes(each, below, at)


def _issue(path: str, code: str, judged_by: OpenList) -> SchemaIssue:
    return SchemaIssue(
        code="CODE",
        path=path,
        value=code,
        expected=f"a code of list {judged_by.list_id} {judged_by.version}",
        line=0,
        remedy="use a code of the list, or leave the code out and keep the text",
        message="the code is not in the open list",
    )
