"""A national system submits items and polls answers by SOAP, as ``items.wsdl`` describes.

It reads no WS-* header: one that must be understood is refused.
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from datetime import UTC
from functools import cache
from pathlib import Path
from xml.sax.saxutils import quoteattr

from anyio import to_thread
from lxml import etree
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from gateway.errors import GatewayError
from gateway.transports.called import CalledTransport
from gateway.transports.http_serving import CallError
from gateway.transports.seam import ConflictError, Dispatch, OversizedError, Parcel

WSDL = Path(__file__).with_name("items.wsdl")
NAMESPACE = "urn:iarms-gateway:native-items:1"
SOAP_11 = "http://schemas.xmlsoap.org/soap/envelope/"
SOAP_12 = "http://www.w3.org/2003/05/soap-envelope"
_TYPES = {SOAP_11: "text/xml; charset=utf-8", SOAP_12: "application/soap+xml; charset=utf-8"}
_AROUND_OCTETS = 16 * 1024  # an envelope without its content
_MOST = 20
_ANSWER_OCTETS = 8 * 1024 * 1024  # contents in one response, but for a single larger answer


class SoapTransport(CalledTransport):
    """``/soap`` for both versions, ``/soap?wsdl`` for the description."""

    def routes(self) -> list[Route]:
        """The one endpoint."""
        return [
            Route("/soap", self._describe, methods=["GET"]),
            Route("/soap", self._call, methods=["POST"]),
        ]

    async def _describe(self, request: Request) -> Response:
        try:
            self._server.demand_token(request, basic=True)
        except CallError as error:
            return Response(
                str(error), status_code=error.status, headers={"WWW-Authenticate": "Basic"}
            )
        place = quoteattr(str(request.url.replace(query="")))
        octets = WSDL.read_bytes().replace(b'"LOCATION"', place.encode())
        return Response(octets, media_type="text/xml; charset=utf-8")

    async def _call(self, request: Request) -> Response:
        version = SOAP_12 if "soap+xml" in request.headers.get("Content-Type", "") else SOAP_11
        try:
            self._server.demand_token(request, basic=True)
            most = self.settings.most_octets * 4 // 3 + _AROUND_OCTETS
            octets = await self._server.body(request, most)
            version, asked = _asked(octets)
            answer = await self._answer(asked)
        except CallError as error:
            more = error.more
            return _fault(
                version,
                error.status,
                error.code,
                str(error),
                expected=more.get("expected"),
                remedy=more.get("remedy"),
            )
        except (ConflictError, OversizedError) as error:
            return _refused(version, error)
        return _said(version, answer, 200)

    async def _answer(self, asked: etree._Element) -> etree._Element:
        match etree.QName(asked).localname:
            case "Submit":
                return await self._submit(asked)
            case "GetState":
                return await self._state(_text(asked, "Reference"))
            case _:
                return await self._poll(asked)

    async def _submit(self, asked: etree._Element) -> etree._Element:
        reference = _text(asked, "Reference")
        octets = b64decode("".join(_text(asked, "Content").split()))
        if not octets:
            raise CallError(400, "transport.misspoken", "the content is empty")
        parcel = Parcel(identity=reference, label=reference, octets=octets)
        taken = await to_thread.run_sync(self._kept.take, parcel)
        standing = await to_thread.run_sync(self._kept.standing, reference)
        answer = _element("SubmitResponse")
        _add(answer, "Reference", reference)
        _add(answer, "State", standing.state)
        _add(answer, "Repeated", str(taken == "KNOWN").lower())
        return answer

    async def _state(self, reference: str) -> etree._Element:
        standing = await to_thread.run_sync(self._kept.standing, reference)
        if standing.parcel is None:
            raise CallError(404, "transport.unknown", "no such item came here")
        answer = _element("GetStateResponse")
        _add(answer, "Reference", reference)
        _add(answer, "State", standing.state)
        for dispatch in standing.dispatches:
            await self._add_answer(answer, dispatch)
        return answer

    async def _poll(self, asked: etree._Element) -> etree._Element:
        after = int(_text(asked, "After"))
        most = int(_text(asked, "Most") or _MOST)
        seconds = min(float(_text(asked, "WaitSeconds") or 0), self.settings.wait_most_s)
        answer = _element("PollAnswersResponse")
        octets = 0
        for dispatch in await self._listed(after, most, seconds):
            octets += await self._add_answer(answer, dispatch)
            after = dispatch.number
            if octets > _ANSWER_OCTETS:
                break
        _add(answer, "Next", str(after))
        return answer

    async def _add_answer(self, to: etree._Element, dispatch: Dispatch) -> int:
        octets = await to_thread.run_sync(self._kept.octets_of, dispatch)
        if octets is None:
            return 0  # kept no longer
        made = etree.SubElement(to, f"{{{NAMESPACE}}}Answer")
        _add(made, "Number", str(dispatch.number))
        _add(made, "AnswerId", dispatch.id)
        _add(made, "Kind", dispatch.kind.value)
        _add(made, "Made", dispatch.made.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"))
        if dispatch.identity:
            _add(made, "Reference", dispatch.identity)
        _add(made, "Content", b64encode(octets).decode())
        return len(octets)


def _asked(octets: bytes) -> tuple[str, etree._Element]:
    """The SOAP version and the one element of the body, held to the schema; ``CallError``."""
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(octets, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise _misspoken(f"no well-formed XML: {error}", "an envelope") from error
    if root.getroottree().docinfo.internalDTD is not None:
        raise _misspoken("a document type is declared", "an envelope without DOCTYPE")
    name = etree.QName(root)
    if name.localname != "Envelope" or name.namespace not in _TYPES:
        raise _misspoken(f"the root is {root.tag}", "an Envelope of SOAP 1.1 or 1.2")
    version = str(name.namespace)
    for header in root.iterfind(f"{{{version}}}Header/*"):
        if header.get(f"{{{version}}}mustUnderstand") in {"1", "true"}:
            raise CallError(
                400,
                "transport.must-understand",
                f"the header {header.tag} is not known here",
                expected="no header that must be understood",
                remedy="leave WS-* out: TLS and the token protect the call",
            )
    bodies = root.findall(f"{{{version}}}Body/*")
    if len(bodies) != 1:
        raise _misspoken(f"{len(bodies)} elements in the Body", "exactly one")
    schema = _schema()
    asked = bodies[0]
    asks = {f"{{{NAMESPACE}}}{each}" for each in ("Submit", "GetState", "PollAnswers")}
    if asked.tag not in asks or not schema.validate(asked):
        wrong = str(schema.error_log)[:1_000]
        raise _misspoken(wrong or f"{asked.tag} is no request", "a request as the WSDL has it")
    return version, asked


@cache
def _schema() -> etree.XMLSchema:
    """The WSDL's own schema."""
    tree = etree.parse(WSDL, etree.XMLParser(resolve_entities=False, no_network=True))
    found = tree.find(".//{http://www.w3.org/2001/XMLSchema}schema")
    if found is None:
        raise LookupError("the description has no schema")
    return etree.XMLSchema(etree.fromstring(etree.tostring(found)))


