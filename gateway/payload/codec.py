"""Typed values to canonical XML and back.

It knows no single message: the generated modules do.
"""

from gateway.payload.diagnosis import diagnose, without_content
from gateway.payload.errors import PayloadError, SchemaIssue
from gateway.payload.generated_reader import EmptyElementError, read_payload
from gateway.payload.generated_types import MESSAGE_TYPES, Payload
from gateway.payload.generated_writer import write_payload
from gateway.payload.parser import parse
from gateway.payload.rules import broken_rules


def encode(payload: Payload) -> bytes:
    """The canonical octets of ``payload``; they are their own exclusive canonical form.

    Instants are written in UTC to the millisecond. Values are not checked against the schema (see
    :func:`validate`), but none can break out of its element. Raises :class:`TypeError`,
    :class:`ValueError`, :class:`AttributeError` or :class:`KeyError` for a value of another type
    than the field's: a wrong call.
    """
    return write_payload(payload).encode()


def decode(octets: bytes) -> Payload:
    """The typed value of ``octets``, one element of the standard in default-namespace form.

    Raises :class:`PayloadError` with every problem: markup, schema, then the rules that a schema
    cannot hold (docs/spec/payload.md, clauses 2, 3 and 7).
    """
    root = parse(octets)
    # (3.2) nothing without content; the readers of what may be empty look for it
    try:
        payload = read_payload(root)
    except EmptyElementError:
        raise PayloadError(diagnose(root, without_content(root))) from None
    issues = broken_rules(payload)
    if issues:
        raise PayloadError(issues)
    return payload


def validate(payload: Payload) -> tuple[SchemaIssue, ...]:
    """Everything for which a receiver would refuse ``payload``; nothing where it would not.

    For whoever makes payloads from foreign input, such as adapters. The line numbers are of no
    use, because the canonical form is one line.
    """
    try:
        decode(encode(payload))
    except PayloadError as error:
        return error.issues
    return ()


def message_type(payload: Payload) -> str:
    """The code of the message, as in the routing header's ``Type``."""
    return MESSAGE_TYPES[type(payload)].value
