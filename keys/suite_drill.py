"""The drill that moves a running exchange to the hybrid suite and back, with messages under way.

It is the steps alone; drills.py plays them and writes their page.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from keys import ceremony
from keys.chain import root_file
from keys.sealed import INTERACTIVE
from keys.suites import Suite

if TYPE_CHECKING:
    from collections.abc import Callable

    from keys.drills import Sandbox

_UNDER_WAY = 60
_SIGN = "iarms act sign {} --trust centre --officer anna/officer.key --passphrase-file anna.pass"
_SIGN_DIRECTORY = f"iarms directory propose --trust centre\n   {_SIGN.format('directory-9.xml')}"
_COPY = "iarms directory copy --trust centre --to lyon/trust"


class Act(NamedTuple):
    """One step as ``drills.Step`` holds it."""

    who: str
    does: str
    command: str
    play: Callable[[Sandbox], str | None]


def _allow(box: Sandbox) -> None:
    ceremony.allow_suites(box.trust, [Suite.CLASSICAL, Suite.HYBRID], now=box.now)


def _sign_root(box: Sandbox) -> str:
    name = root_file(ceremony.current_root(box.trust).version + 1)
    for signer in box.signers[:3]:
        ceremony.sign_document(box.trust, name, signer)
    box.all_read()
    return "suites " + " ".join(map(str, ceremony.current_root(box.trust).policy.suites))


def _make_keys(box: Sandbox) -> str:
    for party in box.readers:
        home = box.root / party
        _, note = ceremony.prepare_hybrid(
            box.own(party), home / "next.key", box.passphrase, random=box.random, cost=INTERACTIVE
        )
        (home / "note.json").write_bytes(note)
        (home / "next.key").replace(home / "identity.key")
        box.running.restart(party)
    return f"{len(box.readers)} parties"


def _take_notes(box: Sandbox) -> None:
    box.running.send(_UNDER_WAY)
    for party in box.readers:
        note = (box.root / party / "note.json").read_bytes()
        ceremony.take_rotation(box.trust, note, now=box.now)
    box.publish()
    box.all_read()


def _side_by_side(box: Sandbox) -> str:
    return box.running.settle()


def _move(box: Sandbox) -> None:
    box.running.send(_UNDER_WAY)
    ceremony.choose_suite(box.trust, Suite.HYBRID, now=box.now)
    box.publish()


def _moved(box: Sandbox) -> str:
    box.all_read()
    seen = box.running.settle()
    box.running.send(_UNDER_WAY)
    after = box.running.settle()
    if "suite 1" in after:
        raise RuntimeError("messages still go by suite 1 after the move")
    return f"under way: {seen}; after it: {after}"


def _downgrade(box: Sandbox) -> str:
    before = box.running.set_aside()
    box.running.send_downgraded()
    box.running.settle()
    if box.running.set_aside() != before + 1:
        raise RuntimeError("a downgraded message was not set aside")
    return "set aside"


def _move_back(box: Sandbox) -> None:
    box.running.send(_UNDER_WAY)
    ceremony.choose_suite(box.trust, Suite.CLASSICAL, now=box.now)
    box.publish()


def _moved_back(box: Sandbox) -> str:
    box.all_read()
    seen = box.running.settle()
    box.running.send(_UNDER_WAY)
    after = box.running.settle()
    if "suite 2" in after:
        raise RuntimeError("messages still go by suite 2 after the way back")
    return f"under way: {seen}; after it: {after}"


ACTS = (
    Act("Centre", "draws up root N+1, by which directories may use suites 1 and 2.",
        "iarms anchor suites 1 2 --trust centre", _allow),
    Act("Three officers", "sign it; everybody follows it.", _SIGN.format("root-2.xml"), _sign_root),
    Act("Each party", "makes a hybrid key beside its others; its process holds both.",
        "iarms key hybrid --identity identity.key --out next.key --passphrase-file pass >"
        " note.json", _make_keys),
    Act("Desk, two officers", "take the notes and sign the directory; messages are under way.",
        "iarms key take note.json --trust centre\n   " + _SIGN_DIRECTORY, _take_notes),
    Act("Everybody", "has keys of both suites; messages go by suite 1 as before.", _COPY,
        _side_by_side),
    Act("Centre, two officers", "move: from this directory on, messages go by suite 2.",
        "iarms directory suite 2 --trust centre\n   " + _SIGN_DIRECTORY, _move),
    Act("Everybody", "takes it up; what was under way by suite 1 arrives.", _COPY, _moved),
    Act("Somebody", "seals by suite 1 although the directory asks for 2: the relay refuses it.", "",
        _downgrade),
    Act("Centre, two officers", "move back, with messages of suite 2 under way.",
        "iarms directory suite 1 --trust centre\n   " + _SIGN_DIRECTORY, _move_back),
    Act("Everybody", "takes it up; what was under way by suite 2 arrives.", _COPY, _moved_back),
)  # fmt: skip
