"""A simulated national system: it files what its adapter's samples show, at set rates, with errors.

It stands outside of its node, as a real one: files into ``in``, files out of ``out``. It holds no
keys, and it answers no other country: ``gateway.partner`` plays the office that does.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from random import Random

from gateway.adapter import Adapter, AdapterError, Item, Sampled
from gateway.certification import mixed, multiplied
from gateway.frame import Frame
from gateway.node import Folders


@dataclass(frozen=True, slots=True, kw_only=True)
class Habits:
    """What the system does: ``items`` a file; the shares, from 0 to 1, of files that are wrong.

    ``broken`` are damaged at random, ``repeated`` come a second time as they were.
    """

    items: int
    broken: float
    repeated: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Filed:
    """One file that was put into ``in``, and what it was: ``sound``, ``broken`` or ``repeated``."""

    name: str
    what: str
    octets: int


class Counterpart:
    """One national system, drawn from a seed."""

    def __init__(
        self, adapter: Adapter, folders: Folders, habits: Habits, random: Random, frame: Frame
    ) -> None:
        """Raises ``AdapterError`` where no sample of ``adapter`` gives anything to send."""
        self._folders = folders
        self._habits = habits
        self._random = random
        self._suffix = adapter.suffix
        self._run = f"{random.randrange(36**5):05d}"
        self._number = random.randrange(1_000_000)
        self._last: bytes | None = None
        self._count = 0
        self._seen: set[str] = self._outgoing()
        self._samples: list[tuple[bytes, tuple[Item, ...]]] = []
        for _, octets in adapter.samples() if isinstance(adapter, Sampled) else ():
            items = adapter.read(octets, frame).items
            if items and all(item.body is not None for item in items):
                self._samples.append((octets, items))
        if not self._samples:
            raise AdapterError(
                f"no sample of {adapter.name!r} is sound as a whole",
                expected="a file in samples/ok that gives bodies alone",
            )

    def file(self) -> Filed:
        """Puts the next file into ``in``, whole from the first instant."""
        draw = self._random.random()
        what, octets = "sound", self._next_octets()
        if draw < self._habits.broken:
            what, octets = "broken", mixed(octets, self._random)
        elif draw < self._habits.broken + self._habits.repeated and self._last is not None:
            what, octets = "repeated", self._last
        self._last = octets
        self._count += 1
        name = f"counterpart-{self._run}-{self._count}{self._suffix}"
        part = self._folders.incoming / f".{name}.part"
        part.write_bytes(octets)
        part.replace(self._folders.incoming / name)
        return Filed(name=name, what=what, octets=len(octets))

    def answers(self) -> list[Path]:
        """The files that appeared in ``out`` since it was last asked, the oldest first."""
        fresh = self._outgoing() - self._seen
        self._seen |= fresh
        paths = [self._folders.outgoing / name for name in fresh]
        return sorted(paths, key=lambda path: (path.stat().st_mtime_ns, path.name))

    def _next_octets(self) -> bytes:
        octets, items = self._random.choice(self._samples)
        self._number += self._habits.items
        return multiplied(octets, items, self._habits.items, first=self._number) or octets

    def _outgoing(self) -> set[str]:
        folder = self._folders.outgoing
        return {path.name for path in folder.glob("[!.]*")} if folder.exists() else set()


def run(
    counterpart: Counterpart,
    files: int,
    *,
    pause: Callable[[], None],
    told: Callable[[Filed], None],
    answered: Callable[[Path], None],
) -> None:
    """Puts ``files`` files in, with a ``pause`` after each, and tells answers as they come."""
    for _ in range(files):
        told(counterpart.file())
        pause()
        for path in counterpart.answers():
            answered(path)
