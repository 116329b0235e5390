"""Trace cases through whole endpoints as they really go: crossed, corrected, reopened, refused.

Drawn from a seed; each country's witness keeps what it signs and takes. It expects nothing.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any

from kept_messages import KeepingWitness
from odd_messages import OddParty
from trace_world import TraceWorld, answer, firearm, question

from gateway.ids import Lane
from gateway.payload import (
    Calibre,
    CountryCode,
    Firearm,
    ForwardConsentCode,
    Import,
    Location,
    Make,
    PurposeCode,
    SerialStatusCode,
    TraceAct,
    TracePriorityCode,
    TraceReopen,
)
from gateway.posting import Posting
from gateway.store import Unit

PARTIES = ("FRA-NCB", "BEL-NCB", "AUT-NCB")
DATES = ("2026-11-20", "2026-01-31", "2025-11-30", "2024-02-29", "2026-10", "2025", "2026-03-01")
SERIALS = ("KRX471", "KRX472", "KRX474", "KRX475", "PX100001Z", "PX100003Z", "77", "NONE")
OUTCOMES = ("TRACED_RETAILER", "TRACED_FIRST_PURCHASER", "NO_RECORD", "TOO_OLD", "STATE_STOCK",
            "REPORTED_STOLEN", "EXPORTED")  # fmt: skip
ROLES = ("MANUFACTURER", "IMPORTER", "WHOLESALER", "RETAILER", "FIRST_PURCHASER", "EXPORTER")
SEIZURES = ("Z-FRA-01ARZ3NDEKTSV4RRFFQ69G5FAV", "Z-FRA-01ARZ3NDEKTSV4RRFFQ69G5FAW", None)


_LIKELY = {
    (False, "DELIVERED"): ("ack", "reject"),
    (False, "ACKNOWLEDGED"): ("ask", "answer", "status", "forward"),
    (False, "IN_PROGRESS"): ("ask", "answer", "status", "forward"),
    (False, "PARTIALLY_ANSWERED"): ("ask", "answer", "forward"),
    (False, "FORWARDED"): ("answer",),
    (False, "INFO_REQUESTED"): ("answer",),
    (False, "ANSWERED"): ("correct",),
    (False, "RESTRICTED"): ("correct",),
    (False, "CLARIFICATION"): ("answer",),
    (False, "CLOSED"): ("reopen",),
    (True, "INFO_REQUESTED"): ("inform", "cancel"),
    (True, "ANSWERED"): ("close", "clarify", "correct"),
    (True, "RESTRICTED"): ("close", "clarify"),
    (True, "CLARIFICATION"): ("close",),
    (True, "REJECTED"): ("close",),
    (True, "CLOSED"): ("reopen",),
}


class OddTraces(TraceWorld):
    """Three countries that trace as carelessly as ``seed`` says."""

    def __init__(self, folder: Path, seed: int) -> None:
        super().__init__(folder, PARTIES)
        self.dice = Random(seed)
        self.cases: list[tuple[str, str, str]] = []
        self.witnesses = {party: KeepingWitness() for party in PARTIES}
        for party in PARTIES:
            self.seats[party].witness = self.witnesses[party]
            self.crash(self.seats[party])
        self.settle()
        self.look(PARTIES[0], self._seizes)

    def _seizes(self, unit: Unit) -> None:
        """The seizures that its trace requests will name, of one firearm and of several."""
        party = OddParty(unit, self.dice.randrange(1_000))
        party.witness, party.now = self.witnesses[PARTIES[0]], self.now
        for seizure in SEIZURES:
            party.seizes(seizure)

    def live(self, steps: int) -> None:
        """So many things happen."""
        for _ in range(steps):
            if len(self.cases) < 3 or self.dice.random() < 0.2:
                self.asks()
            else:
                self.goes_on(self.dice.choice(self.cases))
            if self.dice.random() < 0.1:
                self.crash(self.seats[self.dice.choice(PARTIES)])
            self.passes()

    def passes(self) -> None:
        """Time goes on, to the day, over midnights, and sometimes for weeks."""
        self.now += timedelta(
            seconds=self.dice.choice((1, 1, 59, 7_200, 7_200, 43_200, 43_200, 90_000, 700_000))
        )
        self.directory = replace(self.directory, expires=self.now + timedelta(days=40))
        self.settle()

    # --- things -------------------------------------------------------------------------------

    def firearm(self) -> Firearm:
        pick = self.dice.choice
        last = pick((None, True, False))
        imports = (
            Import(country=CountryCode.DEU, last_legal_import_indicator=last),
            Import(country=CountryCode.FRA),
        )
        return replace(
            firearm(pick(SERIALS)),
            make_identified=Make(make_text=pick(("GLOCK", "Beretta", "UNKNOWN"))),
            model_identified=pick(("17", None)),
            calibre=(Calibre(calibre_text=pick(("9x19", "UNKNOWN"))),),
            serial_status_code=pick((SerialStatusCode.PRESENT, SerialStatusCode.PRESENT,
                                     SerialStatusCode.RESTORED, SerialStatusCode.REMOVED_OTHER)),
            country_of_manufacture=pick((CountryCode.AUT, None)),
            import_=pick(((), imports, imports[:1])),
        )  # fmt: skip

    def answer(self) -> dict[str, Any]:
        pick = self.dice.choice
        status = pick(("PROVIDED", "PROVIDED", "NOT_AVAILABLE", "WITHHELD", "DELAYED"))
        links = [
            {
                "sequence_number": number,
                "trace_role_code": pick(ROLES),
                "country": pick(("FRA", "BEL", "DEU", "USA")),
                "legality_code": pick(("LICIT", "LICIT", "ILLICIT", "UNKNOWN")),
                **({"party_name": pick(("Dealer 1", "=2+5", "צה״ל"))} if pick((0, 1)) else {}),
                **({"from_date": pick(DATES)} if pick((0, 1, 1)) else {}),
                **({"diversion_indicator": True} if pick((0, 0, 1)) else {}),
            }
            for number in range(1, 1 + pick((0, 1, 2, 4)))
        ]
        kind = pick(("FINAL", "FINAL", "INTERIM"))
        return answer(kind, pick(OUTCOMES), status, trace_link=links)

    # --- doings -------------------------------------------------------------------------------

    def asks(self) -> None:
        pick = self.dice.choice
        party, to = self.dice.sample(PARTIES, 2)
        base = question(to[:3])
        place = Location(country=CountryCode.FRA, subdivision_code="FR-59")
        nature = replace(
            base.trace_illicit_nature,
            recovery_date=pick(DATES), seizure_id=pick(SEIZURES),
            recovery_country=pick((CountryCode.FRA, CountryCode.BEL)),
            recovery_location=pick((None, place)),
        )  # fmt: skip
        wanted = replace(
            base, firearm=self.firearm(), trace_illicit_nature=nature,
            forward_consent_code=pick(list(ForwardConsentCode)),
            trace_priority_code=pick(list(TracePriorityCode)),
        )  # fmt: skip
        more = {"urgency": "in custody"} if wanted.trace_priority_code == "URGENT" else {}
        if self.cases and pick((0, 0, 1)):  # another country is asked about the same firearm
            before = pick(self.cases)
            party = before[1]
            to = pick([each for each in PARTIES if each != party])
            wanted = replace(wanted, responder_country=CountryCode(to[:3]))
            more["continues"] = before[0]
        trace_id = self.submit(party, to[:3], question=wanted, **more)
        self.cases.append((trace_id, party, to))

    def goes_on(self, case: tuple[str, str, str]) -> None:
        """Either side does something, or both at once; what the table forbids is refused."""
        _, asks, says = case
        if self.dice.random() < 0.06:
            self.forges(case)
            return
        sides = self.dice.choice(((asks,), (says,), (says,), (asks, says)))
        for party in sides:
            state = self.state(party, case[0]) or ""
            order, body = self._order(asks=party == asks)
            for _ in range(6):  # most officers do what their case allows
                if order in _LIKELY.get((party == asks, state), ()):
                    break
                order, body = self._order(asks=party == asks)
            self.leave(party, order, {"trace_id": case[0], **body})
        self.now += timedelta(milliseconds=5)
        self.settle()

    def forges(self, case: tuple[str, str, str]) -> None:
        """A dishonest requester sends what its case does not allow."""
        trace_id, asks, says = case
        theirs = self.look(asks, lambda u: u.traces.acts(trace_id))
        ours = [act for act in theirs if act.side == "REQUESTER"]
        seen = [act for act in theirs if act.side == "RESPONDER"]

        def forge(outgoing: Any) -> None:
            context = outgoing.frame.context(
                "TRACE_REOPEN", purpose=PurposeCode.CRIMINAL_INVESTIGATION
            )
            place = TraceAct(
                trace_id=trace_id, act_number=len(ours) + 1, seen_act_number=len(seen),
                seen_digest=seen[-1].digest if seen else None,
            )  # fmt: skip
            payload = TraceReopen(context=context, trace_act=place, reason_text="never closed")
            outgoing.post(Posting(to=says, payload=payload, lane=Lane.ROUTINE, answers=False))

        endpoint = self.seats[asks].endpoint
        assert endpoint is not None
        endpoint.transact(forge)
        self.settle()
        self.cases.remove(case)  # its numbers are spoilt from here on, as a forger's are

    def _order(self, *, asks: bool) -> tuple[str, dict[str, Any]]:
        pick = self.dice.choice
        supplied: dict[str, Any] = {"supplied": [{"missing_item_code": "SERIAL_NUMBER"}]}
        if pick((0, 1)):
            supplied["firearm"] = self.firearm()
        if asks:
            return pick(
                (
                    ("inform", supplied),
                    ("inform", {**supplied, "consent": "FORWARD_ALLOWED"}),
                    ("correct", {"text": "misread", "firearm": self.firearm()}),
                    ("cancel", {"reason": "SOLVED"}),
                    ("close", {"outcome": pick((*OUTCOMES, "NO_REPLY"))}),
                    ("close", {"outcome": pick(OUTCOMES)}),
                    ("reopen", {"text": "a name"}),
                    ("clarify", {"text": "who?"}),
                    ("remind", {}),
                    ("comment", {"text": "well"}),
                )
            )
        onward = {"country": pick(("FRA", "BEL", "AUT"))}
        return pick(
            (
                ("ack", {}),
                ("ack", {}),
                ("ack", {}),
                ("reject", {"reason": pick(("DUPLICATE", "WRONG_COUNTRY"))}),
                ("ask", {"missing": [{"missing_item_code": "SERIAL_NUMBER"}]}),
                ("ask", {"missing": [{"missing_item_code": "SERIAL_NUMBER"}]}),
                ("answer", {"answer": self.answer()}),
                ("answer", {"answer": self.answer()}),
                ("answer", {"answer": self.answer()}),
                ("status", {"status": "WAITING_FOR_DEALER"}),
                ("forward", onward),
                ("correct", {"text": "another book", "answer": self.answer()}),
                ("reopen", {"text": "a book"}),
            )
        )
