"""Whatever a register's file holds, it gives lines of a firearm or says that it cannot."""

from __future__ import annotations

import os
import sqlite3
import time
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.config import Register as RegisterSettings
from gateway.node import REGISTER_COLUMNS, Register, RegisterError, open_register
from gateway.node import register_files as files

pytestmark = pytest.mark.unit

REGISTER = Path(__file__).parents[3] / "config" / "demo" / "tracing" / "register.csv"
GOOD = REGISTER.read_bytes()
LINES = GOOD.splitlines(keepends=True)


def opened(path: Path, kind: str = "CSV") -> Register:
    register = open_register(RegisterSettings(file=str(path), name="x", kind=kind), Path("/"))
    assert register is not None
    return register


def written(folder: Path, octets: bytes) -> Register:
    path = folder / "register.csv"
    path.write_bytes(octets)
    return opened(path)


def roles(register: Register, serial: str = "KRX471") -> list[str]:
    return [str(line.role) for line in register.dispositions("Glock", serial)]


FOR_ALL = {
    "nothing": b"",
    "octets that are not UTF-8": GOOD.replace(b"Ges.m.b.H.", b"\xff\xfe\xe4"),
    "UTF-16": GOOD.decode().encode("utf-16"),
    "a short line": GOOD + b"GLOCK,KRX999\n",
    "a line cut off": GOOD[: len(GOOD) - 40],
    "a line too long": GOOD + LINES[1].rstrip() + b",more\n",
    "a column twice": GOOD.replace(b"legality", b"make"),
    "a quote that never ends": GOOD + b'"' + LINES[1],
    "a quote in the middle": GOOD.replace(b"Waffen Huber Linz", b'"Waffen" Huber'),
    "zero octets": GOOD.replace(b"R-2021-771", b"\0"),
    "a field without end": GOOD.replace(b"R-2021-771", b"x" * 200_000),
    "a database": b"SQLite format 3\0" + bytes(2000),
}


@pytest.mark.parametrize("octets", FOR_ALL.values(), ids=FOR_ALL)
def test_a_file_whose_columns_cannot_be_relied_on_says_nothing(tmp_path, octets):
    register = written(tmp_path, octets)
    for ask in (lambda: roles(register), register.check):
        with pytest.raises(RegisterError) as raised:
            ask()
        assert "register.csv" in str(raised.value.place)


FOR_ONE = {
    "a day that is not": (b"2021-05-20,INVOICE", b"2021-02-30,INVOICE"),
    "a month that is not": (b"2021-05-20,INVOICE", b"2021-13,INVOICE"),
    "a week": (b"2021-05-20,INVOICE", b"2021-W05-1,INVOICE"),
    "a word for a day": (b"2021-05-20,INVOICE", b"unknown,INVOICE"),
    "no sequence": (b",2,RETAILER", b",second,RETAILER"),
    "no such role": (b"RETAILER", b"SHOP"),
    "no such country": (b"RETAILER,AUT", b"RETAILER,Austria"),
    "no such paper": (b"INVOICE", b"BILL"),
    "no such legality": (b"R-2021-771,,LICIT", b"R-2021-771,,FINE"),
}


@pytest.mark.parametrize(("old", "new"), FOR_ONE.values(), ids=FOR_ONE)
def test_a_line_that_says_what_cannot_be_stops_its_own_firearm_alone(tmp_path, old, new):
    assert old in GOOD
    register = written(tmp_path, GOOD.replace(old, new))
    assert roles(register) == ["MANUFACTURER", "EXPORTER"]
    for ask in (lambda: roles(register, "KRX472"), register.check):
        with pytest.raises(RegisterError) as raised:
            ask()
        assert str(raised.value.place).endswith("line 5")


@given(octets=st.binary(max_size=400), at=st.integers(0, len(GOOD)), instead=st.booleans())
def test_no_octets_fail_otherwise_than_as_a_register_that_cannot_be_read(
    tmp_path_factory, octets, at, instead
):
    made = octets if instead else GOOD[:at] + octets + GOOD[at + len(octets) :]
    register = written(tmp_path_factory.getbasetemp(), made)
    for ask in (lambda: roles(register), register.check):
        with suppress(RegisterError):
            ask()


