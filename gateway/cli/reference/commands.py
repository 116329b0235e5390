"""Describes every command from its own options and help: ``docs/reference/cli.md``.

It runs none.
"""

from __future__ import annotations

from collections.abc import Iterator

import click

from gateway.cli import root
from gateway.cli.output import INTERRUPTED, MEANINGS, ExitCode
from gateway.cli.reference.markdown import NOTICE, cell

# Exit codes beside 0, 1, 2 and 130, which every command can leave with.
_TRUST = (ExitCode.PERMISSION,)
_DIRECTORY = (*_TRUST, ExitCode.UNAVAILABLE)
_STORE = (ExitCode.NOT_FOUND, ExitCode.VALIDATION, ExitCode.UNAVAILABLE)
_PROCESS = (ExitCode.VALIDATION, *_DIRECTORY)
_OFFICER = (ExitCode.NOT_FOUND, ExitCode.VALIDATION, ExitCode.UNAVAILABLE)
LEAVES_WITH: dict[str, tuple[ExitCode, ...]] = {
    "report answer": _OFFICER,
    "report ask": _OFFICER,
    "report asked": (ExitCode.NOT_FOUND, ExitCode.VALIDATION),
    "report told": (ExitCode.NOT_FOUND, ExitCode.VALIDATION),
    "report cases": (ExitCode.NOT_FOUND, ExitCode.VALIDATION, ExitCode.PERMISSION),
    "report list": (),
    "report measures": (),
    "report compare": (ExitCode.NOT_FOUND, ExitCode.VALIDATION),
    "report establish": (ExitCode.NOT_FOUND, ExitCode.VALIDATION, ExitCode.PERMISSION),
    "report dismiss": (ExitCode.NOT_FOUND, ExitCode.VALIDATION),
    "report dismissed": (ExitCode.NOT_FOUND, ExitCode.VALIDATION),
    "report restore": (ExitCode.NOT_FOUND, ExitCode.VALIDATION),
    "report diff": (ExitCode.NOT_FOUND, ExitCode.VALIDATION),
    "report dossier": (ExitCode.NOT_FOUND, ExitCode.VALIDATION, ExitCode.PERMISSION),
    "report run": (ExitCode.NOT_FOUND, ExitCode.VALIDATION),
    "report show": (ExitCode.NOT_FOUND, ExitCode.VALIDATION),
    "report verify": (ExitCode.NOT_FOUND, ExitCode.VALIDATION),
    "adapter activate": (ExitCode.NOT_FOUND, ExitCode.VALIDATION),
    "adapter certify": (
        ExitCode.NOT_FOUND,
        ExitCode.VALIDATION,
        ExitCode.PERMISSION,
        ExitCode.FINDINGS,
    ),
    "adapter check": (ExitCode.NOT_FOUND, ExitCode.VALIDATION, ExitCode.FINDINGS),
    "adapter coverage": (ExitCode.NOT_FOUND, ExitCode.VALIDATION, ExitCode.FINDINGS),
    "adapter diff": (ExitCode.NOT_FOUND, ExitCode.VALIDATION, ExitCode.FINDINGS),
    "adapter expect": (ExitCode.NOT_FOUND, ExitCode.VALIDATION),
    "adapter init": (ExitCode.VALIDATION, ExitCode.FINDINGS),
    "adapter list": (ExitCode.VALIDATION,),
    "adapter release": (ExitCode.NOT_FOUND, ExitCode.VALIDATION),
    "adapter replay": (ExitCode.NOT_FOUND, ExitCode.VALIDATION),
    "adapter trace": (ExitCode.NOT_FOUND, ExitCode.VALIDATION),
    "adapter verify": (ExitCode.VALIDATION,),
    "adapter try": (ExitCode.NOT_FOUND, ExitCode.VALIDATION, ExitCode.FINDINGS),
    "act show": _TRUST,
    "act sign": _TRUST,
    "act trail": _TRUST,
    "anchor init": _TRUST,
    "anchor propose": _TRUST,
    "anchor server": _TRUST,
    "anchor show": _TRUST,
    "anchor suites": _TRUST,
    "anchor succeed": _TRUST,
    "anchor user": _TRUST,
    "backup make": (*_STORE, ExitCode.PERMISSION),
    "backup verify": (ExitCode.PERMISSION,),
    "broker definitions": _DIRECTORY,
    "broker guard": (ExitCode.UNAVAILABLE,),
    "broker import": _DIRECTORY,
    "broker replace": _DIRECTORY,
    "broker settings": (),
    "broker start": _DIRECTORY,
    "broker status": (ExitCode.FINDINGS, ExitCode.UNAVAILABLE),
    "broker stop": (),
    "campaign kinds": (),
    "campaign power-cuts": (ExitCode.FINDINGS, ExitCode.UNAVAILABLE),
    "campaign run": (ExitCode.FINDINGS,),
    "config check": (ExitCode.VALIDATION,),
    "config show": (ExitCode.VALIDATION,),
    "counterpart run": (ExitCode.NOT_FOUND, ExitCode.VALIDATION),
    "counterpart answer": (ExitCode.NOT_FOUND, ExitCode.VALIDATION),
    "deadletter drop": _STORE,
    "deadletter list": (*_STORE, ExitCode.FINDINGS),
    "deadletter replay": _STORE,
    "deadletter show": _STORE,
    "demo countries": (),
    "demo run": (ExitCode.NOT_FOUND,),
    "demo stop": (),
    "directory beacon": _DIRECTORY,
    "directory push": (ExitCode.NOT_FOUND,),
    "directory status": (*_DIRECTORY, ExitCode.FINDINGS, ExitCode.NOT_FOUND),
    "directory copy": _DIRECTORY,
    "directory propose": _DIRECTORY,
    "directory suite": _DIRECTORY,
    "directory show": (*_DIRECTORY, ExitCode.FINDINGS),
    "doctor": (ExitCode.VALIDATION, ExitCode.FINDINGS),
    "drill": (),
    "envelope inspect": (ExitCode.VALIDATION,),
    "envelope open": _DIRECTORY,
    "envelope seal": (ExitCode.NOT_FOUND, ExitCode.VALIDATION, *_DIRECTORY),
    "envelope verify": _DIRECTORY,
    "hit close": _OFFICER,
    "hit confirm": _OFFICER,
    "hit deny": _OFFICER,
    "hit dispose": _OFFICER,
    "hit false": _OFFICER,
    "hit list": _STORE,
    "hit more-time": _OFFICER,
    "hit request": _OFFICER,
    "hit seize": _OFFICER,
    "hit sheet": _STORE,
    "hit show": _STORE,
    "hub run": _PROCESS,
    "message kept": _STORE,
    "message trace": _STORE,
    "key agent": (*_TRUST, ExitCode.VALIDATION, ExitCode.UNAVAILABLE),
    "key drained": (ExitCode.FINDINGS, *_STORE, *_TRUST),
    "key mandate": _TRUST,
    "key retire": (ExitCode.FINDINGS, *_STORE, *_TRUST),
    "key settle": _DIRECTORY,
    "key move": _DIRECTORY,
    "key note": _TRUST,
    "keylog audit": (*_TRUST, ExitCode.FINDINGS),
    "keylog compare": (*_TRUST, ExitCode.FINDINGS),
    "keylog prove": (*_TRUST, ExitCode.NOT_FOUND),
    "keylog sequence": _TRUST,
    "keylog show": (*_TRUST, ExitCode.NOT_FOUND),
    "keylog verify": _TRUST,
    "pair list": (*_STORE, ExitCode.FINDINGS),
    "pair state": _OFFICER,
    "key officer": _TRUST,
    "key revoke": _DIRECTORY,
    "key check": (*_TRUST, ExitCode.UNAVAILABLE),
    "key hybrid": _TRUST,
    "key rotate": _TRUST,
    "key status": (*_DIRECTORY, ExitCode.FINDINGS),
    "key take": _DIRECTORY,
    "key succeed": _TRUST,
    "key withdraw": _TRUST,
    "key disown": _TRUST,
    "act disown": _TRUST,
    "node files": _STORE,
    "node items": _STORE,
    "node journal": _STORE,
    "node run": (ExitCode.NOT_FOUND, *_PROCESS),
    "node status": _STORE,
    "transport check": (ExitCode.VALIDATION, ExitCode.FINDINGS),
    "transport mail-key": (ExitCode.PERMISSION,),
    "transport run": (ExitCode.NOT_FOUND, ExitCode.VALIDATION, ExitCode.UNAVAILABLE),
    "transport status": (ExitCode.VALIDATION,),
    "party approve": _TRUST,
    "party broker": _TRUST,
    "party certify": _TRUST,
    "party enrol": _TRUST,
    "party install": _TRUST,
    "party recover": _DIRECTORY,
    "party renew": _TRUST,
    "party request": _TRUST,
    "party status": (ExitCode.FINDINGS, *_STORE, *_TRUST),
    "record extend": _OFFICER,
    "record list": _STORE,
    "policy explain": (ExitCode.NOT_FOUND, ExitCode.PERMISSION),
    "record read": (*_OFFICER, ExitCode.PERMISSION),
    "record show": _STORE,
    "record status": _OFFICER,
    "record submit": _OFFICER,
    "record update": _OFFICER,
    "registry load": (*_STORE, ExitCode.FINDINGS),
    "registry accesses": _STORE,
    "registry export-record": _STORE,
    "registry reindex": _STORE,
    "registry statistics": _STORE,
    "registry tables": (ExitCode.FINDINGS,),
    "registry thresholds": (),
    "registry verify": (*_STORE, ExitCode.FINDINGS),
    "relay run": _PROCESS,
    "restore": (ExitCode.VALIDATION, ExitCode.PERMISSION, ExitCode.UNAVAILABLE),
    "schema explain": (ExitCode.NOT_FOUND,),
    "schema list": (),
    "search cancel": _OFFICER,
    "search extend": _OFFICER,
    "search list": _STORE,
    "search run": _OFFICER,
    "search show": _OFFICER,
    "simulate": (ExitCode.FINDINGS,),
    "simulate bugs": (ExitCode.FINDINGS,),
    "simulate check": (ExitCode.FINDINGS,),
    "status": (*_STORE, ExitCode.FINDINGS),
    "trace ack": _OFFICER,
    "trace answer": _OFFICER,
    "trace ask": _OFFICER,
    "trace assign": _OFFICER,
    "trace attach": _OFFICER,
    "trace attachments": _STORE,
    "trace bulk": (),
    "trace bulk ack": (*_OFFICER, ExitCode.FINDINGS),
    "trace bulk assign": (*_OFFICER, ExitCode.FINDINGS),
    "trace bulk cancel": (*_OFFICER, ExitCode.FINDINGS),
    "trace bulk close": (*_OFFICER, ExitCode.FINDINGS),
    "trace bulk comment": (*_OFFICER, ExitCode.FINDINGS),
    "trace bulk read": (*_OFFICER, ExitCode.FINDINGS),
    "trace bulk remind": (*_OFFICER, ExitCode.FINDINGS),
    "trace bulk status": (*_OFFICER, ExitCode.FINDINGS),
    "trace cancel": _OFFICER,
    "trace chain": (*_STORE, ExitCode.FINDINGS),
    "trace clarify": _OFFICER,
    "trace close": _OFFICER,
    "trace comment": _OFFICER,
    "trace correct": _OFFICER,
    "trace export": _STORE,
    "trace forward": _OFFICER,
    "trace inform": _OFFICER,
    "trace list": (*_STORE, ExitCode.FINDINGS),
    "trace progress": _OFFICER,
    "trace propose": _STORE,
    "trace read": _OFFICER,
    "trace reject": _OFFICER,
    "trace remind": _OFFICER,
    "trace reopen": _OFFICER,
    "trace show": _STORE,
    "trace status": _STORE,
    "trace proposed": (ExitCode.NOT_FOUND, ExitCode.VALIDATION),
    "trace release": _OFFICER,
    "trace lookup": (ExitCode.NOT_FOUND, ExitCode.VALIDATION),
    "trace submit": _OFFICER,
    "evidence verify": (ExitCode.VALIDATION, ExitCode.FINDINGS),
    "trace outage": _OFFICER,
    "trace outage-end": _OFFICER,
    "trace outages": (ExitCode.NOT_FOUND, ExitCode.VALIDATION),
    "trace verify": (ExitCode.VALIDATION, ExitCode.FINDINGS),
}


