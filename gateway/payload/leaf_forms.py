"""Whether a text is a value of a simple type, as a function that is made once and asked often.

It is as strict as the schema or stricter, and of what it cannot judge it makes none: then the
schema is asked. It says no reason: ``forms`` does.
"""

import re
import sys
from collections.abc import Callable, Sequence

from gateway.payload.catalogue import catalogue

# What XML Schema's expressions and Python's mean alike: no class, category or subtraction.
_ALIKE = re.compile(r"(?:[^\\]|\\[-.+*?()\[\]{}|\\])*")


def leaf_type(root: str, path: Sequence[str]) -> str | None:
    """The simple type at the end of ``path`` from the type called ``root``; None for no such."""
    types = catalogue().types
    name = root
    for step in path:
        note = types.get(name)
        if note is None:
            return None
        plain = step.replace("_", "").lower()
        below = next((m.type_name for m in note.members if m.name.lower() == plain), None)
        if below is None and plain == "value":
            below = note.value_type
        if below is None:
            return None
        name = below
    note = types.get(name)
    if note is not None and note.value_type is not None:
        return note.value_type
    return name


def form_test(type_name: str, *, tidy: bool = False) -> Callable[[str], bool] | None:
    """Whether a text is surely a value of ``type_name``; None where only the schema can say.

    ``tidy`` says that all texts are printable, not empty and have no blank at an end.
    """
    if type_name not in catalogue().types:
        return None
    codes = catalogue().codes(type_name)
    if codes:
        return codes.__contains__
    lineage = list(catalogue().lineage(type_name))
    if not lineage or lineage[-1].base not in {"xs:string", "xs:token"}:
        return None
    most = min((n.maximum_length for n in lineage if n.maximum_length is not None), default=None)
    patterns = [note.patterns for note in lineage if note.patterns]
    if not all(_ALIKE.fullmatch(each.pattern) for some in patterns for each in some):
        return None

    judges = [_any_of([each.fullmatch for each in some]) for some in patterns]
    only = judges[0] if len(judges) == 1 else None

    if tidy and len(judges) <= 1:
        return _of_length(sys.maxsize if most is None else most, only)

    def fits(value: str) -> bool:
        return (
            value.isprintable()
            and 0 < len(value) == len(value.strip())
            and (most is None or len(value) <= most)
            and (
                only(value) is not None
                if only is not None
                else all(judge(value) is not None for judge in judges)
            )
        )

    return fits


def _of_length(most: int, judge: Callable[[str], object] | None) -> Callable[[str], bool]:
    if judge is None:
        return lambda value: len(value) <= most
    return lambda value: len(value) <= most and judge(value) is not None


def _any_of(matches: Sequence[Callable[[str], object]]) -> Callable[[str], object]:
    """One expression, or the first of several that takes a text."""
    if len(matches) == 1:
        return matches[0]
    return lambda value: next((found for match in matches if (found := match(value))), None)
