"""``iarms node``: a national system's endpoint, its files and its items."""

from __future__ import annotations

from pathlib import Path

import click

from gateway.cli.options import HOME, JSON


@click.group()
def command() -> None:
    """Run a national system's endpoint and see its files."""


@command.command()
@HOME
def run(home: Path) -> None:
    """Take native files in and write native files back until SIGTERM."""
    from datetime import timedelta

    from gateway.adapter import find_adapter
    from gateway.compose import parts, stop_signals
    from gateway.doorbell import doorbell
    from gateway.endpoint import Clerks
    from gateway.errors import ConfigError
    from gateway.exchange import mailboxes
    from gateway.node import (
        Folders,
        FolderWatch,
        Intake,
        NodeDesk,
        OfficeClerk,
        RegisterClerk,
        ReportClerk,
        SendClerk,
        Traces,
        hours_of,
        open_register,
        terms_of,
    )
    from gateway.registry import use_tables
    from gateway.statistics import Aggregates, FactWitness

    use_tables(home / "tables")  # an administrator's rows (`iarms registry tables import`)

    with (
        parts(home, program="node", queues=mailboxes) as made,
        stop_signals(made.link.wake) as stopping,
    ):
        files = made.settings.files
        if files is None:
            raise ConfigError(
                "a node needs to know its adapter",
                place=f"{home}/iarms.toml",
                expected="a section [files] with adapter = NAME",
                remedy="`iarms adapter list` names the installed ones",
            )
        adapter = find_adapter(files.adapter)
        folders = Folders(root=home / files.folder)
        clock = made.station.clock
        register = open_register(made.settings.register, home)
        rules = () if made.settings.register is None else made.settings.register.release
        traces = Traces(
            terms_of(made.settings.traces),
            hours_of(made.settings.traces, made.settings.office),
            None if register is None else RegisterClerk(register, rules, made.log),
        )
        aggregates = Aggregates(made.settings.statistics)
        reports = ReportClerk(home, made.settings, made.log)
        office = OfficeClerk(made.settings, made.log)
        with made.store.unit() as unit:
            reports.begin(unit, clock())
            office.begin(unit, clock())
            traces.begin(unit, clock())
        desk = NodeDesk(
            adapter=adapter, folders=folders, log=made.log, traces=traces, aggregates=aggregates
        )
        desk.wake = made.link.wake
        clerks = Clerks(
            {
                "officer": SendClerk(),
                "office": office,
                "trace": traces,
                "stat": aggregates,
                "report": reports,
            }
        )
        endpoint = made.endpoint(desk, clerks, FactWitness())
        watch = FolderWatch(
            folders=folders,
            adapter=adapter,
            settle=timedelta(seconds=files.settle_s),
            frame=lambda: made.station.frame(clock()),
            clock=clock,
            wake=made.link.wake,
            log=made.log,
        )
        intake = Intake(
            watch=watch,
            folders=folders,
            adapter=adapter,
            desk=desk,
            settings=files,
            endpoint=endpoint,
            log=made.log,
        )
        watch.start()
        made.log.info("process.started", adapter=adapter.name, adapter_version=adapter.version)
        try:
            with doorbell(home, endpoint.ring), made.monitored(stopping.is_set) as asked:
                endpoint.run(asked, intake)
        finally:
            watch.stop()


@command.command()
@HOME
@JSON
def files(home: Path, *, as_json: bool) -> None:
    """Native files that were taken in, and how far each is."""
    from gateway.cli.databases import open_database
    from gateway.cli.output import show_json, show_table

    with open_database(home) as store, store.unit() as unit:
        found = unit.intake.files()
    if as_json:
        show_json([{name: getattr(f, name) for name in f.__slots__} for f in found])
        return
    show_table(
        ("id", "name", "adapter", "taken", "items", "open", "state"),
        [
            (
                f.id,
                f.name,
                f.adapter,
                f"{f.taken:%Y-%m-%d %H:%M:%S}",
                f.items,
                f.open_items,
                f.state,
            )
            for f in found
        ],
    )


@command.command()
@HOME
@click.argument("file_id", type=int)
@JSON
def items(home: Path, file_id: int, *, as_json: bool) -> None:
    """Every item of one file with its outcome and what is wrong with it."""
    import msgspec

    from gateway.adapter import Issue
    from gateway.cli.databases import open_database
    from gateway.cli.output import NotFoundError, show_json, show_table

    with open_database(home) as store, store.unit() as unit:
        found = unit.intake.items_of_file(file_id)
        is_known = bool(found) or any(file.id == file_id for file in unit.intake.files())
    if not is_known:
        raise NotFoundError(
            f"no file {file_id} was taken in here",
            remedy=f"`iarms node files --home {home}` lists them",
        )
    issues = {
        i.number: msgspec.json.decode(i.issues, type=tuple[Issue, ...]) if i.issues else ()
        for i in found
    }
    if as_json:
        show_json(
            [
                {
                    "number": i.number,
                    "at": i.at,
                    "reference": i.reference,
                    "state": i.state,
                    "message_id": i.message_id,
                    "issues": msgspec.to_builtins(issues[i.number]),
                }
                for i in found
            ]
        )
        return
    show_table(
        ("item", "at", "reference", "state", "issues"),
        [
            (
                i.number,
                i.at,
                i.reference,
                i.state,
                "; ".join(f"{x.at}: {x.code} {x.value!r}" for x in issues[i.number]),
            )
            for i in found
        ],
    )


@command.command()
@HOME
@click.option("--message", "message_id", help="Only what happened to this message.")
@JSON
def journal(home: Path, message_id: str | None, *, as_json: bool) -> None:
    """What happened to which message and when."""
    from gateway.cli.databases import open_database
    from gateway.cli.output import show_json, show_table

    with open_database(home) as store, store.unit() as unit:
        lines = unit.journal.lines(message_id=message_id)
    if as_json:
        show_json([{name: getattr(line, name) for name in line.__slots__} for line in lines])
        return
    show_table(
        ("at", "event", "peer", "type", "message", "detail"),
        [
            (
                f"{line.at:%H:%M:%S.%f}"[:-3],
                line.event,
                line.peer,
                line.message_type,
                line.message_id,
                line.detail,
            )
            for line in lines
        ],
    )


@command.command()
@HOME
@JSON
def status(home: Path, *, as_json: bool) -> None:
    """Outbox depth, items by state, dead letters, and what never arrived from each peer."""
    from gateway.cli.databases import open_database
    from gateway.cli.output import show_json, show_table

    with open_database(home) as store, store.unit() as unit:
        found: dict[str, object] = {
            "waiting for a receipt": unit.outbox.depth(),
            "dead letters": unit.deadletters.count(),
        }
        found.update({f"items {state}": count for state, count in unit.intake.counts().items()})
        found.update({f"gaps from {peer}": gap for peer, gap in unit.inbox.gaps().items() if gap})
    if as_json:
        show_json(found)
        return
    show_table(("what", "count"), list(found.items()))
