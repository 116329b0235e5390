"""How the exchange is founded, and how its roles change: the first root, and each next one.

It counts no signatures (pending.py): what it draws up waits for the officers.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from dataclasses import replace as changed
from datetime import datetime, timedelta
from pathlib import Path

from keys.centre import CENTRE, CentreFolder, current_root, seal_desk
from keys.chain import root_file
from keys.documents import read_directory
from keys.errors import CeremonyError
from keys.files import PUBLIC_MODE, make_folder, write_new
from keys.identity import Identity
from keys.markup import whole_milliseconds
from keys.officer import Signer, make_signer
from keys.pending import Pending, propose, sign
from keys.publishing import write_draft
from keys.root import Officer, Policy, Role, RoleName, Root
from keys.root_document import read_root, write_root
from keys.sealed import MODERATE, Cost
from keys.tls import make_authority

ROOT_LIFE = timedelta(days=365)
HUB = "hub"
"""The person id under which the hub's beacon key usually stands."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Roles:
    """Who shall have which role, and the thresholds; all officers may revoke."""

    root: Sequence[str]
    directory: Sequence[str]
    beacon: Sequence[str] = ()
    root_threshold: int = 3
    directory_threshold: int = 2
    organisations: int = 1

    def as_table(self) -> Mapping[RoleName, Role]:
        """The roles as a root lists them."""
        table = {
            RoleName.ROOT: self._role(RoleName.ROOT, self.root, self.root_threshold),
            RoleName.DIRECTORY: self._role(
                RoleName.DIRECTORY, self.directory, self.directory_threshold
            ),
            RoleName.REVOKER: Role(
                name=RoleName.REVOKER,
                threshold=1,
                organisations=1,
                persons=tuple(sorted({*self.root, *self.directory})),
            ),
        }
        if self.beacon:
            table[RoleName.BEACON] = Role(
                name=RoleName.BEACON, threshold=1, organisations=1, persons=tuple(self.beacon)
            )
        return table

    def _role(self, name: RoleName, persons: Sequence[str], threshold: int) -> Role:
        return Role(
            name=name,
            threshold=threshold,
            organisations=min(self.organisations, threshold),
            persons=tuple(sorted(persons)),
        )


def found(
    trust: Path,
    officers: Sequence[Officer],
    roles: Roles,
    policy: Policy,
    desk_passphrase: bytes,
    *,
    now: datetime,
    random: Callable[[int], bytes],
    cost: Cost = MODERATE,
    members_from: Path | None = None,
) -> Pending:
    """Make the enrolment desk and the broker's authority in ``trust``, and propose the first root.

    It is the anchor once its officers have signed. ``members_from`` is a directory document (of an
    exchange that had a single officer) whose members are taken over into the first draft. Raises
    CeremonyError if there is an anchor already, RootError for roles that cannot work.
    """
    folder = CentreFolder(trust)
    for path in (folder.anchor, folder.enrolment_key, folder.authority):
        if path.exists():
            raise CeremonyError(
                "There is a trust anchor already, and it is not overwritten.",
                place=str(path),
                expected="a folder without an anchor",
                remedy="Use the anchor that is there, or choose another folder.",
            )
    desk = Identity.generate(CENTRE, random=random)
    issued = whole_milliseconds(now)
    octets = write_root(
        version=1,
        issued=issued,
        expires=issued + ROOT_LIFE,
        previous=None,
        policy=policy,
        officers={each.person: each for each in officers},
        roles=roles.as_table(),
        enrolment=desk.encryption_public(desk.encryption_kids[0]),
    )
    read_root(octets, place=root_file(1))
    members = (
        None
        if members_from is None
        else read_directory(members_from.read_bytes(), place=str(members_from)).parties
    )
    make_folder(folder.root, private=False)
    make_folder(folder.private, private=True)
    make_folder(folder.issued, private=False)
    authority = make_authority(now=now)
    seal_desk(folder, desk_passphrase, desk=desk, authority=authority, cost=cost, random=random)
    write_new(folder.authority, authority.pem, mode=PUBLIC_MODE)
    with folder.alone():
        if members:
            write_draft(folder, members, now=now)
        return propose(folder, root_file(1), octets)


