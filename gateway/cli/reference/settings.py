"""Describes every setting from its type and the example's comment: ``docs/reference/settings.md``.

It reads no process's settings.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from gateway import config, transport_settings
from gateway.cli.reference.markdown import NOTICE, cell

CONFIG = Path(__file__).parents[3] / "config"
EXAMPLE = CONFIG / "node.toml"
TRANSPORT = "transport "
"""Sections of this beginning are one kind of ``[[transport]]``, each with an example of its own."""
TOLD, RELEASE = "statistics.told", "register.release"
SCHEDULED = "statistics.scheduled"
SECTIONS: tuple[tuple[str, type[msgspec.Struct]], ...] = (
    ("", config.Settings),
    ("broker", config.Broker),
    ("keys", config.Keys),
    ("delivery", config.Delivery),
    ("files", config.Files),
    ("office", config.Office),
    ("quota", config.Quota),
    ("telemetry", config.Telemetry),
    ("hits", config.HitClocks),
    ("traces", config.Traces),
    ("statistics", config.Statistics),
    (TOLD, config.Told),
    (SCHEDULED, config.Scheduled),
    ("register", config.Register),
    (RELEASE, config.Release),
    (f"{TRANSPORT}sql", transport_settings.Sql),
    (f"{TRANSPORT}pull", transport_settings.Pull),
    (f"{TRANSPORT}push", transport_settings.Push),
    (f"{TRANSPORT}soap", transport_settings.Soap),
    (f"{TRANSPORT}sftp", transport_settings.Sftp),
    (f"{TRANSPORT}mail", transport_settings.Mail),
)
_TYPES = {
    msgspec.inspect.StrType: "text",
    msgspec.inspect.IntType: "whole number",
    msgspec.inspect.FloatType: "number",
    msgspec.inspect.BoolType: "true or false",
    msgspec.inspect.DateType: "date",
}


def settings_page() -> str:
    """``docs/reference/settings.md``."""
    return "\n".join(_settings_lines()) + "\n"


def _settings_lines() -> Iterator[str]:
    yield from ("# Settings", "", NOTICE, "")
    yield (
        f"One file `{config.FILE_NAME}` in a process's home folder; relative paths start there. "
        "No setting comes from the environment, and none holds a secret: secrets are named by "
        "file. An unknown or wrong setting stops the process before it starts anything "
        "(`iarms config check` says which, `iarms config show` prints what is in force). "
        "A whole example is `config/node.toml`."
    )
    for section, kind in SECTIONS:
        yield from _section_lines(section, kind)


def _section_lines(section: str, kind: type[msgspec.Struct]) -> Iterator[str]:
    meanings = comments(section)
    about = " ".join((kind.__doc__ or "").split())
    yield from ("", _heading(section), "", about, "")
    yield from ("| name | type | default | meaning |", "|---|---|---|---|")
    described = msgspec.inspect.type_info(kind)
    if not isinstance(described, msgspec.inspect.StructType):
        raise TypeError(f"{kind.__name__} is no struct")
    for field in described.fields:
        if is_a_section(field.type):
            continue
        meaning = cell(meanings.get(field.name, ""))
        yield f"| `{field.name}` | {_type_words(field.type)} | {_given(field)} | {meaning} |"


def _heading(section: str) -> str:
    if section.startswith(TRANSPORT):
        return f'## [[transport]] kind = "{section.removeprefix(TRANSPORT)}"'
    if section in {TOLD, SCHEDULED, RELEASE}:
        return f"## [[{section}]]"
    return f"## [{section}]" if section else "## At the top"


def is_a_section(kind: msgspec.inspect.Type) -> bool:
    """Whether a setting is a section, or a list of sections, described by itself."""
    inner = _inner(kind)
    if isinstance(inner, msgspec.inspect.VarTupleType):
        inner = _inner(inner.item_type)
    return isinstance(inner, msgspec.inspect.StructType)


def _inner(kind: msgspec.inspect.Type) -> msgspec.inspect.Type:
    """The type of a setting that may be left out."""
    if isinstance(kind, msgspec.inspect.UnionType):
        return next(t for t in kind.types if not isinstance(t, msgspec.inspect.NoneType))
    return kind


def _type_words(kind: msgspec.inspect.Type) -> str:
    inner = _inner(kind)
    if isinstance(inner, msgspec.inspect.VarTupleType):
        return f"list: each {_type_words(inner.item_type)}"
    if isinstance(inner, msgspec.inspect.LiteralType):
        return "one of " + ", ".join(str(value) for value in inner.values)
    words = _TYPES[type(inner)]
    limits = {
        name: getattr(inner, name, None) for name in ("gt", "ge", "lt", "le", "pattern")
    }  # what `gateway.config` states as a range or a form
    if limits["pattern"]:
        return cell(f"{words} of the form `{limits['pattern']}`")
    lower = [f"above {_number(limits['gt'])}"] if limits["gt"] is not None else []
    lower += [f"at least {_number(limits['ge'])}"] if limits["ge"] is not None else []
    upper = [f"at most {_number(limits['le'])}"] if limits["le"] is not None else []
    upper += [f"below {_number(limits['lt'])}"] if limits["lt"] is not None else []
    return ", ".join([words, *lower, *upper])


def _given(field: msgspec.inspect.Field) -> str:
    if field.required:
        return "required"
    if field.default is None:
        return "none"
    if isinstance(field.default, bool):
        return f"`{str(field.default).lower()}`"
    if isinstance(field.default, tuple):
        return f"`[{', '.join(_number(each) for each in field.default)}]`"
    return f"`{_number(field.default)}`" if field.default != "" else "empty"


def _number(value: Any) -> str:
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def comments(section: str) -> dict[str, str]:
    """The comment behind each setting of ``section`` in the example."""
    found: dict[str, str] = {}
    current = ""
    example = EXAMPLE
    if section.startswith(TRANSPORT):
        example = CONFIG / "transports" / f"{section.removeprefix(TRANSPORT)}.toml"
        section = "transport"
    for line in example.read_text(encoding="utf-8").splitlines():
        if heading := re.match(r"\[\[?([\w.]+)\]", line):
            current = heading[1]
        elif (setting := re.match(r"(?:# )?(\w+) = (.*)$", line)) and current == section:
            found[setting[1]] = _comment_of(line.removeprefix("# "))
    return found


def _comment_of(line: str) -> str:
    """What stands behind the first ``#`` outside a text."""
    for place in (found.start() for found in re.finditer("#", line)):
        try:
            tomllib.loads(line[:place])
        except tomllib.TOMLDecodeError:
            continue
        return line[place + 1 :].strip()
    return ""
