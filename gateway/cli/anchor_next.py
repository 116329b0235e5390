"""``iarms anchor propose`` and ``succeed``: draw up the next root: officers, thresholds, spans."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from collections.abc import Mapping

    from keys import Officer, Policy, Role, RoleName, Root


@click.command()
@click.option(
    "--trust",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    required=True,
    help="The centre's trust folder.",
)
@click.option("--replace", "leaves", help="The officer whose place the --card's takes.")
@click.option(
    "--card",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    help="The newcomer's card, or the same person's with new keys.",
)
@click.option(
    "--hub-card",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    help="The card of the hub's new beacon key.",
)
@click.option("--root-threshold", type=click.IntRange(2, 16), help="Persons for a root.")
@click.option("--directory-threshold", type=click.IntRange(2, 16), help="Persons for a directory.")
@click.option("--organisations", type=click.IntRange(1, 16), help="Organisations among them.")
@click.option("--recovery-hours", type=click.IntRange(1, 8784), help="Notice of a recovery.")
@click.option("--beacon-minutes", type=click.IntRange(2, 1440), help="How long a beacon is fresh.")
@click.option("--stop-hours", type=click.IntRange(1, 8784), help="When no new case is begun.")
@click.option(
    "--countersigned/--no-countersignatures",
    default=None,
    help="Whether everybody waits for a party's countersignature before it counts as active.",
)
@click.option("--why", required=True, help="The reason, for the trail of acts.")
def propose(
    *,
    trust: Path,
    leaves: str | None,
    card: Path | None,
    hub_card: Path | None,
    root_threshold: int | None,
    directory_threshold: int | None,
    organisations: int | None,
    recovery_hours: int | None,
    beacon_minutes: int | None,
    stop_hours: int | None,
    countersigned: bool | None,
    why: str,
) -> None:
    """Draw up root N+1 with what is given, or renewed as it is; the officers sign it.

    The threshold of the root in force and that of the new one must both be reached.
    """
    from gateway.cli.acting import note_acting
    from gateway.cli.output import inform
    from keys import ceremony

    if (leaves is None) != (card is None):
        raise click.UsageError("--replace and --card go together")
    note_acting(why)
    root = ceremony.current_root(trust)
    officers, roles = list(root.officers.values()), root.roles
    if leaves is not None and card is not None:
        officers, roles = ceremony.replace_officer(root, leaves, ceremony.read_card(card))
    if hub_card is not None:
        officers, roles = _with_hub(officers, roles, ceremony.read_card(hub_card))
    pending = ceremony.propose_root(
        trust,
        now=datetime.now(UTC),
        officers=officers,
        roles=_with_numbers(roles, root_threshold, directory_threshold, organisations),
        policy=_policy(root, recovery_hours, beacon_minutes, stop_hours, countersigned),
    )
    click.echo(pending.name)
    for line in ceremony.changes_of(trust, pending):
        click.echo(line)
    inform(
        f"{pending.name} waits for {pending.missing} officers: `iarms act show`, `iarms act sign`."
    )


@click.command()
@click.option(
    "--trust",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    required=True,
    help="The centre's trust folder.",
)
@click.option(
    "--replace", "lost", multiple=True, required=True, help="An officer who is lost; repeated."
)
@click.option(
    "--card",
    "cards",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    multiple=True,
    required=True,
    help="The card of who takes the place, in the same order.",
)
@click.option("--why", required=True, help="What happened to the officers.")
def succeed(*, trust: Path, lost: tuple[str, ...], cards: tuple[Path, ...], why: str) -> None:
    """Draw up root N+1 where the root's quorum is lost: its own people sign it.

    Two thirds of the countries must say that it shall follow (`iarms key succeed`), and it counts
    30 days after. A root by the old quorum wins until then.
    """
    from gateway.cli.acting import note_acting
    from gateway.cli.output import inform
    from keys import ceremony

    if len(lost) != len(cards):
        raise click.UsageError("--replace and --card go together, as often")
    note_acting(why)
    root = ceremony.current_root(trust)
    places = {who: ceremony.read_card(card) for who, card in zip(lost, cards, strict=True)}
    officers, roles = ceremony.replace_officers(list(root.officers.values()), root.roles, places)
    pending = ceremony.propose_root(
        trust, now=datetime.now(UTC), officers=officers, roles=roles, by_countries=True
    )
    click.echo(pending.name)
    for line in ceremony.changes_of(trust, pending):
        click.echo(line)
    inform(f"{pending.name} waits for {pending.missing} of its own officers: `iarms act sign`.")
    inform("Then each country: `iarms key succeed`. The desk and its keys stay as they are.")


def _with_hub(
    officers: list[Officer], roles: Mapping[RoleName, Role], hub: Officer
) -> tuple[list[Officer], Mapping[RoleName, Role]]:
    from keys import Role, RoleName

    before = roles[RoleName.BEACON].persons if RoleName.BEACON in roles else ()
    people = [each for each in officers if each.person not in {*before, hub.person}]
    beacon = Role(name=RoleName.BEACON, threshold=1, organisations=1, persons=(hub.person,))
    return [*people, hub], {**roles, RoleName.BEACON: beacon}


def _with_numbers(
    roles: Mapping[RoleName, Role],
    root: int | None,
    directory: int | None,
    organisations: int | None,
) -> Mapping[RoleName, Role]:
    from dataclasses import replace

    from keys import RoleName

    changed = dict(roles)
    for name, threshold in ((RoleName.ROOT, root), (RoleName.DIRECTORY, directory)):
        role = changed[name]
        changed[name] = replace(
            role,
            threshold=threshold or role.threshold,
            organisations=organisations or role.organisations,
        )
    return changed


def _policy(
    root: Root,
    recovery_hours: int | None,
    beacon_minutes: int | None,
    stop_hours: int | None,
    countersigned: bool | None,
) -> Policy:
    from dataclasses import replace

    policy = root.policy
    if recovery_hours is not None:
        policy = replace(policy, recovery_notice=timedelta(hours=recovery_hours))
    if beacon_minutes is not None:
        policy = replace(policy, beacon_fresh=timedelta(minutes=beacon_minutes))
    if stop_hours is not None:
        policy = replace(policy, stop_after=timedelta(hours=stop_hours))
    if countersigned is not None:
        policy = replace(policy, countersigned=countersigned)
    return policy
