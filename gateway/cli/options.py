"""Options that many commands share: ``--home``, ``--json``, how a passphrase comes in.

It holds no command, and no option that one command alone knows.
"""

from __future__ import annotations

from pathlib import Path

import click

JSON = click.option("--json", "as_json", is_flag=True, help="One JSON document.")
HOME = click.option(
    "--home",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    required=True,
    help="The node's folder, with iarms.toml in it.",
)
HUB_HOME = click.option(
    "--home",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    required=True,
    help="The hub's folder, with iarms.toml in it.",
)
CENTRE_TRUST = click.option(
    "--trust",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    required=True,
    help="The centre's trust folder.",
)
TRUST = click.option(
    "--trust",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    required=True,
    help="The trust folder.",
)


def spelled(
    context: click.Context,  # noqa: ARG001 - click's callback
    parameter: click.Parameter,  # noqa: ARG001 - click's callback
    typed: str | None,
) -> str | None:
    """A callback for typed words: one that is in no list is asked for again, with what is near.

    Whether the words are the right ones is not looked at here.
    """
    from keys import ceremony

    wrong = ceremony.misspelt(typed) if typed else ()
    if wrong:
        raise click.BadParameter("; ".join(map(str, wrong)) + ". Type all of them again.")
    return typed


def ask_words(prompt: str) -> str:
    """The words that a person types at ``prompt``; asked again as ``spelled`` does.

    Too few or too many are asked for again too: whether they are the right ones is not looked at.
    """

    def check(typed: str) -> str:
        from keys import ceremony

        wrong = "; ".join(map(str, ceremony.misspelt(typed))) or ceremony.miscounted(typed)
        if wrong:
            raise click.UsageError(f"{wrong}. Type all of them again.")
        return typed

    typed: str = click.prompt(prompt, value_proc=check, err=True)
    return typed


# A passphrase comes from a file or an open descriptor, never from argv or the environment.
PASSPHRASE_FILE = click.option(
    "--passphrase-file",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    help="File that holds the passphrase.",
)
PASSPHRASE_FD = click.option(
    "--passphrase-fd", type=int, help="Open file descriptor that gives the passphrase."
)
