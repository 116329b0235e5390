"""Every ``iarms`` command line in the documents names a command and options that exist."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from gateway.cli import root

pytestmark = pytest.mark.unit

REPOSITORY = Path(__file__).parents[3]
FENCE = re.compile(r"^ *```\w*\n(.*?)^ *```", re.DOTALL | re.MULTILINE)
INLINE = re.compile(r"`(iarms [^`\n]+)`")
CONTROL = {"|", ">", ">>", "<", "&&", ";", "&"}
OMITTED = {"…", "..."}


def documents() -> list[Path]:
    found = [path for folder in ("docs", "config") for path in (REPOSITORY / folder).rglob("*.md")]
    return sorted([REPOSITORY / "README.md", *found])


def command_lines(document: Path) -> Iterator[str]:
    text = document.read_text(encoding="utf-8")
    for block in FENCE.findall(text):
        for line in block.replace("\\\n", " ").splitlines():
            if line.strip().startswith("iarms "):
                yield line.strip()
    yield from INLINE.findall(FENCE.sub("", text))


def words_of(line: str) -> list[str]:
    """The words behind ``iarms``, up to a pipe or redirection, without what was left out."""
    words: list[str] = []
    for word in shlex.split(line, comments=True)[1:]:
        if word in CONTROL:
            break
        if word not in OMITTED:
            words.append(word)
    return words


def parse(words: list[str]) -> None:
    """Resolves nouns, verbs and options without running anything; raises ``UsageError``."""
    command: click.Command = root
    context = click.Context(root, info_name="iarms")
    while isinstance(command, click.Group):
        if not words or words[0].startswith("-"):
            break
        name, *words = words
        inner = command.get_command(context, name)
        if inner is None:
            raise click.UsageError(f"no such command: {name}")
        command, context = inner, click.Context(inner, info_name=name, parent=context)
    _, left, _ = command.make_parser(context).parse_args(list(words))
    if left:
        raise click.UsageError(f"too many words: {left}")


def every_line() -> list[tuple[str, str]]:
    return [
        (str(document.relative_to(REPOSITORY)), line)
        for document in documents()
        for line in command_lines(document)
        if not line.split()[1].isupper()  # `iarms NOUN --help` speaks of all of them
    ]


def test_the_documents_hold_command_lines() -> None:
    assert len(every_line()) > 50


@pytest.mark.parametrize(("document", "line"), sorted(set(every_line())))
def test_every_written_command_exists(document: str, line: str) -> None:
    try:
        parse(words_of(line))
    except (click.UsageError, ValueError) as error:
        pytest.fail(f"{document}: {line}: {error}")


@pytest.mark.parametrize("line", ["iarms node stat", "iarms node status --hom X", "iarms x"])
def test_a_command_that_does_not_exist_is_noticed(line: str) -> None:
    with pytest.raises(click.UsageError):
        parse(words_of(line))
