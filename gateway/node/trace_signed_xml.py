"""A case as one XML document: what each side said, to read, and the signed messages that prove it.

Each message carries the signature of who sent it; the document needs none of its own. It checks
nothing but its own form.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping
from html import escape

from gateway.envelope import unwrap

NAMESPACE = "urn:iarms:trace-evidence:1"
_CONTENT = ".content.xml"
_DECLARATION = re.compile(rb"\A<\?xml[^>]*\?>\s*")
_FILE = re.compile(rb'<File name="([A-Za-z0-9_./-]+)">([A-Za-z0-9+/=]*)</File>')


def xml_of(files: Mapping[str, bytes]) -> bytes:
    """The document of an evidence file's ``files``; equal files give equal octets."""
    parts = [f'<?xml version="1.0" encoding="UTF-8"?>\n<TraceCase xmlns="{NAMESPACE}">\n'.encode()]
    for name in sorted(files):
        said = unwrap(files[name]) if name.endswith(_CONTENT) else None
        if said is not None:
            payload = _DECLARATION.sub(b"", said)
            parts.append(b'<Said in="%s">%s</Said>\n' % (escape(name).encode(), payload))
    parts += [
        b'<File name="%s">%s</File>\n' % (name.encode(), base64.b64encode(files[name]))
        for name in sorted(files)
    ]
    parts.append(b"</TraceCase>\n")
    return b"".join(parts)


def files_of(document: bytes) -> dict[str, bytes]:
    """The files in a document of ``xml_of``.

    Raises ``ValueError`` for any other: what is there to read has to be what was signed.
    """
    files = {m[1].decode(): base64.b64decode(m[2]) for m in _FILE.finditer(document)}
    if not files or xml_of(files) != document:
        raise ValueError("what is there to read is not what was signed")
    return files
