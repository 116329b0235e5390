"""The message standard in Python: typed values, their canonical XML and back.

One door: the types (generated from ``schemas/xsd``), :func:`encode`, :func:`decode`,
:func:`validate`, :func:`message_type`, :func:`explain` and the errors. It reads its own schemas
and nothing else, seals nothing and decides nothing about a case.
"""

from gateway.payload import generated_types
from gateway.payload.codec import decode, encode, message_type, validate
from gateway.payload.codes import OpenList, unlisted_codes
from gateway.payload.errors import (
    PayloadError,
    PayloadMarkupError,
    PayloadSizeError,
    SchemaIssue,
)
from gateway.payload.explanation import Explanation, UnknownNameError, explain, listing
from gateway.payload.generated_types import *  # noqa: F403 - the generated __all__ is the list
from gateway.payload.leaf_forms import form_test, leaf_type
from gateway.payload.parser import MAX_PAYLOAD_OCTETS, PAYLOAD_SCHEMA
from gateway.payload.parts import element_text, elements_of, hold_text
from gateway.payload.trace_rules import ATTACHMENT_MOST_OCTETS, content_of
from gateway.payload.twins import twin_of

__all__ = [
    "ATTACHMENT_MOST_OCTETS",
    "MAX_PAYLOAD_OCTETS",
    "PAYLOAD_SCHEMA",
    "Explanation",
    "OpenList",
    "PayloadError",
    "PayloadMarkupError",
    "PayloadSizeError",
    "SchemaIssue",
    "UnknownNameError",
    "content_of",
    "decode",
    "element_text",
    "elements_of",
    "encode",
    "explain",
    "form_test",
    "hold_text",
    "leaf_type",
    "listing",
    "message_type",
    "twin_of",
    "unlisted_codes",
    "validate",
]
__all__ += generated_types.__all__