def _misspoken(told: str, expected: str) -> CallError:
    return CallError(
        400,
        "transport.misspoken",
        told,
        expected=expected,
        remedy="make the call from the description: GET /soap?wsdl",
    )


def _refused(version: str, error: GatewayError) -> Response:
    return _fault(
        version, 400, error.code, str(error), expected=error.expected, remedy=error.remedy
    )


def _fault(
    version: str,
    status: int,
    code: str,
    told: str,
    *,
    expected: str | None,
    remedy: str | None,
) -> Response:
    """A fault of either version, with our code in its detail."""
    problem = _element("Problem")
    for name, text in (
        ("Code", code),
        ("Detail", told),
        ("Expected", expected),
        ("Remedy", remedy),
    ):
        if text:
            _add(problem, name, text)
    fault = etree.Element(f"{{{version}}}Fault", nsmap={"soap": version})
    wrong = "MustUnderstand" if code == "transport.must-understand" else "Client"
    if version == SOAP_11:
        etree.SubElement(fault, "faultcode").text = f"soap:{wrong}"
        etree.SubElement(fault, "faultstring").text = _plain(f"{code}: {told}")
        etree.SubElement(fault, "detail").append(problem)
    else:
        wrong = "Sender" if wrong == "Client" else wrong
        code_element = etree.SubElement(fault, f"{{{version}}}Code")
        etree.SubElement(code_element, f"{{{version}}}Value").text = f"soap:{wrong}"
        reason = etree.SubElement(fault, f"{{{version}}}Reason")
        text_element = etree.SubElement(reason, f"{{{version}}}Text")
        text_element.set("{http://www.w3.org/XML/1998/namespace}lang", "en")
        text_element.text = _plain(f"{code}: {told}")
        etree.SubElement(fault, f"{{{version}}}Detail").append(problem)
    # SOAP 1.1, 6.2, wants 500 for every fault; 401 must stay, or no client sends its password.
    if status != 401:  # noqa: PLR2004 - as HTTP has it
        status = 500 if version == SOAP_11 else 400
    return _said(version, fault, status)


def _said(version: str, body: etree._Element, status: int) -> Response:
    envelope = etree.Element(f"{{{version}}}Envelope", nsmap={"soap": version})
    etree.SubElement(envelope, f"{{{version}}}Body").append(body)
    octets = etree.tostring(envelope, xml_declaration=True, encoding="UTF-8")
    headers = {"Content-Type": _TYPES[version]}
    if status == 401:  # noqa: PLR2004 - as HTTP has it
        headers["WWW-Authenticate"] = "Basic"
    return Response(octets, status_code=status, headers=headers)


def _element(name: str) -> etree._Element:
    return etree.Element(f"{{{NAMESPACE}}}{name}", nsmap={"t": NAMESPACE})


def _add(to: etree._Element, name: str, text: str) -> None:
    etree.SubElement(to, f"{{{NAMESPACE}}}{name}").text = _plain(text)


def _plain(text: str) -> str:
    """Text without what XML cannot hold."""
    return "".join(c if c.isprintable() or c in "\n\t" else "?" for c in text)


def _text(element: etree._Element, name: str) -> str:
    return element.findtext(f"{{{NAMESPACE}}}{name}") or ""
