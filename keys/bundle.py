"""Documents of trust on their way, several together: signed, so that anybody may carry them.

It judges none of them (offering.py); whoever reads a bundle knows nothing of it but its form.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from pybase64 import b64decode, b64encode

from keys.anchor import load_anchor
from keys.beacon import BEACON_FILE
from keys.chain import root_file
from keys.countersigning import newest_countersignatures
from keys.errors import DirectoryFormatError
from keys.keylog_files import newest_growth
from keys.root_folder import RootFolder
from keys.succession_folder import countries_agreed
from keys.trusted import directory_file, version_in

BUNDLE_LIMIT = 8 * 1024 * 1024
DOCUMENTS_MOST = 1_024
_NAME = re.compile(
    r"beacon\.xml"
    r"|keylog-[1-9][0-9]{0,17}\.growth"
    r"|(root|directory)-[1-9][0-9]{0,8}\.xml"
    r"|(revocation|recovery|disownment)-[A-Z]{3}-[A-Z0-9]{1,20}-[0-9a-f]{16}\.xml"
    r"|(objection|succession|countersignature)-[A-Z]{3}-[A-Z0-9]{1,20}-[1-9][0-9]{0,8}\.xml"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A document of trust, its file name and its signature file."""

    name: str
    octets: bytes
    signature: bytes


def write_bundle(documents: Sequence[Document]) -> bytes:
    """The octets of one bundle."""
    return json.dumps(
        {
            "documents": [
                {
                    "name": each.name,
                    "document": b64encode(each.octets).decode(),
                    "signature": b64encode(each.signature).decode(),
                }
                for each in documents
            ]
        },
        separators=(",", ":"),
    ).encode()


def write_bundles(documents: Iterable[Document]) -> list[bytes]:
    """The octets of as few bundles as hold these documents in their order.

    A reader takes none that is over the limits, and an exchange of years has more documents.
    """
    parts: list[list[Document]] = [[]]
    left = BUNDLE_LIMIT
    for each in documents:
        size = len(write_bundle([each]))
        if parts[-1] and (size > left or len(parts[-1]) == DOCUMENTS_MOST):
            parts.append([])
            left = BUNDLE_LIMIT
        parts[-1].append(each)
        left -= size
    return [write_bundle(part) for part in parts if part]


def read_bundle(octets: bytes) -> list[Document]:
    """The documents of a bundle of anybody's; DirectoryFormatError for what is none."""
    if len(octets) > BUNDLE_LIMIT:
        raise _no_bundle(f"{len(octets)} octets")
    try:
        rows = json.loads(octets)["documents"]
        found = [
            Document(
                name=str(row["name"]),
                octets=b64decode(row["document"], validate=True),
                signature=b64decode(row["signature"], validate=True),
            )
            for row in rows[: DOCUMENTS_MOST + 1]
        ]
    except (ValueError, TypeError, KeyError, RecursionError) as problem:
        raise _no_bundle("not in the form of one") from problem
    foreign = [each.name for each in found if _NAME.fullmatch(each.name) is None]
    if foreign or len(found) > DOCUMENTS_MOST:
        raise _no_bundle(repr(foreign[0][:64]) if foreign else f"over {DOCUMENTS_MOST} documents")
    return found


def documents_in(trust: Path) -> list[Document]:
    """Everything that is in force in a trust folder, in the order in which it is to be taken.

    The roots after the pinned one, the newest directory, revocations, recoveries, how the key log
    grew, the beacon.
    Raises TrustError where the folder has no anchor.
    """
    roots = RootFolder(
        trust,
        load_anchor(trust / "anchor.xml"),
        by_countries=lambda root, octets: countries_agreed(trust, root, octets),
    )
    newest = roots.look().version
    names = [root_file(version) for version in range(2, newest + 1)]
    names += sorted(path.name for path in trust.glob("succession-*.xml"))
    names.append(root_file(newest + 1))  # one that waits for the countries, if any
    versions = [found for each in trust.iterdir() if (found := version_in(each.name)) is not None]
    names += [directory_file(max(versions))] if versions else []
    names += newest_countersignatures(trust)
    for pattern in ("revocation-*.xml", "recovery-*.xml", "disownment-*.xml", "objection-*.xml"):
        names += sorted(each.name for each in trust.glob(pattern))
    growth = newest_growth(trust)
    names += [] if growth is None else [growth]
    names.append(BEACON_FILE)
    read = (read_document(trust, name) for name in names)
    return [each for each in read if each is not None]


def read_document(folder: Path, name: str) -> Document | None:
    """A document and its signature file, by its name; None for what is none or is not here yet."""
    if _NAME.fullmatch(name) is None:
        return None
    try:
        signature = (folder / f"{name}.sig").read_bytes()
        return Document(name=name, octets=(folder / name).read_bytes(), signature=signature)
    except OSError:
        return None  # not here, or just being written: it comes with the next bundle


def _no_bundle(why: str) -> DirectoryFormatError:
    return DirectoryFormatError(
        "This is no bundle of documents of trust.",
        value=why,
        expected=f"at most {DOCUMENTS_MOST} documents in {BUNDLE_LIMIT} octets, by their names",
        remedy="Get the documents from the hub, a folder or another peer.",
    )
