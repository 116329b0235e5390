"""The seam to a national register: what became of a firearm of this make and serial number.

A manufacturer's or dealer's register stands behind it as a file that is only read. It decides
nothing about an answer.
"""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

from gateway.config import Register as RegisterSettings
from gateway.errors import ConfigError
from gateway.node.register_files import CsvRegister, SqliteRegister
from gateway.node.register_lines import Disposition


class Register(Protocol):
    """A national register."""

    @property
    def state(self) -> str:
        """Its name and how new it is, in at most 200 characters."""

    def dispositions(self, make: str, serial: str) -> list[Disposition]:
        """What became of the firearm, in order; nothing where it is not in the register.

        ``make`` and ``serial`` are as the request writes them. Raises ``RegisterError``.
        """

    def check(self) -> None:
        """Raises ``RegisterError`` where it cannot be read, or a line says what cannot be.

        Of a database the first lines alone are looked at.
        """


def open_register(settings: RegisterSettings | None, home: Path) -> Register | None:
    """The register that the settings name; None for none. Raises ``ConfigError``."""
    if settings is None:
        return None
    path = home / settings.file
    if not path.is_file():
        raise ConfigError(
            "the register is missing",
            place="register.file",
            value=str(path),
            expected="a CSV file or an SQLite database",
            remedy="put it there, or take the section [register] away",
        )
    kind = CsvRegister if settings.kind == "CSV" else SqliteRegister
    return kind(path, settings.name)
