"""The reference pages are what the program says of itself."""

from __future__ import annotations

import msgspec
import pytest

from gateway.cli.output import MEANINGS, ExitCode
from gateway.cli.reference import LEAVES_WITH, commands, stale
from gateway.cli.reference.settings import SECTIONS, comments, is_a_section

pytestmark = pytest.mark.unit


def test_writing_the_reference_again_changes_nothing() -> None:
    assert not stale(), "run: python -m gateway.cli.reference"


def test_every_command_says_what_it_leaves_with() -> None:
    assert set(LEAVES_WITH) == set(commands())


def test_every_exit_code_has_a_meaning() -> None:
    assert set(MEANINGS) == set(ExitCode)


def test_every_command_and_option_is_explained() -> None:
    silent = [words for words, command in commands().items() if not command.help]
    for words, command in commands().items():
        for parameter in command.params:
            name = parameter.opts[0]
            if parameter.param_type_name == "option" and not getattr(parameter, "help", None):
                silent.append(f"{words} {name}")
    assert not silent


def test_every_setting_is_commented_in_the_example() -> None:
    bare = []
    for section, kind in SECTIONS:
        known = comments(section)
        described = msgspec.inspect.type_info(kind)
        assert isinstance(described, msgspec.inspect.StructType)
        bare += [
            f"[{section}] {field.name}"
            for field in described.fields
            if not is_a_section(field.type) and not known.get(field.name)
        ]
    assert not bare
