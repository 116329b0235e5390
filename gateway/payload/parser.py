"""Octets to a tree that holds to the schema, or a list of everything that is wrong with them.

It makes no typed values: the generated readers do. It is called after the signature has been
verified and the content opened (3-envelope 3.5, steps 12 and 13), yet trusts nothing.
"""

import re
import threading
from functools import cached_property

from lxml import etree

from gateway.payload.diagnosis import at_paths, diagnose, line_of
from gateway.payload.errors import PayloadError, PayloadMarkupError, PayloadSizeError, SchemaIssue
from schemas import schema_path

PAYLOAD_SCHEMA = "urn:iarms:exchange:payload:1"
# What an envelope of 8 MiB can hold after base64 (3-envelope 3.3).
MAX_PAYLOAD_OCTETS = 5 * 1024 * 1024

# One default namespace, declared on the root, is the whole preamble; a message has no attributes
# on its root.
_START = re.compile(rb'<[A-Za-z]{1,64} xmlns="' + re.escape(PAYLOAD_SCHEMA).encode() + rb'">')
_DECLARATION = b"xmlns"
_FORBIDDEN = (
    (b"!", b"<!", "a DOCTYPE, comment or CDATA section"),
    (b"?", b"<?", "an XML declaration or processing instruction"),
)


def parse(octets: bytes) -> etree._Element:
    """The root of a payload that holds to the schema.

    Raises :class:`PayloadSizeError`, :class:`PayloadMarkupError` (nothing was interpreted) or
    :class:`PayloadError` with every violation of the schema.
    """
    root = _tree(octets)
    # (3.1) valid
    schema = _TOOLS.schema
    if not schema.validate(root):
        log = schema.error_log.filter_from_errors()  # type: ignore[attr-defined]  # not in the stubs
        faulty = at_paths(root, (entry.path for entry in log))
        raise PayloadError(diagnose(root, faulty) or [_UNEXPLAINED])
    return root


def _tree(octets: bytes) -> etree._Element:
    """The tree of ``octets``, which hold no DTD, entity, comment, instruction or foreign name."""
    # (2.1) no more than an envelope can hold
    if len(octets) > MAX_PAYLOAD_OCTETS:
        raise PayloadSizeError([_size_issue(len(octets))])
    # (2.2) the one start tag
    if _START.match(octets) is None:
        raise PayloadMarkupError(
            [_markup_issue(f'the payload does not begin with <Message xmlns="{PAYLOAD_SCHEMA}">')]
        )
    # (2.3) In UTF-8 these octets are markup wherever they stand: a literal < cannot be text.
    # Looking for the rarer octet first costs a tenth of looking for the pair.
    for rare, forbidden, name in _FORBIDDEN:
        if rare in octets and forbidden in octets:
            line = octets.count(b"\n", 0, octets.find(forbidden)) + 1
            raise PayloadMarkupError([_markup_issue(f"the payload holds {name}", line=line)])
    # (2.4) well-formed
    try:
        root = etree.fromstring(octets, _TOOLS.parser)
    except etree.XMLSyntaxError as error:
        raise PayloadMarkupError([_markup_issue(error.msg, line=error.lineno or 0)]) from None
    # (2.5) one namespace
    if octets.count(_DECLARATION) > 1:
        _refuse_foreign_namespaces(root)
    return root


def _refuse_foreign_namespaces(root: etree._Element) -> None:
    # Schema instance attributes could name other types or other schemas to load; without a
    # second declaration there is no way to write them.
    for element in root.iter():
        if element.nsmap != {None: PAYLOAD_SCHEMA}:
            issue = _markup_issue("a second namespace is declared", line=line_of(element))
            raise PayloadMarkupError([issue])


class _Tools(threading.local):
    """Each thread's own: while one reads a large payload, others do not wait for its parser."""

    @cached_property
    def parser(self) -> etree.XMLParser:
        return etree.XMLParser(
            encoding="utf-8",
            resolve_entities=False,
            no_network=True,
            load_dtd=False,
            dtd_validation=False,
            huge_tree=False,
            collect_ids=False,
        )

    @cached_property
    def schema(self) -> etree.XMLSchema:
        return etree.XMLSchema(etree.parse(str(schema_path("payload.xsd"))))


_TOOLS = _Tools()


def _size_issue(octets: int) -> SchemaIssue:
    return SchemaIssue(
        code="SIZE",
        path="",
        value=f"{octets} octets",
        expected=f"at most {MAX_PAYLOAD_OCTETS} octets",
        line=0,
        remedy="send fewer items in one batch",
        message="the payload is too large",
    )


def _markup_issue(message: str, *, line: int = 0) -> SchemaIssue:
    return SchemaIssue(
        code="MARKUP",
        path="",
        value="",
        expected="one element of the standard in UTF-8, in default-namespace form",
        line=line,
        remedy="write the payload with a plain XML writer: no declaration, DOCTYPE or comment",
        message=message,
    )


_UNEXPLAINED = SchemaIssue(
    code="INVALID",
    path="",
    value="",
    expected="a payload that payload.xsd accepts",
    line=0,
    remedy="validate the payload with payload.xsd",
    message="the schema refuses the payload",
)
