"""What SOAP asks of its transport beyond the contract: both versions, faults, and hostile XML."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path

import pytest
from lxml import etree
from transport_bench import Bench
from transport_sides import SoapSide, soap_side

from gateway.transports.soap import NAMESPACE, SOAP_11, SOAP_12, WSDL

pytestmark = pytest.mark.real

CONTENT = b64encode(b"one").decode()


@pytest.fixture
def side(tmp_path: Path) -> Iterator[SoapSide]:
    with soap_side(tmp_path) as made:
        made.bench = Bench(made.home, made.settings, made.open)
        yield made
        made.bench.stop()


def member(element: etree._Element, name: str) -> str | None:
    return element.findtext(f".//{{{NAMESPACE}}}{name}")


@pytest.mark.parametrize("version", [SOAP_11, SOAP_12])
def test_an_item_is_submitted_and_its_answer_polled(side: SoapSide, version: str) -> None:
    said = side.ask("Submit", version=version, Reference="K-1", Content=CONTENT)
    assert said.tag == f"{{{NAMESPACE}}}SubmitResponse"
    assert (member(said, "State"), member(said, "Repeated")) == ("RECEIVED", "false")
    again = side.ask("Submit", version=version, Reference="K-1", Content=CONTENT)
    assert member(again, "Repeated") == "true"
    side.bench.node_works()
    side.bench.courier.take_back()
    stands = side.ask("GetState", version=version, Reference="K-1")
    assert member(stands, "State") == "ANSWERED"
    polled = side.ask("PollAnswers", version=version, After=0, WaitSeconds=1)
    assert member(polled, "Reference") == "K-1"
    assert member(polled, "Content") == b64encode(b"ack:one").decode()


def test_every_answer_is_valid_by_the_description(side: SoapSide) -> None:
    schema = etree.XMLSchema(
        etree.fromstring(
            etree.tostring(
                etree.parse(WSDL).find(".//{http://www.w3.org/2001/XMLSchema}schema")  # type: ignore[arg-type]  # it has one
            )
        )
    )
    said = [side.ask("Submit", Reference="K-1", Content=CONTENT)]
    side.bench.node_works()
    side.bench.node_tells("hit-H-1-owner.json", b"{}")
    side.bench.courier.take_back()
    said += [side.ask("GetState", Reference="K-1"), side.ask("PollAnswers", After=0)]
    fault = side.ask("GetState", Reference="none")
    said += list(fault.find("detail"))
    for each in said:
        assert schema.validate(each), schema.error_log


def test_other_content_under_a_reference_is_a_fault_with_our_code(side: SoapSide) -> None:
    side.ask("Submit", Reference="K-1", Content=CONTENT)
    fault = side.ask("Submit", Reference="K-1", Content=b64encode(b"two").decode())
    assert fault.findtext("faultcode") == "soap:Client"
    assert member(fault, "Code") == "transport.conflict"
    assert member(fault, "Remedy")
    other = side.ask("Submit", version=SOAP_12, Reference="K-1", Content="dHdv")
    assert other.findtext(f".//{{{SOAP_12}}}Value") == "soap:Sender"


@pytest.mark.parametrize(
    "octets",
    [
        b"",
        b"not xml",
        b'<!DOCTYPE s [<!ENTITY a "b">]><s:Envelope xmlns:s="%s"/>' % SOAP_11.encode(),
        b'<!DOCTYPE s [<!ENTITY x SYSTEM "file:///etc/passwd">]><s:Envelope xmlns:s="%s"><s:Body>'
        b'<Submit xmlns="%s"><Reference>&x;</Reference></Submit></s:Body></s:Envelope>'
        % (SOAP_11.encode(), NAMESPACE.encode()),
        b'<s:Envelope xmlns:s="%s"/>' % SOAP_11.encode(),
        b'<s:Envelope xmlns:s="urn:other"><s:Body/></s:Envelope>',
        b'<s:Envelope xmlns:s="%s"><s:Body><Drop xmlns="%s"/></s:Body></s:Envelope>'
        % (SOAP_11.encode(), NAMESPACE.encode()),
        b'<s:Envelope xmlns:s="%s"><s:Body><SubmitResponse xmlns="%s"><Reference>a</Reference>'
        b"<State>READ</State><Repeated>true</Repeated></SubmitResponse></s:Body></s:Envelope>"
        % (SOAP_11.encode(), NAMESPACE.encode()),
    ],
)
def test_what_is_no_request_is_a_fault_and_brings_nothing_in(side: SoapSide, octets: bytes) -> None:
    fault = side.ask_octets(octets)
    assert member(fault, "Code") == "transport.misspoken"
    assert b"root:" not in etree.tostring(fault)
    assert side.bench.incoming() == []


@pytest.mark.parametrize("reference", ["", "a b", "x" * 256])
def test_a_reference_of_another_form_is_refused(side: SoapSide, reference: str) -> None:
    fault = side.ask("Submit", Reference=reference, Content=CONTENT)
    assert member(fault, "Code") == "transport.misspoken"


def test_content_that_is_no_base64_or_empty_is_refused(side: SoapSide) -> None:
    for content in ("", "***", "abc"):
        fault = side.ask("Submit", Reference="K", Content=content)
        assert member(fault, "Code") == "transport.misspoken"


def test_a_header_that_must_be_understood_is_refused(side: SoapSide) -> None:
    fault = side.ask_octets(
        f'<s:Envelope xmlns:s="{SOAP_11}"><s:Header><w:Security xmlns:w="urn:w"'
        f' s:mustUnderstand="1"/></s:Header><s:Body><GetState xmlns="{NAMESPACE}">'
        "<Reference>a</Reference></GetState></s:Body></s:Envelope>".encode()
    )
    assert fault.findtext("faultcode") == "soap:MustUnderstand"


def test_the_description_names_where_it_was_found_and_needs_the_token(side: SoapSide) -> None:
    got = side.call("GET", "/soap?wsdl")
    port = side.bench.transport.port  # type: ignore[attr-defined]  # it listens
    assert f'location="http://127.0.0.1:{port}/soap"'.encode() in got.data
    url = f"http://127.0.0.1:{port}/soap?wsdl"
    assert side.http.request("GET", url, headers={}).status == 401
    basic = {"Authorization": "Basic " + b64encode(b"police:t0ken").decode()}
    assert side.http.request("GET", url, headers=basic).status == 200
    wrong = {"Authorization": "Basic " + b64encode(b"police:other").decode()}
    assert side.http.request("POST", url, headers=wrong, body=b"x").status == 401
