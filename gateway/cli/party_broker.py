"""What the last approval does beside the documents: the broker's users and queues, the hub's copy.

It decides about nobody: who is a member says the published directory.
"""

from __future__ import annotations

import json
import shlex
import subprocess
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from gateway.errors import GatewayError

_PATIENCE_S = 120.0
_PAUSES_S = (2.0, 5.0)
"""A broker that just starts takes nothing for some seconds."""


class BrokerNotToldError(GatewayError):
    """The directory is published, but the broker did not take its definitions."""

    code = "cli.broker-not-told"
    retryable = True
    answered = False


def write_definitions(trust: Path) -> Path:
    """``definitions.json`` in the centre's folder, for every party of the newest directory."""
    from gateway.exchange import definitions
    from gateway.ids import REGISTRY_PARTY
    from keys import ceremony

    newest = ceremony.newest_directory(trust)
    members = sorted(set(() if newest is None else newest.parties) - {REGISTRY_PARTY})
    path = trust / "definitions.json"
    path.write_text(json.dumps(definitions(members), indent=1), encoding="utf-8")
    return path


def tell(
    trust: Path,
    party: str,
    *,
    broker: Path | None,
    rabbitmqctl: str | None,
    pause: Callable[[float], None],
    now: datetime,
) -> str:
    """Tells the broker of everybody who is published, again after pauses; a line for people.

    What it has not taken stays noted in the centre's folder, for `iarms key status` and whoever
    comes next. Raises BrokerNotToldError when the last try failed.
    """
    from keys import ceremony

    folder, path = ceremony.CentreFolder(trust), write_definitions(trust)
    if broker is None and rabbitmqctl is None:
        ceremony.owe_broker(folder, party, why=f"{path} has to be imported", now=now)
        return (
            f"Broker: {path} has its user, queues and permissions. `iarms party broker` gives it"
            " to a broker; until then it is owed (`iarms key status`)."
        )
    ceremony.owe_broker(folder, party, why="it is being told", now=now)
    for wait_s in (*_PAUSES_S, None):
        try:
            if broker is not None:
                queues = tell_private_node(broker, path, party)
                told = f"Broker: user {party}, its permissions and {queues} queues are there."
            else:
                tell_service(str(rabbitmqctl), path)
                told = f"Broker: it took {path} with user, queues and permissions of {party}."
        except BrokerNotToldError as error:
            ceremony.owe_broker(folder, party, why=str(error.value), now=now)
            if wait_s is None:
                raise
            pause(wait_s)
        else:
            break
    ceremony.broker_told(folder)
    return told


def tell_private_node(home: Path, definitions: Path, party: str) -> int:
    """Gives a private node the definitions; how many queues of ``party`` it has then."""
    from gateway.exchange import ExchangeError, PrivateNode

    try:
        node = PrivateNode.at(home)
        node.import_definitions(json.loads(definitions.read_text(encoding="utf-8")))
        return sum(f".{party}." in f"{queue.name}." for queue in node.status().queues)
    except ExchangeError as error:
        raise _not_told(str(error)) from error


def tell_service(control: str, definitions: Path) -> None:
    """Gives a RabbitMQ service the definitions by its own command, such as ``rabbitmqctl``."""
    words = [*shlex.split(control), "import_definitions", str(definitions)]
    try:
        done = subprocess.run(  # noqa: S603 - the command that the operator names
            words, capture_output=True, text=True, timeout=_PATIENCE_S, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise _not_told(str(error)) from error
    if done.returncode:
        raise _not_told((done.stderr or done.stdout).strip()[-500:])


def _not_told(why: str) -> BrokerNotToldError:
    return BrokerNotToldError(
        "the party is enrolled and published, but the broker did not take its user and queues",
        value=why,
        expected="a broker that runs",
        remedy="start it, then: `iarms party broker`; it is owed until then (`iarms key status`),"
        " and messages to the party are refused",
    )
