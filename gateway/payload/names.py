"""The names of the standard's elements as Python writes them. It holds no list of them."""

import re
from keyword import iskeyword

_WORD = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


def field_name(tag: str) -> str:
    """``NationalRecordId`` becomes ``national_record_id``; ``Import``, a keyword, ``import_``."""
    name = _WORD.sub("_", tag).lower()
    return f"{name}_" if iskeyword(name) else name
