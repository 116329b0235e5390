"""National systems under load: they put files in, read answers, and keep a ledger of both.

They see nothing but the folders that a real national system sees; nothing here looks into a
database or a log.
"""

from __future__ import annotations

import csv
import hashlib
import io
import itertools
import json
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from gateway.simulation import Kind, Ledger

FRENCH, DUTCH = "fr-police-csv", "nl-customs-json"
_COLUMNS = (
    "Opération;N° procédure;Urgent;Date du fait;Nature du fait;Département;Commune;Propriétaire;"
    "Type d'arme;Marque;Modèle;Calibre;N° de série;Longueur canon (cm);Version;Nouvel état;Motif;"
    "Date de découverte;Observations;Saisi par"
)
_LOOK_S = 0.05
_REMARK = "AVERTISSEMENT"
"""A line that explains another, which is the answer."""
SUCCESS = frozenset({"ACCEPTE", "ACCEPTE AVEC REMARQUES", "answered"})


@dataclass(slots=True, kw_only=True)
class Dropped:
    """A file on its way: its ops, and how far it is."""

    name: str
    ops: tuple[str, ...]
    at: float
    accepted: bool = False


@dataclass(slots=True, kw_only=True)
class Got:
    """What came back, by op: the outcomes of all its answers (one is right)."""

    outcomes: dict[str, list[str]] = field(default_factory=dict)


class Asking(Protocol):
    """What a campaign asks of anybody who makes load."""

    party: str
    last_answer: float

    @property
    def files_records(self) -> bool:
        """Whether each of its successes is a record more at the registry."""

    @property
    def in_flight(self) -> int:
        """Ops that were asked and have no end."""

    def start(self) -> None:
        """Begins, and waits for ``go_on``."""

    def go_on(self) -> None:
        """May ask."""

    def pause(self) -> None:
        """Asks nothing new; what is open is still followed."""

    def stop(self) -> None:
        """Ends."""

    def oldest(self) -> str:
        """A word on what has waited longest."""

    def look_again(self) -> None:
        """Looks elsewhere for ends that it was not told."""

    def settle(self) -> tuple[dict[str, float], dict[str, list[str]], set[str]]:
        """Everything asked, answered and accepted since the last time; begins anew."""


