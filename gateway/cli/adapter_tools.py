"""The integrator's tools: ``iarms adapter init``, ``coverage``, ``diff``, ``expect``, ``activate``.

Nothing here sends a message.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from gateway.cli.options import JSON

if TYPE_CHECKING:
    from gateway.accounting import Coverage, ItemAccount, Standing
    from gateway.adapter import Adapter
    from gateway.frame import Frame
    from gateway.rehearsal import Change, ItemChange

_HOME = click.option(
    "--home",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    help="A node's folder: its originals are read.",
)
_LAST = click.option(
    "--last",
    type=click.IntRange(min=1),
    default=20,
    show_default=True,
    help="With --home: how many of the newest originals.",
)
_FILES = click.argument(
    "files", nargs=-1, type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
_PARTY = "XXX-TRIAL"


@click.command("init")
@click.option(
    "--from",
    "sample",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    required=True,
    help="A delimited file as the national system writes it, with a header.",
)
@click.option(
    "--to",
    "folder",
    type=click.Path(path_type=Path),
    help="The new folder; by default the sample's name, here.",
)
@click.option("--name", help="The adapter's name; by default the folder's.")
@JSON
@click.pass_context
def init(
    context: click.Context, sample: Path, folder: Path | None, name: str | None, *, as_json: bool
) -> None:
    """Propose an adapter's folder from a sample: encoding, delimiter, columns, targets, codes.

    Every guess that is left to confirm is told, and stands in the folder's README; then the exit
    code is 6.
    """
    from gateway.adapter import adapter_tool
    from gateway.cli.output import ExitCode, say, show_json, show_table

    target = folder or Path(_plain(sample.stem).replace("-", "_"))
    told = adapter_tool("draft")(sample, target, name=name or _plain(target.name))
    if as_json:
        show_json(
            {
                "folder": str(told.folder),
                "name": told.name,
                "encoding": told.encoding,
                "delimiter": told.delimiter,
                "columns": dict(told.columns),
                "unsure": list(told.doubts),
                "rows": told.rows,
                "ready": told.ready,
            }
        )
    else:
        say(f"{told.folder}: {told.encoding}, delimiter {told.delimiter!r}")
        show_table(("column", "becomes"), [(name, path or "unread") for name, path in told.columns])
        say(f"the first {told.rows} rows of the sample: {told.ready} ready")
        if told.doubts:
            say("\nnot sure:")
        for doubt in told.doubts:
            say(f"  * {doubt}")
        say(f"\nnext: iarms adapter try ./{told.folder} {sample} --side")
    if told.doubts:
        context.exit(ExitCode.FINDINGS)


def _plain(text: str) -> str:
    import re
    import unicodedata

    ascii_ = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", ascii_.lower()).strip("-") or "national-feed"


@click.command("expect")
@click.argument("name")
def expect(name: str) -> None:
    """Write the expected files of NAME's samples anew, for you to read before you believe them.

    NAME is an installed adapter or a folder (with a stroke in it: ./xx_police).
    """
    from gateway.adapter import adapter_tool, find_adapter
    from gateway.cli.output import inform

    adapter = find_adapter(name)
    folder = _folder_of(adapter)
    adapter_tool("expect")(adapter, folder)
    inform(f"written beside {folder}/samples/*/*: read them, then `iarms adapter check {name}`")


@click.command("coverage")
@click.argument("name")
@_FILES
@_HOME
@_LAST
@click.option("--items", is_flag=True, help="The loss report of each item, not only their sum.")
@JSON
@click.pass_context
def coverage(
    context: click.Context,
    name: str,
    files: tuple[Path, ...],
    home: Path | None,
    last: int,
    *,
    items: bool,
    as_json: bool,
) -> None:
    """What NAME loses of FILES, or of a node's newest originals: dropped, defaulted, not coded.

    With the values that no code table has, by how often they come, and what is near. Leaves with 6
    when any code is missing.
    """
    from gateway.accounting import Accountable, Coverage
    from gateway.adapter import AdapterError, find_adapter
    from gateway.cli.output import ExitCode, show_json

    adapter = find_adapter(name)
    if not isinstance(adapter, Accountable):
        raise AdapterError(
            f"the adapter {name!r} keeps no account of what it loses",
            expected="an adapter with the methods standing and account",
            remedy="ask whoever keeps it",
        )
    added = Coverage()
    each: list[tuple[str, ItemAccount]] = []
    for path in _originals(files, home, last):
        with path.open("rb") as source:
            for account in adapter.account(source, _frame()):
                added.add([account])
                if items:
                    each.append((path.name, account))
    if as_json:
        show_json(_as_json(adapter, adapter.standing(), added, each))
    else:
        _tell_items(each)
        _tell_coverage(adapter.standing(), added)
    if added.unknown:
        context.exit(ExitCode.FINDINGS)


def _as_json(
    adapter: Adapter, standing: Standing, added: Coverage, each: list[tuple[str, ItemAccount]]
) -> dict[str, object]:
    import msgspec

    return {
        "adapter": adapter.name,
        "version": adapter.version,
        "items": added.items,
        "ready": added.ready,
        "every_item": msgspec.to_builtins(standing),
        "tables": [
            {"table": table, "known": known, "unknown": missed}
            for table, known, missed in added.tables()
        ],
        "unknown": [
            {"table": table, "value": value, "count": n, "near": added.near.get((table, value))}
            for (table, value), n in added.unknown.most_common()
        ],
        "losses": [
            msgspec.to_builtins(added.examples[key]) | {"count": count}
            for key, count in added.losses.most_common()
        ],
        "fields": {path: added.filled[path] for path in standing.paths},
        "each": [{"file": name} | msgspec.to_builtins(account) for name, account in each],
    }


def _tell_items(each: list[tuple[str, ItemAccount]]) -> None:
    from gateway.cli.output import say

    for name, account in each:
        say(f"{name}  {account.number}  {account.at}  {account.reference or '-'}")
        for loss in account.losses:
            became = f" -> {loss.became!r}" if loss.became else ""
            path = f"  {loss.field}" if loss.field else ""
            say(f"    {loss.kind.value:9}  {loss.column}  {loss.value!r}{became}{path}")


def _tell_coverage(standing: Standing, added: Coverage) -> None:
    from gateway.cli.output import say, show_table

    say(f"{added.items} items, {added.ready} ready")
    if added.losses:
        rows = []
        for key, count in added.losses.most_common():
            loss = added.examples[key]
            became = loss.became or "-"
            rows.append(
                (loss.kind.value, loss.column, loss.field or "-", count, loss.value, became)
            )
        show_table(("loss", "column", "field", "items", "such as", "became"), rows)
    if added.tables():
        show_table(
            ("code table", "known", "unknown", "covered"),
            [
                (table, known, missed, f"{100 * known / (known + missed):.1f} %")
                for table, known, missed in added.tables()
            ],
        )
    if added.unknown:
        show_table(
            ("code table", "value it lacks", "count", "near"),
            [
                (table, value, count, added.near.get((table, value), "-"))
                for (table, value), count in added.unknown.most_common(50)
            ],
        )
    empty = [path for path in standing.paths if not added.filled[path]]
    for title, names in (
        ("never filled", empty),
        ("left unread by declaration", standing.unread),
        ("the same in every item", [f"{path} = {value}" for path, value in standing.constants]),
        ("given by the gateway", standing.given),
    ):
        if names:
            say(f"{title}: {', '.join(names)}")


@click.command("diff")
@click.argument("name")
@click.argument("new", type=click.Path(exists=True, file_okay=False, path_type=Path))
@_FILES
@_HOME
@_LAST
@JSON
@click.pass_context
def diff(
    context: click.Context,
    name: str,
    new: Path,
    files: tuple[Path, ...],
    *,
    home: Path | None,
    last: int,
    as_json: bool,
) -> None:
    """What the folder NEW would make of FILES or of a node's newest originals, against NAME.

    Nothing is activated. Leaves with 6 when anything would change.
    """
    import msgspec

    from gateway.adapter import find_adapter
    from gateway.cli.output import ExitCode, show_json

    old, fresh = find_adapter(name), find_adapter(f"{new}/")
    found = list(_rehearsed(old, fresh, _originals(files, home, last)))
    changed = [(path, one) for path, one in found if one.change.value != "SAME"]
    if as_json:
        show_json(
            {
                "adapter": old.name,
                "old": old.version,
                "new": fresh.version,
                "counts": {change.value: count for change, count in _counts(found)},
                "changes": [{"file": p} | msgspec.to_builtins(one) for p, one in changed],
            }
        )
    else:
        _tell_changes(old, fresh, found, changed)
    if changed:
        context.exit(ExitCode.FINDINGS)


_TOLD_MOST = 40  # items; the counts tell the rest


def _tell_changes(
    old: Adapter,
    fresh: Adapter,
    found: list[tuple[str, ItemChange]],
    changed: list[tuple[str, ItemChange]],
) -> None:
    from gateway.cli.output import say

    say(f"{old.name}: {old.version} -> {fresh.version}")
    for path, one in changed[:_TOLD_MOST]:
        say(f"{path}  {one.number}  {one.at}  {one.reference or '-'}  {one.change.value}")
        for line in one.lines:
            say(f"    {line}")
    if len(changed) > _TOLD_MOST:
        say(f"... and {len(changed) - _TOLD_MOST} more")
    counts = ", ".join(f"{count} {change.value}" for change, count in _counts(found))
    say(f"{len(found)} items: {counts or 'none'}")


def _counts(found: list[tuple[str, ItemChange]]) -> list[tuple[Change, int]]:
    from collections import Counter

    return Counter(one.change for _, one in found).most_common()


def _rehearsed(old: Adapter, fresh: Adapter, paths: list[Path]) -> Iterator[tuple[str, ItemChange]]:
    from gateway.rehearsal import rehearse

    for path in paths:
        for one in rehearse(old, fresh, path.read_bytes(), _frame()):
            yield path.name, one


@click.command("activate")
@click.argument("name")
@click.argument("new", type=click.Path(exists=True, file_okay=False, path_type=Path))
def activate(name: str, new: Path) -> None:
    """Put the folder NEW in the place of the folder of NAME, if it is sound.

    It must compile, and every sample of it must read as expected. The old files are kept beside,
    so that the way back is the same command. A running node takes the new mapping with its next
    file; what is being read is finished by the old one.
    """
    from gateway.adapter import AdapterError, Certifiable, find_adapter
    from gateway.cli.output import inform

    old, fresh = find_adapter(name), find_adapter(f"{new}/")
    if fresh.name != old.name:
        raise AdapterError(
            "the new folder declares another adapter",
            place=f"{new}/adapter.toml",
            value=fresh.name,
            expected=f"[adapter] name = {old.name!r}",
        )
    outcomes = fresh.check_samples() if isinstance(fresh, Certifiable) else ()
    bad = [outcome for outcome in outcomes if outcome.difference]
    if bad or not outcomes:
        raise AdapterError(
            "the samples of the new folder are not read as expected"
            if bad
            else "the new folder has no samples",
            place=f"{new}/samples/{bad[0].sample}" if bad else f"{new}/samples/ok",
            value=bad[0].difference[:400] if bad else "",
            expected="every sample read as its .expected files say, and one at least",
            remedy=f"mend the declarations; or, where the new reading is right, write it down: "
            f"iarms adapter expect {new}/",
        )
    kept = _exchange(_folder_of(old), new, old.version)
    inform(f"{old.name}: {old.version} -> {fresh.version}; the way back: iarms adapter activate "
           f"{name} {kept}")  # fmt: skip


_DECLARING = ("adapter.toml", "*.cpy", "*.xsl", "codes/*.csv", "samples/*/*")


def _exchange(target: Path, source: Path, version: str) -> Path:
    """``target``'s files become ``source``'s, the mapping last; where the old ones are kept."""
    import shutil

    kept = target.with_name(f".{target.name}.{version}")
    if not kept.exists():
        shutil.copytree(target, kept)
    wanted = {
        path.relative_to(source) for ending in _DECLARING for path in sorted(source.glob(ending))
    }
    for path in sorted(wanted, key=lambda path: path.name == "adapter.toml"):
        (target / path).parent.mkdir(parents=True, exist_ok=True)
        part = (target / path).with_name(f".{path.name}.part")
        shutil.copyfile(source / path, part)
        part.replace(target / path)
    for ending in _DECLARING:
        for path in target.glob(ending):
            if path.relative_to(target) not in wanted and not path.name.startswith("."):
                path.unlink()
    return kept


def _folder_of(adapter: Adapter) -> Path:
    from gateway.adapter import AdapterError

    folder = getattr(adapter, "folder", None)
    if not isinstance(folder, Path):
        raise AdapterError(
            f"{adapter.name} is no folder of declarations",
            expected="an adapter with an adapter.toml",
        )
    return folder


def _originals(files: tuple[Path, ...], home: Path | None, last: int) -> list[Path]:
    """The files named, and the newest of what the node of ``home`` took in, the oldest first."""
    from gateway.config import load_settings

    found = list(files)
    if home is not None:
        settings = load_settings(home)
        folder = settings.files.folder if settings.files is not None else "files"
        kept = [
            path
            for part in ("done", "set-aside")
            for path in (home / folder / part).glob("*")
            if path.is_file() and not path.name.endswith(".issues.txt")
        ]
        found += sorted(kept, key=lambda path: path.stat().st_mtime_ns)[-last:]
    if not found:
        raise click.UsageError("name files, or --home with a node's folder that has taken some")
    return found


def _frame() -> Frame:
    from gateway.cli.adapter import trial_frame

    return trial_frame(_PARTY)
