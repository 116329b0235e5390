"""Countries that trace: real nodes' trace desks in the memory world, and a question to ask."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
from memory_world import EVERY_TYPE, MemoryWorld

from gateway.demo import NCB_SENDS
from gateway.endpoint import Clerks, Received, Refusal
from gateway.frame import Frame
from gateway.node import Traces
from gateway.payload import (
    AddressReasonCode,
    Calibre,
    CountryCode,
    Firearm,
    FirearmTypeCode,
    ForwardConsentCode,
    IllicitBasisCode,
    IntendedUseCode,
    LegibilityCode,
    Make,
    Marking,
    MarkingKindCode,
    RequestedInformationCode,
    SerialStatusCode,
    TraceIllicitNature,
    TraceIntendedUse,
    TracePriorityCode,
    TraceQuestion,
)
from gateway.posting import Posting
from gateway.store import ErrandState, Unit

SECRET = "KRX471"
OFFICER = "a.dupont"


class TraceDesk:
    """A desk that traces and does nothing else."""

    def __init__(self, traces: Traces) -> None:
        self.traces = traces

    def handle(self, received: Received, unit: Unit, frame: Frame) -> list[Posting]:
        return self.traces.handle(received, unit, frame) or []

    def refused(self, refusal: Refusal, unit: Unit, frame: Frame) -> None:
        self.traces.refused(refusal.message_id, refusal.sender, unit, frame)

    def undelivered(self, failure: Any, unit: Unit, frame: Frame) -> None:
        self.traces.undelivered(failure.message_id, unit, frame)

    def tend(self, unit: Unit, frame: Frame) -> None:
        """Nothing."""


class TraceWorld(MemoryWorld):
    """Three countries, each with a trace desk; ``order`` is what an officer's command does."""

    def __init__(
        self, folder: Path, parties: tuple[str, ...] = ("FRA-NCB", "BEL-NCB", "AUT-NCB")
    ) -> None:
        super().__init__(folder, parties)
        for party in parties:
            self.sends[party] = frozenset(NCB_SENDS) | EVERY_TYPE
        self.directory = self.make_directory(2)
        for party in parties:
            seat = self.seats[party]
            traces = Traces()
            seat.desk = TraceDesk(traces)
            seat.clerk = Clerks({"trace": traces})
            self.crash(seat)
        self.settle()

    def leave(self, party: str, order: str, body: Any) -> int:
        octets = msgspec.json.encode(body)
        number: int = self.look(
            party, lambda u: u.errands.ask(f"trace.{order}", octets, actor=OFFICER, now=self.now)
        )
        endpoint = self.seats[party].endpoint
        assert endpoint is not None
        endpoint.ring()
        return number

    def order(self, party: str, order: str, **body: Any) -> dict[str, Any]:
        """The case after an order; RuntimeError with the refusal's code."""
        number = self.leave(party, order, body)
        self.now += timedelta(milliseconds=5)
        self.settle()
        errand = self.look(party, lambda u: u.errands.get(number))
        answer: dict[str, Any] = json.loads(errand.answer)
        if errand.state is ErrandState.REFUSED:
            raise RuntimeError(answer["code"])
        return answer

    def submit(self, party: str = "FRA-NCB", to: str = "BEL", **more: Any) -> str:
        wish = {"question": question(to), "without_search": True, "in_spite": True}
        trace_id: str = self.order(party, "submit", **{**wish, **more})["trace_id"]
        return trace_id

    def state(self, party: str, trace_id: str) -> str | None:
        case = self.look(party, lambda u: u.traces.find(trace_id))
        return None if case is None else case.state

    def states(self, trace_id: str, *parties: str) -> set[str | None]:
        return {self.state(party, trace_id) for party in parties}


def question(to: str = "BEL", **more: Any) -> TraceQuestion:
    """A question that is whole."""
    values: dict[str, Any] = {
        "chain_id": "C-FRA-01ARZ3NDEKTSV4RRFFQ69G5FAV",
        "responder_country": CountryCode(to),
        "address_reason_code": AddressReasonCode.COUNTRY_OF_LAST_LEGAL_IMPORT,
        "trace_priority_code": TracePriorityCode.ROUTINE,
        "trace_illicit_nature": TraceIllicitNature(
            illicit_basis_code=(IllicitBasisCode.NATIONAL_LAW,),
            legal_justification_text="Code de la securite interieure, art. L317-8",
            circumstance_text="Found in a car at Lille",
            recovery_date="2026-11-20",
            recovery_country=CountryCode.FRA,
        ),
        "firearm": firearm(),
        "trace_intended_use": TraceIntendedUse(
            intended_use_code=(IntendedUseCode.CRIMINAL_INVESTIGATION,)
        ),
        "requested_information_code": (
            RequestedInformationCode.IMPORT,
            RequestedInformationCode.LAST_LEGAL_HOLDER,
        ),
        "forward_consent_code": ForwardConsentCode.ASK_FIRST,
        "contact_point": (),
    }
    return TraceQuestion(**{**values, **more})


def firearm(serial: str = SECRET) -> Firearm:
    """A pistol."""
    return Firearm(
        firearm_type_code=FirearmTypeCode.PISTOL,
        make_identified=Make(make_text="GLOCK"),
        model_identified="17",
        calibre=(Calibre(calibre_text="9x19"),),
        serial_status_code=SerialStatusCode.PRESENT,
        marking=(
            Marking(
                kind_code=MarkingKindCode.SERIAL,
                legibility_code=LegibilityCode.LEGIBLE,
                text_as_marked=serial,
            ),
        ),
        country_of_manufacture=CountryCode.AUT,
    )


def answer(
    kind: str = "FINAL", outcome: str = "TRACED_RETAILER", status: str = "PROVIDED", **more: Any
) -> dict[str, Any]:
    """An answer as an officer's JSON."""
    restricted = status in ("WITHHELD", "REFUSED", "DELAYED")
    items = [
        {
            "requested_information_code": code,
            "item_status_code": status,
            "restriction_reason_code": ["CONFIDENTIALITY_LAW"] if restricted else [],
        }
        for code in ("IMPORT", "LAST_LEGAL_HOLDER")
    ]
    return {
        "response_kind_code": kind,
        "trace_outcome_code": [outcome],
        "item_status": items,
        **more,
    }