def commands() -> dict[str, click.Command]:
    """Every command by its words behind ``iarms``, in the order of the alphabet."""
    found: dict[str, click.Command] = {}
    context = click.Context(root, info_name="iarms")
    for noun in root.list_commands(context):
        group = root.get_command(context, noun)
        if not isinstance(group, click.Group):
            if group is not None:
                found[noun] = group
            continue
        inner = click.Context(group, info_name=noun, parent=context)
        if group.invoke_without_command:
            found[noun] = group
        for verb in group.list_commands(inner):
            command = group.get_command(inner, verb)
            if command is not None:
                found[f"{noun} {verb}"] = command
            if isinstance(command, click.Group):
                below = {f"{noun} {verb} {name}": one for name, one in command.commands.items()}
                found |= dict(sorted(below.items()))
    return found


def cli_page() -> str:
    """``docs/reference/cli.md``."""
    return "\n".join([*_cli_head(), *_every_command()]) + "\n"


def _cli_head() -> Iterator[str]:
    yield from ("# The command `iarms`", "", NOTICE, "")
    yield (
        "Results go to stdout, everything that is said about them to stderr. `--json` gives one "
        "JSON document. Passphrases come from a file of mode 0600 or an open file descriptor, "
        "never from the command line or the environment. `iarms NOUN --help` says the same at "
        "the terminal."
    )
    yield from ("", "## Exit codes", "", "| code | means |", "|---|---|")
    for code, meaning in MEANINGS.items():
        yield f"| {code.value} | {meaning} |"
    yield f"| {INTERRUPTED} | interrupted by Ctrl-C, or a question answered with no |"
    yield ""
    yield (
        "Every command can leave with 0, 1, 2 and 130; the others stand with each command. "
        "Which error gives which code is in [errors.md](errors.md)."
    )


