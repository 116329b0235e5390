"""The commands ``iarms schema``: what the words of the message standard mean.

They speak from the annotations of the XSDs and change nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from gateway.payload import Explanation


@click.group()
def command() -> None:
    """Explain elements and codes of the message standard."""


@command.command("explain")
@click.argument("name")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def explain_name(name: str, *, as_json: bool) -> None:
    """Tell what NAME means: a message, type, element, path or code.

    \b
    iarms schema explain FirearmRecord
    iarms schema explain FirearmRecord.Firearm.SerialStatusCode
    iarms schema explain firearm_record.serial_status
    iarms schema explain REMOVED_PUNCHED
    """
    from gateway.cli.output import show_json
    from gateway.payload import explain

    found = explain(name)
    if as_json:
        show_json([_plain(each) for each in found])
        return
    for number, each in enumerate(found):
        if number:
            click.echo("")
        _print(each)


@command.command("list")
@click.option(
    "--kind",
    type=click.Choice(["message", "object", "code list", "value"]),
    help="List one kind only.",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def list_names(kind: str | None, *, as_json: bool) -> None:
    """List every message and type of the standard."""
    from gateway.cli.output import show_json, show_table
    from gateway.payload import listing

    rows = [each for each in listing() if kind in (None, each.kind)]
    if as_json:
        show_json([{"name": e.name, "kind": e.kind, "meaning": e.meaning} for e in rows])
        return
    show_table(["NAME", "KIND", "MEANING"], [(e.name, e.kind, e.meaning) for e in rows])


def _plain(each: Explanation) -> dict[str, object]:
    """The explanation as JSON types, without what does not apply."""
    whole = {
        "name": each.name,
        "kind": each.kind,
        "meaning": each.meaning,
        "type": each.type_name,
        "typeMeaning": each.type_meaning,
        "typeCode": each.type_code,
        "cardinality": each.cardinality,
        "codeList": each.code_list,
        "maximumLength": each.maximum_length,
        "forms": each.forms,
        "codes": each.codes,
        "members": [
            {
                "name": f"@{member.name}" if member.attribute else member.name,
                "type": member.type_name,
                "cardinality": member.cardinality,
                "meaning": member.documentation,
            }
            for member in each.members
        ],
        "usedIn": each.used_in,
    }
    return {key: value for key, value in whole.items() if value}


def _print(each: Explanation) -> None:
    from gateway.cli.output import show_table

    click.echo(f"{each.name}: {each.kind}{f' {each.type_code}' if each.type_code else ''}")
    click.echo(f"  {each.meaning}")
    for label, text in _facts(each):
        click.echo(f"  {label + ':':<9} {text}")
    if each.members:
        click.echo("")
        rows = [
            (
                f"  {'@' if m.attribute else ''}{m.name}",
                m.cardinality,
                m.type_name,
                m.documentation,
            )
            for m in each.members
        ]
        show_table(["  HOLDS", "TIMES", "TYPE", "MEANING"], rows)
    if each.codes:
        click.echo("")
        show_table(
            ["  CODE", "MEANING"], [(f"  {code}", text) for code, text in each.codes.items()]
        )


def _facts(each: Explanation) -> list[tuple[str, str]]:
    forms = [f"{' or '.join(patterns)}" for patterns in each.forms if len(patterns) == 1]
    facts = [
        ("type", f"{each.type_name}: {each.type_meaning}" if each.type_name else ""),
        ("times", each.cardinality),
        ("list", each.code_list),
        ("longest", f"{each.maximum_length} characters" if each.maximum_length else ""),
        ("form", "; ".join(form for form in forms if form.isascii())),
        ("used in", ", ".join(each.used_in)),
    ]
    return [(label, text) for label, text in facts if text]
