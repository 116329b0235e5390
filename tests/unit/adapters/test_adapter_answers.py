"""Answers go back in the national format: parseable, in the national words, harmless."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from io import BytesIO

import msgspec
import pytest
from drawn import examples
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.engine import DeclaredAdapter, fixed_frame
from adapters.engine.automatic import AUTOMATIC
from adapters.engine.spec import read_spec
from adapters.engine.speech import speech
from adapters.engine.tagged import parse_tagged
from gateway.adapter import Adapter, Answer, Issue, Outcome, Reply, find_adapter
from gateway.payload import (
    ActionRequestedCode,
    Calibre,
    Candidate,
    ContactPoint,
    CountryCode,
    Fault,
    Finding,
    FirearmDescription,
    FirearmRecord,
    FirearmTypeCode,
    GradeCode,
    Hit,
    HitOriginCode,
    HitRoleCode,
    LegibilityCode,
    Location,
    Make,
    Marking,
    MarkingKindCode,
    MatchOutcomeCode,
    MatchReason,
    PurposeCode,
    RecordResult,
    RecordResultCode,
    RecordStatusCode,
    RecordTypeCode,
    SearchBatchReport,
    SearchBatchResult,
    SearchResult,
    SearchResultCode,
    SeverityCode,
)

NAMES = ("br-sinarm-csv", "fr-police-csv", "nl-customs-json", "us-de-gunstat-csv", "us-ncic-gun")
INSTANT = datetime(2026, 6, 15, 12, 0, tzinfo=UTC)
RECORD_ID = "R-FRA-01J00000000000000000000000"
CONTACT = ContactPoint(
    contact_name="Paris, firearms desk",
    telephone="+33 1 00 00 00 00",
    email="desk@example.org",
    available_always_indicator=True,
)


def firearm(serial: str = "E47-1193-K") -> FirearmDescription:
    return FirearmDescription(
        firearm_type_code=FirearmTypeCode.PISTOL,
        make_identified=Make(make_text="BERETTA"),
        model_identified="92 FS",
        calibre=(Calibre(calibre_text="9 MM PARABELLUM"),),
        marking=(
            Marking(
                kind_code=MarkingKindCode.SERIAL,
                legibility_code=LegibilityCode.LEGIBLE,
                text_as_marked=serial,
            ),
        ),
    )


def reason(code: str, outcome: MatchOutcomeCode, text: str) -> MatchReason:
    return MatchReason(reason_code=code, outcome_code=outcome, message_text=text)


REASONS = (
    reason(
        "SERIAL_LOOK_ALIKE",
        MatchOutcomeCode.FOLDED,
        "look-alike characters: position 3: asked 0, recorded O",
    ),
    reason("MAKE_AGREES", MatchOutcomeCode.AGREES, "the makes agree"),
    reason("SERIAL_SHORT", MatchOutcomeCode.NOT_GIVEN, "5 characters; many weapons share a serial"),
)


def hit(text: str = "") -> Hit:
    return Hit(
        hit_id="H-XPO-01J00000000000000000000000",
        hit_role_code=HitRoleCode.OWNER,
        hit_origin_code=HitOriginCode.SEIZURE,
        grade_code=GradeCode.A,
        score_decimal=Decimal("0.982"),
        match_reason=REASONS,
        record_id=RECORD_ID,
        national_record_id=text or "2025/LYO/00417",
        record_version=1,
        owner_agency_id="FRA-NCB",
        finder_agency_id="NLD-CUSTOMS",
        search_id=None,
        seizure_id="Z-NLD-01J00000000000000000000000",
        item_id="A-1",
        raised_timestamp=INSTANT,
        recorded_firearm=firearm(),
        found_firearm=firearm(text or "e47 1193k"),
        record_type_code=RecordTypeCode.STOLEN,
        event_date="2025-01-14",
        found_location=Location(country=CountryCode.NLD, locality_text=text or "Rotterdam"),
        found_timestamp=INSTANT,
        exhibit_reference="DOU-88213",
        action_requested_code=ActionRequestedCode.SEIZE,
        contact_point=(CONTACT,),
    )


def search_result(text: str = "") -> SearchResult:
    candidate = Candidate(
        record_id=RECORD_ID,
        grade_code=GradeCode.C,
        score_decimal=Decimal("0.700"),
        match_reason=REASONS,
        owner_country=CountryCode.FRA,
        owner_agency_id="FRA-NCB",
        record_type_code=RecordTypeCode.STOLEN,
        status_code=RecordStatusCode.ACTIVE,
        event_date="2025-01-14",
        firearm=firearm(text or "E47-1193-K"),
        action_requested_code=ActionRequestedCode.SEIZE,
        contact_point=(CONTACT,),
    )
    return SearchResult(
        search_id="Q-NLD-01J00000000000000000000000",
        result_code=SearchResultCode.CANDIDATES,
        candidate=(candidate,),
        weak_count=0,
        registry_timestamp=INSTANT,
    )


def record_result(code: RecordResultCode, text: str = "") -> RecordResult:
    finding = Finding(
        finding_code="SERIAL_TOO_SHORT",
        severity_code=SeverityCode.WARNING,
        field_path="Firearm/Marking/TextAsMarked",
        value_text=text or "12",
        message_text=text or "the serial is too short to be searched by",
    )
    return RecordResult(
        record_id=RECORD_ID,
        national_record_id=text or "2025/LYO/00417",
        result_code=code,
        version=1,
        finding=(finding,) if text else (),
    )


def fault(text: str = "") -> Fault:
    return Fault(
        fault_code="registry.denied",
        retryable_indicator=False,
        message_text=text or "the sender may not file records",
    )


def report(text: str = "") -> SearchBatchReport:
    context = fixed_frame().context("SEARCH_BATCH_REPORT", purpose=PurposeCode.BORDER_CONTROL)
    return SearchBatchReport(
        context=context,
        search_batch_result=(
            SearchBatchResult(item_id="A-1", search_result=search_result(text)),
            SearchBatchResult(
                item_id="A-2",
                search_result=SearchResult(
                    search_id="Q-NLD-01J00000000000000000000001",
                    result_code=SearchResultCode.NO_HIT,
                    registry_timestamp=INSTANT,
                ),
            ),
        ),
    )


def answer(reply: Reply | None, outcome: Outcome = Outcome.APPLIED, **other: object) -> Answer:
    given_: dict[str, object] = {
        "number": 3,
        "reference": "2025/LYO/00417",
        "raw": b"CREATION;2025",
        "outcome": outcome,
        "answer": reply,
        "issues": (),
    }
    return Answer(**(given_ | other))  # type: ignore[arg-type] # a short way to vary one field


ISSUE = Issue(
    code="CODE",
    at="ligne 3, colonne Marque",
    field="Firearm/MakeIdentified/MakeText",
    value="TAURRUS",
    expected="l'un des 24 codes",
    remedy="vouliez-vous dire « TAURUS » ?",
)


def every_answer(text: str = "") -> list[Answer]:
    """One of each thing that can be told, with ``text`` wherever foreign text may stand."""
    issue = Issue(
        code="CODE", at=text or ISSUE.at, field="", value=text, expected=text, remedy=text
    )
    raw = text.encode("utf-8", "replace")
    return [
        answer(record_result(RecordResultCode.ACCEPTED)),
        answer(record_result(RecordResultCode.ACCEPTED_WITH_WARNINGS, text or "x")),
        answer(record_result(RecordResultCode.REJECTED, text), Outcome.REFUSED, reference=text),
        answer(search_result(text)),
        answer(report(text)),
        answer(hit(text), number=0, reference=""),
        answer(fault(text), Outcome.FAILED),
        answer(None, Outcome.SET_ASIDE, issues=(ISSUE, issue), raw=raw),
        answer(None, Outcome.FAILED, reference=text, raw=raw),
    ]


def table(adapter: Adapter, native: bytes) -> list[dict[str, str]]:
    """The answers of a delimited format as a foreign parser reads them."""
    assert isinstance(adapter, DeclaredAdapter)
    source = read_spec(adapter.folder).source
    text = io.StringIO(native.decode(source.encoding), newline="")
    return list(csv.DictReader(text, delimiter=source.delimiter, strict=True))


def messages(adapter: Adapter, native: bytes) -> Iterator[tuple[str, dict[str, str]]]:
    """The answers of tagged text as its own parser reads them, faults refused."""
    assert isinstance(adapter, DeclaredAdapter)
    spec = read_spec(adapter.folder)
    tags = frozenset(tag for message in spec.reply.message for tag, _ in message.fields)
    source = msgspec.structs.replace(spec.source, texts=tuple(tags))
    for row in parse_tagged(BytesIO(native), source, tags, speech("en")).rows:
        assert row.issues == ()
        yield row.kind, {name: str(cell) for name, cell in row.cells.items()}


def test_a_french_hit_notice_is_told_in_french_words_and_columns() -> None:
    adapter = find_adapter("fr-police-csv")
    native = adapter.write([answer(hit(), number=0, reference="")], fixed_frame())
    (row,) = table(adapter, native)
    assert row["Résultat"] == "CONCORDANCE"
    assert row["Nature du fait"] == "VOL"
    assert row["Type d'arme"] == "PISTOLET"
    assert row["Conduite à tenir"] == "SAISIR"
    assert (row["N° de série"], row["N° de série constaté"]) == ("E47-1193-K", "e47 1193k")
    assert row["Constaté par"] == "NLD-CUSTOMS"
    assert row["N° procédure"] == "2025/LYO/00417"
    assert row["Date du fait"] == "14/01/2025"
    assert row["Date et heure (UTC)"] == "15/06/2026 12:00:00"
    assert row["Note"] == "0,982"
    assert row["Lieu"] == "Rotterdam, NLD"
    look_alike = "look-alike characters: position 3: asked 0, recorded O"
    assert row["Motifs"].split("; ") == [
        f"numéro de série: concorde à des caractères semblables près ({look_alike})",
        "marque: concorde",
        "5 characters",
        "many weapons share a serial",
    ]


def test_a_telephone_number_cannot_become_a_formula() -> None:
    adapter = find_adapter("fr-police-csv")
    (row,) = table(adapter, adapter.write([answer(hit())], fixed_frame()))
    assert row["Téléphone"] == "'+33 1 00 00 00 00"


@pytest.mark.parametrize(
    "formula", ['=HYPERLINK("http://x")', "+1", "-1", "@SUM(A1)", "\uff1d1+1", "\t=1"]
)
@pytest.mark.parametrize("name", ["fr-police-csv", "br-sinarm-csv", "us-de-gunstat-csv"])
def test_no_cell_of_an_answer_begins_as_a_formula(name: str, formula: str) -> None:
    adapter = find_adapter(name)
    for row in table(adapter, adapter.write(every_answer(formula), fixed_frame())):
        for cell in row.values():
            assert not cell.startswith(("=", "+", "-", "@", "\t"))


def test_a_row_set_aside_is_told_with_each_issue_at_its_place() -> None:
    adapter = find_adapter("fr-police-csv")
    told = answer(None, Outcome.SET_ASIDE, issues=(ISSUE, ISSUE))
    first, second = table(adapter, adapter.write([told], fixed_frame()))
    assert first == second
    assert first["Résultat"] == "MIS DE COTE"
    assert first["Emplacement"] == "ligne 3, colonne Marque"
    assert first["Remède"] == "vouliez-vous dire « TAURUS » ?"
    assert first["Ligne d'origine"] == "CREATION;2025"


def test_what_the_encoding_lacks_is_written_in_sight() -> None:
    adapter = find_adapter("fr-police-csv")
    told = answer(search_result("\u0412\u0420 0457 \u2460 \u201c"))
    row = table(adapter, adapter.write([told], fixed_frame()))[1]
    assert row["N° de série"] == "{U+0412}{U+0420} 0457 1 {U+201C}"


def test_a_full_width_quotation_mark_cannot_break_the_quoting() -> None:
    adapter = find_adapter("fr-police-csv")
    told = answer(search_result("A\uff02;\uff02B\uff1bC"))
    row = table(adapter, adapter.write([told], fixed_frame()))[1]
    assert row["N° de série"] == 'A";"B;C'


def test_ncic_style_answers_are_acknowledgement_no_record_and_hit() -> None:
    adapter = find_adapter("us-ncic-gun")
    native = adapter.write(
        [
            answer(record_result(RecordResultCode.ACCEPTED)),
            answer(hit(), number=0, reference=""),
            answer(report()),
            answer(None, Outcome.SET_ASIDE, issues=(ISSUE,)),
        ],
        fixed_frame(),
    )
    told = list(messages(adapter, native))
    assert [kind for kind, _ in told] == ["ACK", "HIT", "RSP", "CAN", "NOR", "REJ"]
    assert told[0][1]["RES"] == "ENTERED"
    assert told[1][1]["TYP"] == "PI"
    assert told[1][1]["FSR"] == "e47 1193k"
    assert told[4][1]["RES"] == "NO RECORD"
    assert told[5][1]["LOC"] == "ligne 3, colonne Marque"


def test_customs_get_one_result_for_each_firearm() -> None:
    adapter = find_adapter("nl-customs-json")
    document = json.loads(adapter.write([answer(report())], fixed_frame()))
    (told,) = document["antwoorden"]
    assert told["zaaknummer"] == "2025/LYO/00417"
    lines = [(line["stuk"], line["uitslag"]) for line in told["regels"]]
    assert lines == [("A-1", "KANDIDATEN"), ("A-1", "KANDIDAAT"), ("A-2", "GEEN TREFFER")]
    assert told["regels"][1]["redenen"].startswith("serienummer: komt overeen op gelijkende")


@pytest.mark.parametrize("name", NAMES)
def test_no_answers_make_a_file_without_lines(name: str) -> None:
    assert isinstance(find_adapter(name).write([], fixed_frame()), bytes)


UGLY = st.text(
    st.characters(codec="utf-8") | st.sampled_from('";,\n\r\x00\x85=+-@/.\u2028\uff02\uff1b\uff0f'),
    max_size=40,
)


@pytest.mark.slow
@settings(max_examples=examples(100), deadline=None)
@given(UGLY)
def test_answers_with_any_text_can_be_parsed_again(text: str) -> None:
    told = 15 if text else 14  # lines; a finding is there when there is a text for it
    for name in ("fr-police-csv", "br-sinarm-csv", "us-de-gunstat-csv"):
        adapter = find_adapter(name)
        rows = table(adapter, adapter.write(every_answer(text), fixed_frame()))
        assert len(rows) == told
        assert all(None not in row and None not in row.values() for row in rows)
    adapter = find_adapter("us-ncic-gun")
    assert len(list(messages(adapter, adapter.write(every_answer(text), fixed_frame())))) == told
    adapter = find_adapter("nl-customs-json")
    document = json.loads(adapter.write(every_answer(text), fixed_frame()))
    assert sum(len(case["regels"]) for case in document["antwoorden"]) == told


def test_the_review_date_of_a_leap_day_exists() -> None:
    frame = replace(fixed_frame(), now=datetime(2028, 2, 29, tzinfo=UTC))
    assert AUTOMATIC[FirearmRecord]["ReviewDate"](frame, "") == date(2033, 2, 28)