def propose_root(
    trust: Path,
    *,
    now: datetime,
    officers: Sequence[Officer] | None = None,
    roles: Mapping[RoleName, Role] | None = None,
    policy: Policy | None = None,
    by_countries: bool = False,
) -> Pending:
    """Propose root N+1 with what changes; the old threshold and the new one must sign it.

    ``by_countries`` where the old quorum is lost: the new threshold signs it, and it follows when
    two thirds of the countries say so and nobody objected for their notice (succession.py).
    """
    folder = CentreFolder(trust)
    with folder.alone():
        root = current_root(trust)
        people = root.officers if officers is None else {each.person: each for each in officers}
        issued = max(whole_milliseconds(now), root.issued + timedelta(milliseconds=1))
        octets = write_root(
            version=root.version + 1,
            issued=issued,
            expires=issued + ROOT_LIFE,
            previous=root.digest,
            policy=policy or root.policy,
            officers=people,
            roles=roles or root.roles,
            enrolment=root.enrolment,
        )
        read_root(octets, place=root_file(root.version + 1))
        return propose(folder, root_file(root.version + 1), octets, by_countries=by_countries)


def replace_officer(
    root: Root, leaves: str, comes: Officer
) -> tuple[list[Officer], Mapping[RoleName, Role]]:
    """Officers and roles of ``root`` with one person's place taken by another's."""
    return replace_officers(list(root.officers.values()), root.roles, {leaves: comes})


def replace_officers(
    officers: Sequence[Officer],
    roles: Mapping[RoleName, Role],
    places: Mapping[str, Officer],
) -> tuple[list[Officer], Mapping[RoleName, Role]]:
    """Officers and roles with the places of several persons taken by others'; CeremonyError."""
    people = {each.person: each for each in officers}
    for leaves, comes in places.items():
        if leaves not in people or (comes.person != leaves and comes.person in people):
            raise CeremonyError(
                "This change of officers cannot be made.",
                place="the next root",
                value=f"{leaves} by {comes.person}",
                expected="an officer who is listed, by a person who is not",
                remedy="See `iarms anchor show` for who has which role.",
            )
        people = {key: each for key, each in people.items() if key != leaves}
        people[comes.person] = comes
        roles = {
            name: changed(
                role,
                persons=tuple(sorted(comes.person if p == leaves else p for p in role.persons)),
            )
            for name, role in roles.items()
        }
    return list(people.values()), roles


def found_alone(
    trust: Path,
    desk_passphrase: bytes,
    *,
    now: datetime,
    random: Callable[[int], bytes],
    cost: Cost = MODERATE,
    quantum: bool = False,
    beacon: bool = False,
    mandates: bool = False,
    countersigned: bool = False,
) -> tuple[Signer, ...]:
    """A whole founding where one machine plays every officer: trials, drills and tests.

    Five officers of two organisations, root 3 of 5, directory 2 of 4. Their keys, and the hub's
    last where ``beacon``, live in memory only and are given back.
    """
    people = [
        make_signer(person, place, random=random, quantum=quantum)
        for person, place in (
            ("anna", "Centre"), ("boris", "Oversight"), ("chen", "Centre"),
            ("dina", "Oversight"), ("emil", "Centre"),
        )
    ]  # fmt: skip
    hub = [make_signer(HUB, "Centre", random=random, quantum=False)] if beacon else []
    names = [each.person for each in people]
    pending = found(
        trust,
        [each.public for each in (*people, *hub)],
        Roles(
            root=names,
            directory=names[:4],
            beacon=[each.person for each in hub],
            organisations=2,
        ),
        Policy(
            quantum=quantum,
            mandates=mandates,
            countersigned=countersigned,
            beacon_fresh=timedelta(minutes=10) if beacon else timedelta(0),
        ),
        desk_passphrase,
        now=now,
        random=random,
        cost=cost,
    )
    folder = CentreFolder(trust)
    with folder.alone():
        for signer in people[:3]:
            pending = sign(folder, pending.name, signer)
    return (*people, *hub)
