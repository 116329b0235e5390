"""The drill in which the root's quorum itself is lost, and the countries give it a new one.

It is the steps alone; drills.py plays them and writes their page.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from keys import ceremony
from keys.chain import root_file
from keys.errors import QuorumError
from keys.succession import SUCCESSION_NOTICE
from keys.suite_drill import Act
from keys.trusted import LONGEST_LIFE

if TYPE_CHECKING:
    from keys.drills import Sandbox

_LOST = {"chen": "fay", "dina": "gil", "emil": "hana"}
_SIGN = "iarms act sign {} --trust centre --officer {}/officer.key --passphrase-file {}.pass"
_COUNTRIES = ("FRA-NCB", "BRA-NCB")


def _lost(box: Sandbox) -> str:
    """Two are left: whatever they sign, no root and no recovery comes of it."""
    box.signers = box.signers[:2]
    ceremony.propose_root(box.trust, now=box.now)
    name = root_file(ceremony.current_root(box.trust).version + 1)
    for signer in box.signers:
        if ceremony.sign_document(box.trust, name, signer).published is not None:
            raise RuntimeError("two officers were enough for a root")
    return "2 of 5 are left, 3 are needed"


def _directory(box: Sandbox) -> str:
    ceremony.publish(box.trust, box.signers, now=box.now, life=LONGEST_LIFE, renew=True)
    box.all_read()
    return f"nothing stops for {LONGEST_LIFE.days} days"


def _draw_up(box: Sandbox) -> None:
    root = ceremony.current_root(box.trust)
    officers, roles = list(root.officers.values()), root.roles
    fresh = [
        ceremony.make_signer(person, root.officers[lost].organisation, random=box.random,
                             quantum=False)
        for lost, person in _LOST.items()
    ]  # fmt: skip
    for lost, signer in zip(_LOST, fresh, strict=True):
        officers, roles = ceremony.replace_officers(officers, roles, {lost: signer.public})
    ceremony.propose_root(box.trust, now=box.now, officers=officers, roles=roles, by_countries=True)
    box.signers = (*box.signers, *fresh)


def _sign(box: Sandbox) -> None:
    name = root_file(ceremony.current_root(box.trust).version + 1)
    for signer in box.signers[:3]:
        ceremony.sign_document(box.trust, name, signer)
    _nobody_follows(box)


def _countries(box: Sandbox) -> str:
    name = root_file(ceremony.current_root(box.trust).version + 1)
    octets = (box.trust / name).read_bytes()
    for number, party in enumerate(_COUNTRIES, 1):
        _nobody_follows(box)
        ceremony.give_succession(
            box.own(party), octets, box.trust, "Drill: the officers are lost.", now=box.now
        )
        done = len(list(box.trust.glob("succession-*.xml")))
        if done != number:
            raise RuntimeError("a country's word is missing")
    return f"{len(_COUNTRIES)} of {len(_COUNTRIES)} countries; two thirds are needed"


def _wait(box: Sandbox) -> str:
    _nobody_follows(box)
    box.now += SUCCESSION_NOTICE - timedelta(hours=1)
    _nobody_follows(box)
    box.now += timedelta(hours=2)
    box.all_read()
    if {reader.root.version for reader in box.readers.values()} != {2}:
        raise RuntimeError("a reader did not follow the countries' root after the notice")
    return f"{SUCCESSION_NOTICE.days} days of notice"


def _go_on(box: Sandbox) -> str:
    """The new officers sign a directory, and the next root by the usual quorum."""
    ceremony.publish(box.trust, (box.signers[0], box.signers[3]), now=box.now, renew=True)
    versions = {each.version for each in box.all_read()}
    ceremony.propose_root(box.trust, now=box.now)
    for signer in box.signers[2:5]:
        ceremony.sign_document(box.trust, root_file(3), signer)
    box.all_read()
    if {reader.root.version for reader in box.readers.values()} != {3} or len(versions) != 1:
        raise RuntimeError("the new officers cannot go on")
    return "root 3 by the usual quorum"


def _nobody_follows(box: Sandbox) -> None:
    box.all_read()
    if any(reader.root.version != 1 for reader in box.readers.values()):
        raise RuntimeError("a reader followed a root that nobody was entitled to give")


def _too_early(box: Sandbox) -> None:
    """The lost officers' places cannot be taken by the usual way."""
    root = ceremony.current_root(box.trust)
    try:
        ceremony.sign_document(box.trust, root_file(root.version + 1), box.signers[0])
    except QuorumError:
        return
    raise RuntimeError("one officer signed twice")


ACTS = (
    Act("Two officers", "are left of five: no root and no recovery can be signed any more.",
        "iarms anchor propose --trust centre --why Lost\n"
        f"   {_SIGN.format('root-2.xml', 'anna', 'anna')}", _lost),
    Act("Two officers", "one of them signing twice is nobody more.", "", _too_early),
    Act("Two officers", "sign the directory for as long as it may live, so that nothing stops. If"
        " its quorum is lost too, messages are held from its expiry on, and nothing is lost.",
        "iarms directory propose --trust centre --renew --days 92\n"
        f"   {_SIGN.format('directory-8.xml', 'anna', 'anna')}", _directory),
    Act("Centre, new officers", "draw up the next root with new officers in the lost ones' places.",
        "iarms anchor succeed --trust centre --why Lost --replace chen --card fay/officer-fay.xml"
        " --replace dina --card gil/officer-gil.xml --replace emil --card hana/officer-hana.xml",
        _draw_up),
    Act("Those of the new root", "sign it by its own threshold; nobody follows it yet.",
        _SIGN.format("root-2.xml", "fay", "fay"), _sign),
    Act("Two thirds of the countries", "hear its words by telephone, type them, and say under"
        " their signature that it shall follow; one fewer is not enough.",
        "iarms key succeed root-2.xml --identity lyon/identity.key --home lyon --why Lost"
        " --passphrase-file pass", _countries),
    Act("Everybody", "is told every day for 30 days; a root by the old officers would win until"
        " then. Then it counts.",
        "iarms key status --trust lyon/trust --home lyon", _wait),
    Act("New officers", "go on by the usual ways.",
        "iarms directory propose --trust centre --renew\n"
        f"   {_SIGN.format('directory-9.xml', 'fay', 'fay')}", _go_on),
)  # fmt: skip
"""Each step, in order."""
