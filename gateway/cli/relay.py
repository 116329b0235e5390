"""``iarms relay``: the centre's relay of sealed messages."""

from __future__ import annotations

from pathlib import Path

import click

_HOME = click.option(
    "--home",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    required=True,
    help="The relay's folder, with iarms.toml, broker/ and trust/ in it.",
)


@click.group()
def command() -> None:
    """Run the centre's relay of sealed messages."""


@command.command()
@_HOME
def run(home: Path) -> None:
    """Carry messages from ingress queues to mailboxes until SIGTERM."""
    import random
    import time

    from gateway.compose import (
        DRAIN,
        broker_settings,
        quota_of,
        stop_signals,
        take_short_turns,
        utc_now,
    )
    from gateway.config import load_settings
    from gateway.endpoint import TrustPost, tell_refused
    from gateway.exchange import RabbitLink, trust_queue
    from gateway.ids import RELAY_USER
    from gateway.log import open_log
    from gateway.monitoring import monitored
    from gateway.occupancy import working_in
    from gateway.relay import Relay, serve
    from gateway.telemetry import Numbers
    from keys import DirectoryFolder, load_anchor

    settings = load_settings(home)
    numbers = Numbers()
    log = open_log(program="relay", party=settings.party, count=numbers)
    trust = home / settings.keys.trust_folder
    directories = DirectoryFolder(
        trust,
        load_anchor(trust / "anchor.xml"),
        home=home,
        on_refusal=lambda refusal: tell_refused(refusal, log),
    )
    link = RabbitLink(broker_settings(settings, home), consume=[trust_queue(RELAY_USER)])
    relay = Relay(
        link,
        directory=directories.last,  # stale: transport goes on (docs/spec/trust.md 5)
        jitter=random.random,
        log=log,
        quota=quota_of(settings.quota),
        stopwatch=time.thread_time,
    )
    # Before the start, so that "up" means: every ingress is being read.
    relay.follow_directory(utc_now())
    take_short_turns()
    link.start()
    try:
        with (
            working_in(home),
            stop_signals(link.wake) as stopping,
            monitored(
                home,
                settings,
                numbers=numbers,
                directory=directories.current,
                stopping=stopping.is_set,
                log=log,
            ) as asked,
        ):
            log.info("process.started")
            serve(
                relay,
                link,
                clock=utc_now,
                stopping=asked,
                trust=TrustPost(directories, settings.party, log),
            )
    finally:
        link.stop(DRAIN)
        log.info("process.stopped")