def test_more_lines_of_one_firearm_than_an_answer_holds_are_not_cut_short(tmp_path):
    line = LINES[1]
    assert len(roles(written(tmp_path, LINES[0] + line * 50))) == 50
    with pytest.raises(RegisterError, match="more lines"):
        roles(written(tmp_path, LINES[0] + line * 51))


def test_an_enormous_file_is_refused_before_it_is_held(tmp_path):
    path = tmp_path / "register.csv"
    path.write_bytes(GOOD)
    os.truncate(path, 20 << 30)  # holes
    before = time.process_time()
    with pytest.raises(RegisterError) as raised:
        roles(opened(path))
    assert "SQLITE" in str(raised.value.remedy)
    assert time.process_time() - before < 1


def test_a_register_that_is_written_while_it_is_read_says_nothing(tmp_path, monkeypatch):
    register = written(tmp_path, GOOD)
    path = tmp_path / "register.csv"
    honest, looks = os.fstat, []

    def fstat(descriptor: int) -> os.stat_result:
        looks.append(descriptor)
        if len(looks) == 2:
            with path.open("ab") as source:
                source.write(LINES[1])
        return honest(descriptor)

    monkeypatch.setattr(files.os, "fstat", fstat)
    with pytest.raises(RegisterError, match="written while"):
        roles(register)
    assert roles(register) == ["MANUFACTURER", "MANUFACTURER", "EXPORTER"]


def test_a_register_that_is_replaced_is_read_anew_even_with_its_old_date(tmp_path):
    register = written(tmp_path, GOOD)
    path = tmp_path / "register.csv"
    assert roles(register) == ["MANUFACTURER", "EXPORTER"]
    before = path.stat()
    new = tmp_path / "new.csv"
    new.write_bytes(GOOD.replace(b"EXPORTER", b"IMPORTER"))
    os.utime(new, ns=(before.st_atime_ns, before.st_mtime_ns))
    new.replace(path)
    assert roles(register) == ["MANUFACTURER", "IMPORTER"]


@pytest.mark.parametrize("kind", ["CSV", "SQLITE"])
@pytest.mark.parametrize("instead", ["gone", "a pipe", "a folder"])
def test_what_stands_in_a_registers_place_keeps_nobody_waiting(tmp_path, kind, instead):
    path = tmp_path / "register.csv"
    path.write_bytes(GOOD)
    register = opened(path, kind)
    path.unlink()
    if instead == "a pipe":
        os.mkfifo(path)
    elif instead == "a folder":
        path.mkdir()
    with pytest.raises(RegisterError):
        roles(register)
    assert register.state.startswith("x")


DATABASES = {
    "no database": None,
    "no such table": "CREATE TABLE other (make)",
    "a column less": "CREATE TABLE disposition (make, serial)",
    "octets for text": "CREATE VIEW disposition AS SELECT "
    + ", ".join(f"CAST(X'FFFE' AS TEXT) AS {name}" for name in REGISTER_COLUMNS[2:])
    + ", 'GLOCK' AS make, 'KRX471' AS serial",
    "no end": "CREATE VIEW disposition AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1"  # noqa: S608 - ours
    " FROM n) SELECT 'GLOCK' AS make, "
    + ", ".join(f"i AS {name}" for name in REGISTER_COLUMNS[1:])
    + " FROM n",
}


@pytest.mark.parametrize("made", DATABASES.values(), ids=DATABASES)
def test_a_database_that_gives_no_lines_says_so(tmp_path, monkeypatch, made):
    monkeypatch.setattr(files, "_LOOKS_MOST", 3)
    path = tmp_path / "what? #1%.db"
    path.write_bytes(GOOD)
    if made is not None:
        path.unlink()
        database = sqlite3.connect(path)
        database.execute(made)
        database.commit()
        database.close()
    with pytest.raises(RegisterError):
        roles(opened(path, "SQLITE"))
