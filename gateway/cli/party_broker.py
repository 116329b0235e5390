"""What the last approval does beside the documents: the broker's users and queues, the hub's copy.

It decides about nobody: who is a member says the published directory.
"""

from __future__ import annotations

import json
import shlex
import subprocess
from pathlib import Path

from gateway.errors import GatewayError

_PATIENCE_S = 120.0


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


def tell_private_node(home: Path, definitions: Path, party: str) -> int:
    """Gives a private node the definitions; how many queues of ``party`` it has then."""
    from gateway.exchange import ExchangeError, PrivateNode

    try:
        node = PrivateNode.at(home)
        node.import_definitions(json.loads(definitions.read_text(encoding="utf-8")))
        return sum(f".{party}." in f"{queue.name}." for queue in node.status().queues)
    except ExchangeError as error:
        raise _not_told(str(error), f"iarms broker import --home {home} --trust …") from error


def tell_service(control: str, definitions: Path) -> None:
    """Gives a RabbitMQ service the definitions by its own command, such as ``rabbitmqctl``."""
    words = [*shlex.split(control), "import_definitions", str(definitions)]
    try:
        done = subprocess.run(  # noqa: S603 - the command that the operator names
            words, capture_output=True, text=True, timeout=_PATIENCE_S, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise _not_told(str(error), shlex.join(words)) from error
    if done.returncode:
        raise _not_told((done.stderr or done.stdout).strip()[-500:], shlex.join(words))


def _not_told(why: str, again: str) -> BrokerNotToldError:
    return BrokerNotToldError(
        "the party is enrolled and published, but the broker did not take its user and queues",
        value=why,
        expected="a broker that runs",
        remedy=f"start it, then: {again}; until then messages to the party are refused",
    )
