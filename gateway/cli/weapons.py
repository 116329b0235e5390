"""Options by which an officer describes a firearm, and the firearm that they make.

It sends nothing.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from gateway.payload import Firearm, FirearmDescription, Marking

_OPTIONS = (
    click.option("--serial", "serials", multiple=True, help="As marked; ? and * for unknown."),
    click.option("--make", help="The maker, as marked or as known."),
    click.option("--model", help="The model."),
    click.option("--calibre", help="The calibre in any usual writing, such as 9 mm or .45 ACP."),
    click.option("--type", "type_code", help="Such as PISTOL; `iarms schema explain` lists them."),
)


def weapon_options(function: click.decorators.FC) -> click.decorators.FC:
    """Adds the options to a command."""
    for option in reversed(_OPTIONS):
        function = option(function)
    return function


def description(given: dict[str, Any]) -> FirearmDescription:
    """What is searched for; raises ``click.UsageError`` for nothing, or a type that is none."""
    from gateway.payload import FirearmDescription

    if not any(given.get(name) for name in ("serials", "make", "model", "calibre")):
        raise click.UsageError("say what is searched for, with --serial at best")
    return FirearmDescription(**_parts(given))


def firearm(given: dict[str, Any]) -> Firearm:
    """A firearm to file; a missing make is UNKNOWN, a missing serial NOT_RECORDED."""
    from gateway.payload import Calibre, Firearm, FirearmTypeCode, Make, SerialStatusCode

    parts = _parts(given)
    parts.setdefault("firearm_type_code", FirearmTypeCode.UNKNOWN)
    parts.setdefault("make_identified", Make(make_text="UNKNOWN"))
    parts.setdefault("calibre", (Calibre(calibre_text="UNKNOWN"),))
    present = SerialStatusCode.PRESENT if given.get("serials") else SerialStatusCode.NOT_RECORDED
    return Firearm(serial_status_code=present, **parts)


def _parts(given: dict[str, Any]) -> dict[str, Any]:
    from gateway.payload import Calibre, FirearmTypeCode, Make

    parts: dict[str, Any] = {}
    if given.get("type_code"):
        parts["firearm_type_code"] = code(FirearmTypeCode, given["type_code"], "--type")
    if given.get("make"):
        parts["make_identified"] = Make(make_text=given["make"])
    if given.get("model"):
        parts["model_identified"] = given["model"]
    if given.get("calibre"):
        parts["calibre"] = (Calibre(calibre_text=given["calibre"]),)
    if given.get("serials"):
        parts["marking"] = tuple(_marking(text) for text in given["serials"])
    return parts


def _marking(text: str) -> Marking:
    from gateway.payload import LegibilityCode, Marking, MarkingKindCode

    partial = "?" in text or "*" in text
    pattern = _pattern(text) if partial else None
    return Marking(
        kind_code=MarkingKindCode.SERIAL,
        legibility_code=LegibilityCode.PARTIAL if partial else LegibilityCode.LEGIBLE,
        text_as_marked=text if pattern is None else None,
        text_pattern=pattern,
    )


def _pattern(text: str) -> str | None:
    """``text`` as a pattern of the standard; None where it has other letters than A to Z, for then
    the registry reads it as it stands."""
    bare = _SEPARATORS.sub("", text).upper()
    return bare if _PATTERN.fullmatch(bare) else None


_SEPARATORS = re.compile(r"[\s./_-]+")
_PATTERN = re.compile(r"[A-Z0-9?*]{1,40}")
_VALUES_TOLD = 20


def code(kind: Any, text: str, option: str) -> Any:
    """The value of a code list; raises ``click.UsageError`` with what is near."""
    from rapidfuzz import process

    try:
        return kind(text.upper())
    except ValueError as error:
        values = [one.value for one in kind]
        near = process.extractOne(text.upper(), values, score_cutoff=60)
        hint = f"; did you mean {near[0]}?" if near else ""
        if not near and len(values) <= _VALUES_TOLD:
            hint = f"; it may be {', '.join(values)}"
        raise click.UsageError(f"{option} has no value {text!r}{hint}") from error
