"""Writes the vectors anew, octet for octet the same in every run.

    python tests/vectors/envelope/make.py [--check]

With ``--check`` it writes nothing and says (exit code 1) whether the files are what it would write.
"""

from __future__ import annotations

import hashlib
import json
import sys
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))  # where `make.py` is imported by a test

import cast  # noqa: E402 - found beside this file
from good import Good, goods  # noqa: E402 - found beside this file
from hostile import cases  # noqa: E402 - found beside this file


def files() -> dict[str, bytes]:
    """Every file of the vectors by its path, without writing it."""
    written: dict[str, bytes] = {}
    manifest: dict[str, Any] = {
        "about": "Envelopes of docs/spec/envelope.md; README.md says how to use them.",
        "suites": "1 2",
        "secrets": "SHA-256 of 'iarms test vector, signing key of {party}', '… encryption key of"
        " {party}' and '… hybrid key of {party}': never in a real directory",
        "identities": cast.identities(),
        "directories": cast.directories(),
        "good": [],
        "hostile": [],
    }
    for good in goods():
        path, payload = f"good/{good.name}.xml", f"good/{good.name}.payload.xml"
        written[path] = good.octets
        written[payload] = good.recipe.payload
        manifest["good"].append(_good(good, path, payload))
    for case in cases():
        path = f"hostile/{case.name}.xml"
        written[path] = case.octets
        entry: dict[str, Any] = {
            "name": case.name,
            "about": case.about,
            "file": path,
            "recipient": case.recipient,
            "directory": case.directory,
            "now": case.now,
            "outcome": case.outcome,
        }
        if case.reason:
            entry["reason"] = case.reason
        if case.filler:
            entry["filler"] = {"octet": "A", "count": case.filler, "at": case.filler_at}
        manifest["hostile"].append(entry)
    written["manifest.json"] = (
        json.dumps(manifest, indent=1, ensure_ascii=False, sort_keys=True) + "\n"
    ).encode()
    return written


def _good(good: Good, path: str, payload: str) -> dict[str, Any]:
    recipe = good.recipe
    return {
        "name": good.name,
        "about": good.about,
        "file": path,
        "sha256": hashlib.sha256(good.octets).hexdigest(),
        "payload": payload,
        "recipients": list(good.recipients),
        "directory": good.directory,
        "now": good.now,
        "header": {
            "message_id": recipe.message_id,
            "sender": recipe.sender.party,
            "sender_kid": recipe.sender.signing_kid,
            "to": [
                {
                    "party": member.party,
                    "kid": member.encryption_kid,
                    "seq": seq,
                    **({"suite": member.suite} if member.suite > 1 else {}),
                }
                for member, seq in recipe.to
            ],
            "type": recipe.message_type,
            "created": recipe.created,
            "expires": recipe.expires,
            "in_reply_to": recipe.in_reply_to,
            "lane": recipe.lane,
            "directory_version": recipe.version,
            "schema": recipe.schema,
        },
    }


def stale() -> list[str]:
    """Paths that differ from what would be written, are missing, or should not be there."""
    wanted = files()
    found = {
        str(path.relative_to(HERE))
        for folder in ("good", "hostile")
        for path in (HERE / folder).glob("*")
    } | {"manifest.json"}
    return sorted(
        path
        for path in found | set(wanted)
        if not (HERE / path).is_file() or wanted.get(path) != (HERE / path).read_bytes()
    )


def main() -> None:
    """Writes or checks."""
    if "--check" in sys.argv[1:]:
        names = stale()
        for name in names:
            print(f"stale: {name}")  # noqa: T201 - a script's output
        sys.exit(1 if names else 0)
    for path, octets in files().items():
        target = HERE / path
        target.parent.mkdir(exist_ok=True)
        target.write_bytes(octets)
    for name in stale():
        (HERE / name).unlink()


if __name__ == "__main__":
    main()
