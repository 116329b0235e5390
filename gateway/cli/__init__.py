"""The command ``iarms``: nouns first, each noun in its own file and imported only when named.

It does no work itself.
"""

from __future__ import annotations

import sys
from importlib import import_module

import click

# noun -> (what the overview says; it stands here so that the overview imports no noun)
NOUNS = {
    "act": "Show and sign what waits for the officers.",
    "adapter": "Try, check and list adapters of national formats.",
    "anchor": "Found the exchange and show who decides about keys.",
    "backup": "Copy a home into one sealed file, and check it.",
    "broker": "Start, stop and look at a private RabbitMQ node.",
    "campaign": "Prove the delivery promise on real parts, under faults.",
    "config": "Check and show a process's settings.",
    "counterpart": "Play a national system that files, errs and reads its answers.",
    "deadletter": "List, show, replay or drop what was set aside.",
    "demo": "Run the main job from native file to native file.",
    "directory": "Lay out and show the signed key directory.",
    "doctor": "Find what keeps messages from flowing, each with its remedy.",
    "drill": "Play an act on keys on a private sandbox, step by step.",
    "envelope": "Seal, open, verify and inspect envelopes in files.",
    "evidence": "Check a case's file offline: who signed what.",
    "hit": "List, show and lead the hits of a node.",
    "hub": "Run the registry's endpoint at the centre.",
    "key": "Make an officer's keys and see how keys stand.",
    "keylog": "Prove, verify and audit the log of what happened to keys.",
    "message": "Tell where one message is and what happened to it.",
    "node": "Run a national system's endpoint and see its files.",
    "pair": "Show and settle what this party and each peer hold of one another.",
    "party": "Make a party's keys and enrol it.",
    "policy": "Explain who may send and see what at the centre.",
    "record": "File, change and see an agency's records, as an officer.",
    "registry": "Load, re-index, verify and count the registry and its tables.",
    "relay": "Run the centre's relay of sealed messages.",
    "report": "Measure, report and drill into what a party exchanged.",
    "restore": "Put a home back from a sealed file.",
    "schema": "Explain elements and codes of the message standard.",
    "search": "Search the central registry for a firearm, as an officer.",
    "simulate": "Prove the delivery promise under faults drawn from a seed.",
    "status": "Show how a home stands: lanes, ages, peers, dead letters.",
    "trace": "Ask where a firearm came from, and answer those who ask.",
    "transport": "Carry native files by table, web service, SFTP or mail.",
}


class LazyGroup(click.Group):
    """A group whose commands are imported when they are named: the overview starts in 0.1 s."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """Every noun."""
        return sorted(NOUNS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - click's signature
        """The command of the noun ``cmd_name``."""
        if cmd_name not in NOUNS:
            return None
        command = import_module(f"gateway.cli.{cmd_name}").command
        if not isinstance(command, click.Command):
            raise TypeError(f"gateway.cli.{cmd_name}.command is no command")
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 - click's signature
        """The overview, from the table alone."""
        with formatter.section("Commands"):
            formatter.write_dl(sorted(NOUNS.items()))


@click.command(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="iarms-gateway", prog_name="iarms")
def root() -> None:
    """Exchange of stolen-firearm records, searches, seizures and hits between countries.

    Exit codes: 0 ok, 1 failure, 2 usage, 3 not found, 4 validation, 5 permission or trust,
    6 findings, 7 unavailable (try again), 130 interrupted.
    """


def main() -> None:
    """Runs the command; errors that a person can act on are told, not traced."""
    from gateway.cli.output import as_told, exit_code_of, tell

    try:
        sys.exit(root.main(standalone_mode=False) or 0)
    except click.exceptions.Exit as leaving:
        sys.exit(leaving.exit_code)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except (KeyboardInterrupt, click.exceptions.Abort):
        sys.exit(130)
    except Exception as error:
        told = as_told(error)
        code = exit_code_of(told)
        if code is None:
            raise
        tell(told)
        sys.exit(code)
