"""A type of the same layout as a frozen one, whose fields can be assigned.

It is for the few places where millions of values are made; everywhere else a value is made by its
type. It checks nothing.
"""

from functools import cache

from gateway.payload.generated_types import Part


@cache
def twin_of(kind: type) -> type:
    """A type of the same layout as the frozen ``kind``, whose fields can be assigned.

    An instance that is filled takes the class of ``kind``: five times as fast as to go by each
    field's descriptor, as nothing else may with a frozen value.
    """
    above = (Part,) if issubclass(kind, Part) else (object,)
    return type(f"{kind.__name__}Twin", above, {"__slots__": kind.__slots__})  # type: ignore[attr-defined]  # all are slotted