class Client:
    """One national system: at most ``outstanding`` files of ``rows`` rows are on their way."""

    def __init__(
        self,
        *,
        party: str,
        adapter: str,
        files: Path,
        ledger: Ledger,
        serials: Callable[[], Sequence[str]],
        rows: int = 10,
        outstanding: int = 4,
    ) -> None:
        self.party = party
        self.adapter = adapter
        self._files = files
        self._ledger = ledger
        self._serials = serials
        self._rows = rows
        self._most = outstanding
        self._numbers = itertools.count(1)
        self._open: dict[str, Dropped] = {}
        self._seen: set[str] = set()
        self._lock = threading.Lock()
        self._stopping = threading.Event()
        self._may = threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"client {party}", daemon=True)
        self.got = Got()
        self.asked: dict[str, float] = {}
        self.accepted: set[str] = set()
        self.set_aside = 0
        self.last_answer = 0.0
        self.filed: list[str] = []
        """Serials of records that were answered: another client may seize them."""

    def start(self) -> None:
        """Begins, and waits for ``go_on``."""
        self._thread.start()

    def go_on(self) -> None:
        """May ask."""
        self._may.set()

    def pause(self) -> None:
        """Asks nothing new; what is open is still followed."""
        self._may.clear()

    def stop(self) -> None:
        """Ends."""
        self._stopping.set()
        self._thread.join(10)

    @property
    def files_records(self) -> bool:
        """Customs only ask."""
        return self.adapter != DUTCH

    def look_again(self) -> None:
        """What is in the folders is all that it knows."""

    @property
    def in_flight(self) -> int:
        """Ops that were dropped and have no answer."""
        with self._lock:
            return sum(len(one.ops) for one in self._open.values())

    def oldest(self) -> str:
        """A word on what has waited longest."""
        with self._lock:
            if not self._open:
                return ""
            first = min(self._open.values(), key=lambda one: one.at)
        return f"{self.party} {first.name} {'accepted' if first.accepted else 'not accepted'}"

    def settle(self) -> tuple[dict[str, float], dict[str, list[str]], set[str]]:
        """Everything asked, answered and accepted since the last time; begins anew."""
        with self._lock:
            asked, self.asked = self.asked, {}
            got, self.got = self.got, Got()
            accepted, self.accepted = self.accepted, set()
        return asked, got.outcomes, accepted

    # --- the thread ---------------------------------------------------------------------------

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                self._look()
                while self._may.is_set() and len(self._open) < self._most:
                    self._drop()
            except OSError:
                pass  # the disk under the folders is part of the campaign; it comes back
            self._stopping.wait(_LOOK_S)

    def _drop(self) -> None:
        number = next(self._numbers)
        if self.adapter == FRENCH:
            name, ops, octets = self._thefts(number)
        else:
            found = self._seizure(number)
            if found is None:
                self._stopping.wait(_LOOK_S)
                return
            name, ops, octets = found
        now = time.monotonic()
        with self._lock:
            self._open[name] = Dropped(name=name, ops=ops, at=now)
            self.asked.update(dict.fromkeys(ops, now))
        for op in ops:
            self._ledger.write(Kind.INVOKE, op=op, what=self.adapter, may=True, grantable=False)
        part = self._files / "in" / f"{name}.part"
        part.write_bytes(octets)
        part.replace(self._files / "in" / name)

    def _thefts(self, number: int) -> tuple[str, tuple[str, ...], bytes]:
        lines, ops = [_COLUMNS], []
        for row in range(self._rows):
            op = f"{self.party}/{number:06}/{row:03}"
            serial = serial_of(self.party, number * 1000 + row)
            ops.append(op)
            lines.append(
                f"CREATION;{op};;14/01/2025;VOL;69;Lyon;PARTICULIER;PISTOLET;Beretta;92 FS;"
                f"9 MM PARABELLUM;{serial};;;;;;;"
            )
        octets = ("\r\n".join(lines) + "\r\n").encode("latin-1")
        return f"f{number:06}.csv", tuple(ops), octets

    def _seizure(self, number: int) -> tuple[str, tuple[str, ...], bytes] | None:
        known = self._serials()
        if not known:
            return None
        op = f"{self.party}-{number:06}"
        weapons = [
            {
                "stuk": f"A-{index}",
                "soort": "PISTOOL",
                "werking": "HALFAUTOMATISCH",
                "merk": "Beretta",
                "model": "92 FS",
                "kaliber": "9 x 19",
                "serienummer": serial,
            }
            for index, serial in enumerate(known, 1)
        ]
        case = {
            "zaaknummer": op,
            "spoed": True,
            "tijdstip": "2025-04-02T06:42:00+02:00",
            "wijze": "INBESLAGGENOMEN",
            "plaats": {"locode": "NLRTM", "naam": "Rotterdam", "soort": "ZEEHAVEN"},
            "vervoer": "ZEE",
            "ontdekking": "SCAN",
            "grondslag": "Algemene douanewet",
            "vuurwapens": weapons,
        }
        return f"{op}.json", (op,), json.dumps({"zaken": [case]}).encode()

    def _look(self) -> None:
        with self._lock:
            waiting = [one for one in self._open.values() if not one.accepted]
        if waiting:
            self._see_accepted(waiting)
        for path in sorted((self._files / "out").glob("*.answer*")):
            # A name with a dot before it is a file that is still being written.
            if path.name not in self._seen and not path.name.startswith("."):
                self._take(path)

    def _see_accepted(self, waiting: Sequence[Dropped]) -> None:
        done = {path.name.partition("-")[2] for path in (self._files / "done").iterdir()}
        for one in waiting:
            if one.name in done:
                with self._lock:
                    one.accepted = True
                    self.accepted.update(one.ops)
                for op in one.ops:
                    self._ledger.write(Kind.OK, op=op, message_id=None)

    def _take(self, path: Path) -> None:
        octets = path.read_bytes()
        self._seen.add(path.name)
        name = path.name.partition(".")[0]
        if self.adapter == FRENCH:
            rows = list(csv.DictReader(io.StringIO(octets.decode("latin-1")), delimiter=";"))
            told = [(row["N° procédure"], _outcome(row)) for row in rows]
            pairs = [(op, outcome) for op, outcome in told if outcome != _REMARK]
        else:
            pairs = [(name, "answered")]
        counts = Counter(op for op, _ in pairs)
        with self._lock:
            for op, outcome in pairs:
                self.got.outcomes.setdefault(op, []).append(outcome)
            for key in [key for key in self._open if key.partition(".")[0] == name]:
                if all(counts[op] for op in self._open[key].ops):
                    self.accepted.update(self._open[key].ops)
                    del self._open[key]
            self.last_answer = time.monotonic()
        for op, outcome in pairs:
            self._ledger.write(Kind.EFFECT, op=op, type="ANSWER", outcome=outcome)


def serial_of(party: str, number: int) -> str:
    """A serial as unlike its neighbours as weapons' are: near ones would all be compared."""
    drawn = int.from_bytes(hashlib.blake2s(f"{party} {number}".encode()).digest()[:8])
    return f"{party[:3]} {drawn % 10**9:09}"


def _outcome(row: dict[str, Any]) -> str:
    return str(next((v for k, v in row.items() if k and "sultat" in k), ""))
