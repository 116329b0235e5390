"""What a root or a recovery that waits for signatures changes, in lines that a person reviews.

It judges nothing; what a directory changes is told beside its approval (approval.py).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from keys.disownment import Disownment
from keys.revocation import Recovery, persons_needed
from keys.root import Policy, Role, Root


def recovery_changes(recovery: Recovery, root: Root) -> tuple[str, ...]:
    """What a recovery gives, to whom, when it counts, and how many must sign it."""
    return (
        f"{recovery.party} gets new keys that its old ones do not vouch for: {recovery.why}",
        *(f"{recovery.party}: key {kid}" for kid in recovery.kids),
        f"they count {_span(recovery.notice)} after each party first sees this",
        f"the policy's notice is {_span(root.policy.recovery_notice)}",
        f"takes {persons_needed(recovery, root)} of the root's officers",
    )


def disownment_changes(disownment: Disownment) -> tuple[str, ...]:
    """Whose messages are ended, and by which keys they were signed."""
    return (
        f"what these keys of {disownment.party} signed and is held ends: {disownment.why}",
        *(f"{disownment.party}: key {kid}" for kid in disownment.kids),
        "what the party still has to send is signed anew by itself, and arrives",
    )


def root_changes(before: Root | None, after: Root) -> tuple[str, ...]:
    """Officers, roles and policy that differ; for the first root all of them."""
    lines = [*_officers(before, after), *_roles(before, after)]
    if before is None:
        lines += [f"{name}: {value}" for name, value in _terms(after.policy).items()]
    else:
        was, now = _terms(before.policy), _terms(after.policy)
        lines += [f"{name}: {was[name]} to {now[name]}" for name in now if was[name] != now[name]]
        if before.enrolment != after.enrolment:
            lines.append("the enrolment desk gets another key")
    lines.append(f"lives until {after.expires:%Y-%m-%d}")
    return tuple(lines)


def _officers(before: Root | None, after: Root) -> Iterator[str]:
    old = {} if before is None else dict(before.officers)
    for person in sorted({*old, *after.officers}):
        was, now = old.get(person), after.officers.get(person)
        if was is None and now is not None:
            yield f"{person} of {now.organisation} comes, key {now.kid}"
        elif now is None:
            yield f"{person} leaves"
        elif was is not None and was.keys != now.keys:
            yield f"{person} gets another key, {now.kid}"
        elif was is not None and was.organisation != now.organisation:
            yield f"{person} is of {now.organisation}, no longer of {was.organisation}"


def _roles(before: Root | None, after: Root) -> Iterator[str]:
    old = {} if before is None else dict(before.roles)
    for name in sorted({*old, *after.roles}):
        was, now = old.get(name), after.roles.get(name)
        if was != now:
            yield f"{name}: {_role(was)} to {_role(now)}" if before else f"{name}: {_role(now)}"


def _role(role: Role | None) -> str:
    if role is None:
        return "nobody"
    places = f" of {role.organisations} organisations" if role.organisations > 1 else ""
    return f"{role.threshold} of {', '.join(role.persons)}{places}"


def _terms(policy: Policy) -> dict[str, str]:
    return {
        "ML-DSA-65 signatures": "asked for" if policy.quantum else "not asked for",
        "mandates of agencies": "asked for" if policy.mandates else "not asked for",
        "countersignatures of parties": (
            "asked for" if policy.countersigned else "asked for by the hub alone"
        ),
        "a beacon is fresh for": _span(policy.beacon_fresh),
        "no new case after": _span(policy.stop_after),
        "notice of a recovery": _span(policy.recovery_notice),
        "suites allowed": " ".join(map(str, policy.suites)),
    }


def _span(span: timedelta) -> str:
    hours = span / timedelta(hours=1)
    return f"{hours:g} h" if hours >= 1 else f"{span.total_seconds():g} s"
