"""What is attached to a case, and its files for a person to open.

It opens none of them: what a file is, its sender says.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from gateway.adapter import attachment_name
from gateway.payload import TraceAttachment, content_of, decode
from gateway.store import Unit
from gateway.tracing import TAKEN


def attached(trace_id: str, unit: Unit) -> list[dict[str, Any]]:
    """Every attachment that counts, in the order of the case, with its octets as ``content``."""
    found = []
    for act in unit.traces.acts(trace_id):
        if act.message_type != "TRACE_ATTACHMENT" or act.standing != TAKEN or act.void:
            continue
        said = decode(act.content)
        if isinstance(said, TraceAttachment):
            found.append(
                {
                    "file": f"{act.side.lower()}-{attachment_name(said)}",
                    "from": act.sender,
                    "type": said.media_type,
                    "octets": said.size_quantity,
                    "digest": said.content_digest,
                    "called": said.file_name,
                    "says": said.description_text or "",
                    "content": content_of(said),
                }
            )
    return found


def write_attached(found: Sequence[dict[str, Any]], folder: Path) -> None:
    """Writes each into ``folder``, for its owner alone to read, in place of what is there."""
    folder.mkdir(parents=True, exist_ok=True)
    for one in found:
        file = folder / one["file"]
        file.unlink(missing_ok=True)
        file.touch(mode=0o600)
        file.write_bytes(one["content"])
