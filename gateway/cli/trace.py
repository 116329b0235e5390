"""``iarms trace``: trace requests at a node, as requester and as responder."""

from __future__ import annotations

import click

from gateway.cli.evidence import verify
from gateway.cli.trace_answering import (
    ack,
    answer,
    ask,
    forward,
    lookup,
    progress,
    proposed,
    reject,
    release,
)
from gateway.cli.trace_asking import cancel, clarify, close, inform, remind, submit
from gateway.cli.trace_bulk import bulk
from gateway.cli.trace_lists import chain, export, list_, propose, show, status
from gateway.cli.trace_noting import assign, attach, attachments, comment, correct, read, reopen
from gateway.cli.trace_office import outage, outage_end, outages


@click.group()
def command() -> None:
    """Ask where a firearm came from, and answer those who ask."""


for _each in (
    list_,
    show,
    status,
    chain,
    propose,
    export,
    submit,
    inform,
    clarify,
    remind,
    cancel,
    close,
    ack,
    reject,
    ask,
    answer,
    forward,
    progress,
    proposed,
    release,
    lookup,
    comment,
    correct,
    reopen,
    attach,
    attachments,
    assign,
    read,
    bulk,
    outage,
    outage_end,
    outages,
    verify,  # the same, for who looks for it here
):
    command.add_command(_each)
