"""What the engine vouches for without asking the schema is what the schema takes."""

from dataclasses import replace
from io import BytesIO

import pytest
from drawn import examples
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.engine import fixed_frame
from adapters.engine.proving import ASKED_AGAIN, Proof
from gateway.adapter import find_adapter, message_of, stream_of
from gateway.payload import FirearmRecordSubmit, FirearmTypeCode, form_test, leaf_type, validate

pytestmark = pytest.mark.unit
HEADER = (
    "Nº SINARM;Nº do BO;Data do fato;UF;Município;Situação;Patrimônio;Espécie;Marca;Modelo;Calibre;"
    "Número de Série;Capacidade;Cano (pol)\r\n"
)
ROW = (
    "2026/{n:07d};BO {n}/2026;03/05/2026;SP;São Paulo;FURTADA;PARTICULAR;Revólver;Forjas Taurus;82;"
    ".38;{serial};6;4\r\n"
)
TEXTS = {
    "national_record_id": ("FirearmRecord", ["NationalRecordId"]),
    "event_date": ("FirearmRecord", ["EventDate"]),
    "circumstance_text": ("FirearmRecord", ["CircumstanceText"]),
    "batch_theft_reference": ("FirearmRecord", ["BatchTheftReference"]),
}


def read(serials: list[str]) -> list[tuple[object, tuple[str, ...]]]:
    rows = "".join(ROW.format(n=n, serial=serial) for n, serial in enumerate(serials, 1))
    native = BytesIO((HEADER + rows).encode("iso-8859-1", "replace"))
    items = stream_of(find_adapter("br-sinarm-csv"), native, fixed_frame("BRA-NCB")).items
    return [
        (message_of(item, fixed_frame("BRA-NCB")), tuple(i.code for i in item.issues))
        for item in items
    ]


def sample() -> FirearmRecordSubmit:
    message, _ = read(["LK 1"])[0]
    assert isinstance(message, FirearmRecordSubmit)
    return message


@pytest.mark.parametrize("field", TEXTS)
@given(
    text=st.text(max_size=70)
    | st.text("0123456789-", max_size=10)
    | st.from_regex(r"[12][0-9]{3}-[01][0-9]-[0-3][0-9]", fullmatch=True)
)
@settings(max_examples=examples(60), deadline=None)
def test_a_text_that_is_vouched_for_is_taken_by_the_schema(field: str, text: str) -> None:
    kind, path = TEXTS[field]
    name = leaf_type(kind, path)
    fits = form_test(name or "")
    assert fits is not None
    if fits(text):
        message = sample()
        record = replace(message.firearm_record, **{field: text})
        assert validate(replace(message, firearm_record=record)) == ()


def test_every_item_that_a_long_file_gives_is_valid() -> None:
    serials = [f"LK {n}" for n in range(600)]
    serials[550:553] = ["x" * 300, "\x01", "RASPADA"]
    found = read(serials)
    assert [codes for _, codes in found[550:552]] == [("SCHEMA",), ("CHARACTER",)]
    for message, codes in found:
        assert (message is None) == bool(codes)
        if isinstance(message, FirearmRecordSubmit):
            assert validate(message) == ()


def test_a_shape_that_the_schema_has_not_seen_is_not_vouched_for() -> None:
    proof = Proof([lambda _: True, lambda value: value != "bad"])
    proof.slots = ("a", None)
    assert not proof.holds()
    proof.learn(("a", None))
    assert proof.holds()
    for slots in (("a", "b"), (("a", "b"), None)):
        proof.slots = slots
        assert not proof.holds()
    proof.learn(("a", "b"))
    proof.slots = ("c", "bad")
    assert not proof.holds()


def test_now_and_then_one_is_held_to_the_schema_all_the_same() -> None:
    proof = Proof([lambda _: True])
    proof.learn(("a",))
    proof.slots = ("a",)
    assert sum(proof.holds() for _ in range(10 * ASKED_AGAIN)) == 10 * (ASKED_AGAIN - 1)
    proof.doubt()
    assert not proof.holds()


def test_codes_of_a_closed_list_are_known_by_name() -> None:
    fits = form_test(leaf_type("FirearmRecord", ["Firearm", "FirearmTypeCode"]) or "")
    assert fits is not None
    assert fits(FirearmTypeCode.PISTOL)
    assert not fits("BLUNDERBUSSES")
