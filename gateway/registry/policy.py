"""What each party may send and see, by message type and record class: one table, first rule counts.

Pure: it reads no file, and it does not know the directory, which is asked before it. The clauses
are those of docs/spec/registry.md 14.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Annotated

import msgspec

from gateway.payload import MessageTypeCode, RecordTypeCode
from gateway.registry.errors import PolicyFileError

SEARCHES = "SEARCH_REQUEST"
"""Of this type is every question whose answer shows records: searches, batches and seizures."""
_EVERYTHING = ("*",)


class Rule(msgspec.Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """One line of the table. ``parties`` are names or patterns such as ``FRA-*`` (a country) and
    ``*-CUSTOMS`` (a kind of agency); no ``messages`` or ``classes`` means all of them."""

    name: Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9][a-z0-9-]{0,62}$")]
    parties: tuple[str, ...] = _EVERYTHING
    messages: tuple[str, ...] = ()
    classes: tuple[str, ...] = ()
    allow: bool
    because: str
    case_required: bool = False
    """What it allows it allows for a case: the message must name one."""

    def covers(self, party: str, message: str, record_class: str | None) -> bool:
        """Whether it speaks of this; a rule about classes says nothing of what has none."""
        return (
            any(fnmatchcase(party, pattern) for pattern in self.parties)
            and (not self.messages or message in self.messages)
            and (not self.classes or record_class in self.classes)
        )


class _File(msgspec.Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    rule: tuple[Rule, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruling:
    """What the table says, and by which rule; no ``rule`` where none speaks of it."""

    allowed: bool
    rule: str | None
    because: str
    case_required: bool = False


_NO_RULE = Ruling(
    allowed=True, rule=None, because="no rule speaks of it: what the directory lists is allowed"
)


@dataclass(frozen=True, slots=True)
class Policy:
    """The rules in force, in their order."""

    rules: tuple[Rule, ...] = ()

    def decide(self, party: str, message: str, record_class: str | None = None) -> Ruling:
        """Whether ``party`` may send ``message``, about a record of this class where one is named;
        for ``SEARCHES`` whether it may be shown such a record."""
        for rule in self.rules:  # (14.2)
            if rule.covers(party, message, record_class):
                return Ruling(
                    allowed=rule.allow,
                    rule=rule.name,
                    because=rule.because,
                    case_required=rule.case_required,
                )
        return _NO_RULE

    def hidden(self, party: str) -> frozenset[str]:
        """The classes of which ``party`` is shown no record of another's."""
        if not self.rules:
            return frozenset()
        return frozenset(
            code.value
            for code in RecordTypeCode
            if not self.decide(party, SEARCHES, code.value).allowed
        )


def read_policy(octets: bytes, place: str) -> Policy:
    """The policy of a TOML file with ``[[rule]]`` tables.

    Raises ``PolicyFileError`` for what is not such a file, and for unknown message types and
    classes: a rule that can never apply would be taken for protection.
    """
    try:
        rules = msgspec.toml.decode(octets, type=_File).rule
    except (msgspec.ValidationError, msgspec.DecodeError, UnicodeDecodeError) as error:
        raise PolicyFileError(
            f"the policy cannot be read: {error}",
            place=place,
            expected="[[rule]] tables with name, parties, messages, classes, allow and because",
            remedy="mend the file (`iarms policy explain` reads it too); nothing was started",
        ) from error
    wrong = sorted({fault for rule in rules for fault in _unknown(rule)} | set(_twice(rules)))
    if wrong:
        raise PolicyFileError(
            f"the policy names what there is not: {'; '.join(wrong)}",
            place=place,
            expected="codes of MessageTypeCode and RecordTypeCode, each name once",
            remedy="mend the rule; nothing was started",
        )
    return Policy(rules)


def _unknown(rule: Rule) -> Iterable[str]:
    messages = {code.value for code in MessageTypeCode}
    classes = {code.value for code in RecordTypeCode}
    for code in rule.messages:
        if code not in messages:
            yield f"rule {rule.name}: message type {code}"
    for code in rule.classes:
        if code not in classes:
            yield f"rule {rule.name}: record class {code}"


def _twice(rules: tuple[Rule, ...]) -> Iterable[str]:
    names = [rule.name for rule in rules]
    return (f"rule {name}: named twice" for name in names if names.count(name) > 1)


_in_force: list[Policy] = [Policy()]


def use_policy(policy: Policy) -> None:
    """Holds everybody to ``policy`` from now on. Called where a process is put together."""
    _in_force[:] = [policy]


def policy_in_force() -> Policy:
    """What this process holds everybody to."""
    return _in_force[0]
