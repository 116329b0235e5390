"""SDG 16.4.2 and the questionnaire: antiques, what an authority established, places and routes."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest
from click.testing import CliRunner
from statistics_world import EVER, NOW, both, open_store, write

from gateway.cli.report import command
from gateway.config import Reader, Statistics
from gateway.payload import CountryCode, Routing, SeizureNotice, YearOfManufacture, decode
from gateway.statistics import CasesWithheldError, find, make_report, verify_facts
from gateway.statistics.errors import NotFoundHereError
from gateway.statistics.facts import Seized, TraceAnswered, TraceAsked
from gateway.statistics.reading import Said, facts_of
from gateway.statistics.reports import Origin

pytestmark = pytest.mark.unit
VECTOR = Path(__file__).parents[2] / "vectors" / "payload" / "SEIZURE_NOTICE.xml"
Z = "Z-NLD-1"


def seized(item: int, **more) -> Seized:
    told = {"mode": "SEIZED", "firearm_type": "PISTOL", "several": 1, **more}
    return Seized(subject=f"{Z}#{item}", at=NOW, seizure=Z, country="NLD", **told)


def read(year: int | None, routing: Routing | None = None) -> Seized:
    notice = decode(VECTOR.read_bytes())
    assert isinstance(notice, SeizureNotice)
    (first, *_) = notice.seizure.seized_firearm
    made = None if year is None else YearOfManufacture(value=year)
    firearm = replace(first.firearm, year_of_manufacture=made)
    seizure = replace(notice.seizure, routing=routing,
                      seized_firearm=(replace(first, firearm=firearm),))  # fmt: skip
    told = replace(notice, seizure=seizure)
    (fact,) = facts_of(Said(payload=told, outgoing=True, peer="XPO-REGISTRY", at=NOW))
    assert isinstance(fact, Seized)
    return fact


def test_an_antique_is_what_was_made_before_1899():
    assert [read(year).antique for year in (None, 1898, 1899, 2020)] == [None, 1, None, None]


def test_the_way_of_a_seizure_is_read_from_its_route():
    assert read(None).departure is None
    passed = (CountryCode.MEX, CountryCode.GTM)
    way = Routing(origin_country=CountryCode.USA, transit_country=passed,
                  destination_country=CountryCode.HND)  # fmt: skip
    found = read(None, way)
    assert (found.departure, found.transit, found.destination) == ("USA", "MEX", "HND")
    began = read(None, replace(way, departure_country=CountryCode.CAN))
    assert began.departure == "CAN"


@pytest.fixture
def store(tmp_path):
    with open_store(tmp_path) as opened:
        with opened.unit() as unit:
            traced = [
                TraceAsked(subject="T1", at=NOW, direction="OUT", peer_country="BEL", seizure="Z9"),
                TraceAnswered(subject="T1", at=NOW, final=True, outcome="TRACED_RETAILER"),
            ]
            lone = Seized(subject="Z9#1", at=NOW, seizure="Z9", mode="FOUND", country="NLD",
                          firearm_type="RIFLE")  # fmt: skip
            write(unit, [[seized(1)], [seized(2)], [seized(3, antique=1)], [lone], traced])
        yield opened


@pytest.fixture
def establish(store, tmp_path, monkeypatch):
    monkeypatch.setattr("gateway.cli.databases.open_database", lambda _home: store)
    monkeypatch.setattr(type(store), "close", lambda _: None)
    readers: list[Reader] = []
    settings = SimpleNamespace(party="NLD-NCB")
    monkeypatch.setattr("gateway.config.load_settings", lambda _home: settings)

    def command_of(*words, only_for=()):
        settings.statistics = Statistics(readers=(*readers, *only_for))
        line = ["establish", "--home", str(tmp_path), *words, "--reason", "intelligence"]
        return CliRunner().invoke(command, line)

    return command_of


def indicator(store):
    return {row.values[0]: row.values[1:4] for row in both(store, "sdg-16-4-2", ("mode",)).rows}


def test_what_an_authority_established_counts_until_it_is_taken_back(store, establish):
    before = {"SEIZED": (2, 0, 0), "FOUND": (1, 1, 0), "all": (3, 1, 0)}
    assert indicator(store) == before
    assert both(store, "sdg-16-4-2").notes == ("left out, for they were made before 1899: 1",)
    assert establish(Z, "--item", "2", "--country", "BEL").exit_code == 0
    assert indicator(store) == {"SEIZED": (2, 0, 1), "FOUND": (1, 1, 0), "all": (3, 1, 1)}
    assert (
        both(store, "seized", ("origin_country",)).as_mapping("origin_country", "count")["BEL"] == 1
    )
    # What a trace established is not counted twice.
    assert establish("Z9").exit_code == 0
    assert indicator(store)["FOUND"] == (1, 1, 0)
    assert establish(Z, "--how", "BY_TRACING").exit_code == 0
    assert indicator(store)["SEIZED"] == (2, 2, 0)
    with store.unit() as unit:
        verify_facts(unit)
        details = [line.detail for line in unit.journal.lines()]
    assert any("BY_AUTHORITY: intelligence" in one for one in details)
    assert establish(Z, "--withdraw").exit_code == 0
    assert establish("Z9", "--withdraw").exit_code == 0
    assert indicator(store) == before


def test_nothing_is_established_of_what_was_not_seized_or_by_who_sees_no_cases(establish):
    assert isinstance(establish("Z-NLD-2").exception, NotFoundHereError)
    assert isinstance(establish(Z, "--item", "9").exception, NotFoundHereError)
    assert "no country" in establish(Z, "--country", "XXY").output
    nobody = (Reader(user="somebody-else"),)
    assert isinstance(establish(Z, only_for=nobody).exception, CasesWithheldError)


def test_the_questionnaire_tells_seized_firearms_apart_as_it_asks(store):
    with store.unit() as unit:
        told = {"manufacture_place": "USA", "location_kind": "MAIL_CENTRE", "departure": "USA",
                "transit": "MEX", "destination": "HND", "context": "TRAFFICKING"}  # fmt: skip
        write(unit, [[seized(4, **told)]])
        origin = Origin(party="NLD-NCB", position=0, head="")
        report = make_report(find("iafq"), unit.facts, EVER, origin)
    tables = {table.title: [row.values for row in table.rows] for table in report.tables}
    assert ("USA", 1) in tables["Countries of manufacture of seized firearms"]
    assert ("MAIL_CENTRE", 1) in tables["Kinds of place"]
    assert ("USA", "MEX", "HND", 1) in tables["Routes: departure, first transit, destination"]
    assert ("TRAFFICKING", "PISTOL", 1) in tables["Reason for the seizure and type"]
    assert tables["Tracing requests sent, and their results"] == [("TRACED_RETAILER", 1)]
    assert tables["Tracing requests received, and their results"] == []