def _every_command() -> Iterator[str]:
    noun = ""
    for words, command in commands().items():
        if words.split()[0] != noun:
            noun = words.split()[0]
            yield from ("", f"## iarms {noun}")
        yield from _command_lines(words, command)


def _command_lines(words: str, command: click.Command) -> Iterator[str]:
    context = click.Context(command, info_name=words)
    arguments = [p for p in command.params if isinstance(p, click.Argument)]
    options = [p for p in command.params if isinstance(p, click.Option)]
    usage = " ".join(["iarms", words, *(p.make_metavar(context) for p in arguments)])
    yield from ("", f"### {words}", "", f"    {usage}{' [OPTIONS]' if options else ''}", "")
    yield from _help_lines(command.help or "")
    if options:
        yield from ("", "| option | value | default | meaning |", "|---|---|---|---|")
        yield from (_option_line(option, context) for option in options)
    codes = sorted({*LEAVES_WITH[words], ExitCode.OK, ExitCode.FAILURE, ExitCode.USAGE})
    yield from ("", f"Exit codes: {', '.join(str(code.value) for code in codes)}.")


def _help_lines(text: str) -> Iterator[str]:
    """The help as Markdown: what click is told not to wrap becomes a block of code."""
    for number, paragraph in enumerate(text.strip().split("\n\n")):
        if number:
            yield ""
        if paragraph.startswith("\b\n"):
            yield from (f"    {line}" for line in paragraph.splitlines()[1:])
        else:
            yield " ".join(paragraph.split())


def _option_line(option: click.Option, context: click.Context) -> str:
    names = ", ".join(f"`{name}`" for name in (*option.opts, *option.secondary_opts))
    if option.is_flag:
        value = ""
    elif isinstance(option.type, click.Choice):
        value = ", ".join(f"`{_plain(choice)}`" for choice in option.type.choices)
    else:
        value = option.make_metavar(context)
    repeats = " (repeatable)" if option.multiple else ""
    meaning = cell(option.help or "")
    return f"| {names} | {cell(value)}{repeats} | {_default(option)} | {meaning} |"


def _default(option: click.Option) -> str:
    if option.required:
        return "required"
    if option.is_flag and not option.secondary_opts:
        return ""
    if option.is_flag:
        return f"`{(option.opts if option.default else option.secondary_opts)[0]}`"
    if option.default is None or not isinstance(option.default, str | int | float):
        return ""
    return f"`{_plain(option.default)}`"


def _plain(value: object) -> str:
    return str(getattr(value, "value", value))
