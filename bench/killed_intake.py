"""Native files of every built-in format through a node's intake that is killed at random moments.

Of each format the samples, good and bad, and one longer file lie in the folder. A process takes
them once undisturbed. Then again and again: it is killed, at moments drawn from the seed, up to
three times, and started anew until all is taken. What came of it must be the same each time: the
files and where they lie, every item with its outcome and issues, every answer octet for octet, and
what is said in the messages to the registry.

    python -m bench.killed_intake --seconds 120 --seed 1
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from io import BytesIO
from itertools import count
from pathlib import Path
from typing import Any, cast

from lxml import etree
from python_calamine import CalamineError, CalamineWorkbook
from sqlalchemy import create_engine, text

from adapters.engine import fixed_frame
from bench.adapters import sheet
from bench.taking import PARTY, directory_at, identities, intake_of, take_all
from gateway.adapter import Adapter, Sampled, find_adapter, installed_adapters
from gateway.certification import multiplied
from gateway.endpoint import Outgoing
from gateway.envelope import open_envelope
from gateway.ids import REGISTRY_PARTY
from gateway.node import Folders
from gateway.payload import MessageTypeCode
from gateway.store import Store

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
"""The clock of every run: what is derived of it must not differ."""
_SENDS = frozenset(MessageTypeCode.__members__)
_ITEMS = 120
_KILLS_MOST = 3
# Drawn anew by every process: of no item's own.
_DRAWN = frozenset(
    {"SearchId", "SeizureId", "TraceId", "ChainId", "ItemId", "MessageId", "ConversationId"}
)


def _clock() -> datetime:
    return NOW


def _take(home: Path, adapter: Adapter) -> None:
    """What one process does: all that lies in the folder, and what an earlier one left."""
    with Store.open(f"sqlite:///{home}/store.db") as store:
        endpoint, desk, watch, intake = intake_of(home, store, adapter, _clock, _SENDS)
        folders = Folders(root=home / "files")

        def tend(outgoing: Outgoing) -> None:
            desk.tend(outgoing.unit, outgoing.frame)

        endpoint.transact(tend)
        take_all(folders, watch, intake)
        endpoint.transact(tend)


def _run(home: Path, adapter: Adapter, moment: float | None) -> bool:
    """Whether a process ended by itself, that was killed ``moment`` seconds after it began."""
    child = os.fork()
    if not child:
        status = 1
        try:
            _take(home, adapter)
            status = 0
        finally:
            os._exit(status)
    if moment is not None:
        time.sleep(moment)
        os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    if status and not os.WIFSIGNALED(status):
        raise ValueError(f"a process of {adapter.name} failed")
    return not os.WIFSIGNALED(status)


def _natives(adapter: Adapter) -> Iterator[tuple[str, bytes]]:
    """The files of one format."""
    frame = fixed_frame(PARTY)
    longer = None
    for name, octets in cast("Sampled", adapter).samples():
        yield name.replace("/", "-"), octets
        items = adapter.read(octets, frame).items if longer is None else ()
        if items and name.startswith("ok/"):
            longer = multiplied(octets, items, _ITEMS)
    if adapter.name == "xlsx-template":
        longer = sheet(_ITEMS).read()
    if longer is not None:
        yield f"longer{adapter.suffix}", longer


def _home(natives: list[tuple[str, bytes]], template: Path, root: Path) -> Path:
    """A new home with the files in ``in``, in the order of their times."""
    home = Path(tempfile.mkdtemp(prefix="killed-", dir=root))
    shutil.copy(template, home / "store.db")
    incoming = home / "files" / "in"
    incoming.mkdir(parents=True)
    for number, (name, octets) in enumerate(natives):
        path = incoming / name
        path.write_bytes(octets)
        when = (NOW - timedelta(hours=1) + timedelta(seconds=number)).timestamp()
        os.utime(path, (when, when))
    return home


def _outcome(home: Path) -> dict[str, Any]:
    """All that came of the files."""
    engine = create_engine(f"sqlite:///{home}/store.db")
    with engine.connect() as database:
        files = database.execute(text("SELECT id, name, digest, state, items FROM native_file"))
        names = {row.id: row for row in files}
        items = [
            (names[row.file_id].name, row.number, row.at, row.reference, row.state, row.issues,
             row.mapping, sha256(row.raw).hexdigest())
            for row in database.execute(text("SELECT * FROM native_item"))
        ]  # fmt: skip
        outs = [
            (row.name, _digest(row.octets))
            for row in database.execute(text("SELECT name, octets FROM native_out"))
        ]
    engine.dispose()
    root = home / "files"
    return {
        "files": sorted((row.name, row.digest, row.state, row.items) for row in names.values()),
        "items": sorted(items, key=str),
        "answers": sorted(outs),
        "folders": sorted(
            (str(path.relative_to(root)), _digest(path.read_bytes()))
            for path in root.rglob("*")
            if path.is_file()
        ),
        "messages": Counter(_said(home)),
    }


def _digest(octets: bytes) -> str:
    """Of a spreadsheet what its cells hold: the file says when it was written."""
    with suppress(CalamineError):
        book = CalamineWorkbook.from_filelike(BytesIO(octets))
        cells = [book.get_sheet_by_name(sheet).to_python() for sheet in book.sheet_names]
        return sha256(repr(cells).encode()).hexdigest()
    return sha256(octets).hexdigest()


def _said(home: Path) -> Iterator[str]:
    """What each message says of each item, without what is drawn for it."""
    registry, directory = identities()[REGISTRY_PARTY], directory_at(NOW, _SENDS)
    with Store.open(f"sqlite:///{home}/store.db") as store, store.unit() as unit:
        sealed = unit.outbox.sealed(most=100_000, newest=False)
    for octets in sealed:
        root = etree.fromstring(open_envelope(octets, registry, directory, now=NOW).content)
        for child in root:
            if not etree.QName(child).localname.endswith("Context"):
                yield _told(child)


def _told(element: etree._Element) -> str:
    """An element and what is in it, in one line."""
    name = etree.QName(element).localname
    if name in _DRAWN:
        return name
    inner = "".join(map(_told, element.iterchildren())) or (element.text or "")
    return f"{name}({inner})"


def try_format(adapter: Adapter, template: Path, root: Path, drawn: random.Random) -> Iterator[int]:
    """The kills of each try, for as long as it is asked; ``ValueError`` where one differs."""
    natives = list(_natives(adapter))
    home = _home(natives, template, root)
    begun = time.monotonic()
    _run(home, adapter, None)
    took = time.monotonic() - begun
    expected = _outcome(home)
    if not expected["items"] or not expected["messages"]:
        raise ValueError(f"nothing came of the files of {adapter.name}")
    shutil.rmtree(home)
    for number in count(1):
        home = _home(natives, template, root)
        killed = 0
        for _ in range(drawn.randint(1, _KILLS_MOST)):
            if _run(home, adapter, drawn.random() * took):
                break
            killed += 1
        _run(home, adapter, None)
        found = _outcome(home)
        differing = [what for what in expected if found[what] != expected[what]]
        if differing:
            shown = {what: (expected[what], found[what]) for what in differing}
            raise ValueError(f"{adapter.name}, try {number}: {differing}, kept in {home}\n{shown}")
        shutil.rmtree(home)
        yield killed


def measure(names: list[str], seconds: float, seed: int) -> dict[str, dict[str, int]]:
    """Tries and kills by format; every format is tried at least once, then in turns.

    It goes on beyond its time until something was killed: a run that a busy machine drew out makes
    the moments of the kills too late for those after it.
    """
    drawn = random.Random(seed)  # noqa: S311 - moments, not secrets
    root = Path(tempfile.mkdtemp(prefix="killed-intake-"))
    template = root / "store.db"
    with Store.open(f"sqlite:///{template}") as store:
        store.migrate()
    found = {name: {"tries": 0, "kills": 0} for name in names}
    tries = {name: try_format(find_adapter(name), template, root, drawn) for name in names}
    ends = time.monotonic() + seconds
    for round_ in count():
        for name, kills in tries.items():
            is_late = round_ and time.monotonic() > ends
            if is_late and any(each["kills"] for each in found.values()):
                shutil.rmtree(root)
                return found
            found[name]["kills"] += next(kills)
            found[name]["tries"] += 1
    raise AssertionError


if __name__ == "__main__":
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    options.add_argument("--seconds", type=float, default=120)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("adapters", nargs="*", help="all that are built in, without any")
    asked = options.parse_args()
    json.dump(
        measure(asked.adapters or sorted(installed_adapters()), asked.seconds, asked.seed),
        sys.stdout,
        indent=2,
    )
    print()
