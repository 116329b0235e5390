"""A case in every form: the same facts to read, and proofs that fall with one changed octet."""

import base64
import io
import zipfile

import pytest
from trace_world import SECRET, answer

from gateway.cli.trace_files import _csv, _html
from gateway.cli.trace_prints import as_pdf, as_xlsx
from gateway.cli.trace_views import case_view
from gateway.ids import Lane
from gateway.node import check_evidence, evidence_of
from gateway.node.trace_orders import ATTACHMENT_MOST
from gateway.payload import Fault
from gateway.posting import Posting
from gateway.tracing import Deed

pytestmark = [pytest.mark.unit, pytest.mark.slow]  # through whole endpoints
FRA, BEL = "FRA-NCB", "BEL-NCB"


@pytest.fixture
def trace_id(world):
    made = world.submit()
    world.order(BEL, "ack", trace_id=made)
    world.order(BEL, "answer", trace_id=made, answer=answer(explanation_text="=SUM(A1)"))
    return made


def test_a_workbook_holds_the_case_and_no_formula(world, trace_id):
    octets = world.look(FRA, lambda u: as_xlsx(case_view(trace_id, u)))
    with zipfile.ZipFile(io.BytesIO(octets)) as book:
        text = b"".join(book.read(name) for name in book.namelist())
    assert SECRET.encode() in text
    assert b"=SUM(A1)" in text
    assert b"<f>" not in text


def test_pages_to_print_are_alike_for_a_case_that_is_alike(world, trace_id):
    view = world.look(FRA, lambda u: case_view(trace_id, u))
    pages = as_pdf(view, ["one line"])
    assert pages.startswith(b"%PDF")
    assert pages == as_pdf(view, ["one line"])


def test_every_form_to_read_names_every_act(world, trace_id):
    def both(unit):
        view = case_view(trace_id, unit)
        return _csv(view), _html(view, trace_id, unit), len(view["acts"])

    table, page, acts = world.look(FRA, both)
    assert table.count(b"\r\n") == acts + 1
    assert page.count(b"<td><code>") == acts


def test_one_xml_document_falls_when_what_is_read_is_not_what_was_signed(world, trace_id, tmp_path):
    trust = tmp_path / "no-trust"
    trust.mkdir()
    octets = world.look(FRA, lambda u: evidence_of(trace_id, u, trust, FRA, as_xml=True))
    assert SECRET.encode() in octets
    whole = check_evidence(octets, None)["broken"]
    assert [one["flaw"] for one in whole if one["flaw"] != "evidence.keys"] == ["evidence.anchor"]
    for changed in (octets.replace(SECRET.encode(), b"KRX472", 1), octets + b"<!-- -->"):
        assert "not what was signed" in check_evidence(changed, None)["broken"][0]["text"]


def test_a_late_fault_of_the_other_side_undoes_the_act_that_it_names(world, trace_id):
    world.order(FRA, "close", trace_id=trace_id, outcome="NO_RECORD")
    closing = world.look(FRA, lambda u: u.traces.acts(trace_id))[-1]
    assert closing.deed == Deed.CLOSE

    def refuse(outgoing):

        fault = Fault(
            message_id=closing.message_id,
            fault_code="tracing.illegal-transition",
            retryable_indicator=False,
            message_text="it waited, and then it was illegal",
        )
        outgoing.post(Posting(to=FRA, payload=fault, lane=Lane.ROUTINE, answers=False))

    world.seats[BEL].endpoint.transact(refuse)
    world.settle()
    acts = world.look(FRA, lambda u: u.traces.acts(trace_id))
    assert acts[-1].standing == "REFUSED"
    assert world.state(FRA, trace_id) == "ANSWERED"


def test_an_attachment_above_the_cap_is_refused_and_one_at_the_cap_goes(world, trace_id):
    def attach(octets):
        content = base64.b64encode(bytes(octets)).decode()
        wish = {"trace_id": trace_id, "name": "a.pdf", "content": content}
        return world.order(FRA, "attach", **wish, media_type="application/pdf")

    with pytest.raises(RuntimeError, match=r"tracing\.order-invalid"):
        attach(ATTACHMENT_MOST + 1)
    attach(ATTACHMENT_MOST)
    acts = world.look(BEL, lambda u: u.traces.acts(trace_id))
    assert [act.deed for act in acts].count("ATTACH") == 1
