"""Hypothesis strategies for every type of the message standard, derived from its catalogue.

``payloads()`` makes messages that a receiver accepts; ``values(name)`` values of one type.
"""

import re
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from functools import cache
from typing import Any

from hypothesis import strategies as st
from trace_payloads import obeying_trace_rules

import gateway.payload as payload_types
from gateway.payload import MESSAGE_TYPES, Payload
from gateway.payload.catalogue import Member, catalogue
from gateway.payload.names import field_name

# Enough to meet every repetition, few enough to keep an example readable.
_MOST_REPEATED = 2
_LONGEST_TEXT = 24


def payloads() -> st.SearchStrategy[Payload]:
    """Any message of the standard."""
    return st.one_of([messages(name) for name in catalogue().messages])


def messages(name: str) -> st.SearchStrategy[Payload]:
    """Messages of one kind, such as ``SearchRequest``."""
    return values(name).map(_obeying_the_rules)


@cache
def values(type_name: str) -> st.SearchStrategy[Any]:
    """Values of one type of the standard, valid by the schema."""
    notes = catalogue()
    note = notes.types[type_name]
    if note.composite:
        whole = _objects(type_name)
        empty = not any(m.minimum or m.choice for m in note.members)
        return whole.filter(lambda value: value != type(value)()) if empty else whole
    if note.value_type is None:
        return _texts(type_name)
    made = {m.name: _member(m) for m in note.members}
    return st.builds(_class(type_name), value=_texts(note.value_type), **made)


def _class(type_name: str) -> Any:
    return getattr(payload_types, type_name)


def _objects(type_name: str) -> st.SearchStrategy[Any]:
    members = catalogue().types[type_name].members
    plain = {field_name(m.name): _member(m) for m in members if not m.choice and not m.together}
    groups = [
        _group(members, names)
        for names in {m.choice or m.together for m in members if m.choice or m.together}
    ]
    return st.builds(
        lambda fields, parts: _class(type_name)(**fields, **_merged(parts)),
        st.fixed_dictionaries(plain),
        st.tuples(*groups),
    )


def _merged(parts: tuple[dict[str, Any], ...]) -> dict[str, Any]:
    return {name: value for part in parts for name, value in part.items()}


def _group(members: tuple[Member, ...], names: frozenset[str]) -> st.SearchStrategy[Any]:
    """One of the members of a choice, or all or none of those that stand together."""
    own = [m for m in members if m.name in names]
    made = [{field_name(m.name): values(m.type_name)} for m in own]
    if own[0].choice:
        return st.one_of([st.fixed_dictionaries(each) for each in made])
    return st.one_of(st.just({}), st.fixed_dictionaries(_merged(tuple(made))))


def _member(member: Member) -> st.SearchStrategy[Any]:
    value = values(member.type_name)
    if member.maximum > 1:
        most = min(member.maximum, max(member.minimum, _MOST_REPEATED))
        return st.lists(value, min_size=member.minimum, max_size=most).map(tuple)
    return value if member.minimum else st.none() | value


def _texts(type_name: str) -> st.SearchStrategy[Any]:
    lineage = list(catalogue().lineage(type_name))
    names = [note.name for note in lineage]
    if catalogue().codes(type_name):
        return st.sampled_from(list(_class(type_name)))
    if "Timestamp" in names:
        low, high = datetime(1000, 1, 1), datetime(2999, 12, 31)  # noqa: DTZ001 - Hypothesis wants them naive and adds the zone
        instants = st.datetimes(low, high, timezones=st.just(UTC))
        return instants.map(lambda at: at.replace(microsecond=at.microsecond // 1000 * 1000))
    if names[0] == "Date":
        return st.dates(
            datetime(1000, 1, 1, tzinfo=UTC).date(), datetime(2999, 12, 31, tzinfo=UTC).date()
        )
    text = _visible() if "Visible" in names else _formed(type_name)
    if "Indicator" in names:
        return st.booleans()
    if "Integer" in names:
        return text.map(int)
    return text.map(Decimal) if "Decimal" in names else text


@cache
def _visible() -> st.SearchStrategy[str]:
    (pattern,) = catalogue().types["Visible"].patterns
    # Markup characters far more often than chance would bring them.
    character = st.one_of(
        st.sampled_from("&<>\"' ]\u00a0\u0301é中\U0001f52b"), st.characters(codec="utf-8")
    )
    return (
        st.text(character, min_size=1, max_size=_LONGEST_TEXT)
        .map(lambda text: "".join(c for c in text if pattern.fullmatch(f"x{c}")).lstrip() or "x")
        .filter(lambda text: pattern.fullmatch(text) is not None)
    )


@cache
def _formed(type_name: str) -> st.SearchStrategy[str]:
    lineage = list(catalogue().lineage(type_name))
    (patterns, *others) = [note.patterns for note in lineage if note.patterns]
    longest = min(note.maximum_length for note in lineage if note.maximum_length is not None)
    made = st.one_of([st.from_regex(each, fullmatch=True) for each in patterns])
    return made.filter(
        lambda text: len(text) <= longest and all(_any(more, text) for more in others)
    )


def _any(patterns: tuple[re.Pattern[str], ...], text: str) -> bool:
    return any(pattern.fullmatch(text) for pattern in patterns)


def _obeying_the_rules(payload: Any) -> Payload:
    """The same message with its own type in the context and items of different names."""
    if hasattr(payload, "context"):
        code = MESSAGE_TYPES[type(payload)]
        payload = replace(payload, context=replace(payload.context, message_type_code=code))
    for name in ("record_batch", "search_batch"):
        for kind in ("item", "result"):
            field = f"{name}_{kind}"
            if hasattr(payload, field):
                payload = replace(payload, **{field: _numbered(getattr(payload, field))})
    if hasattr(payload, "seizure"):
        items = _numbered(payload.seizure.seized_firearm)
        payload = replace(payload, seizure=replace(payload.seizure, seized_firearm=items))
    message: Payload = obeying_trace_rules(payload)
    return message


def _numbered(items: tuple[Any, ...]) -> tuple[Any, ...]:
    return tuple(replace(item, item_id=str(n)) for n, item in enumerate(items, start=1))
