"""Defects planted by hand, and the test that notices each."""

# ruff: noqa: E501 - a place of the core is quoted as it stands there

from __future__ import annotations

from bench.mutants.by_hand import ByHand

_REGISTRY = "contract/registry_store"

HITS = (
    ByHand(
        name="only-the-owner-told-of-a-step",
        about="the finder hears nothing of what the owner answers",
        file="registry/hitsteps.py",
        before="for party in dict.fromkeys((new.owner_agency, new.finder_agency))",
        after="for party in dict.fromkeys((new.owner_agency,))",
        noticed_by=[f"{_REGISTRY}/test_hit_life.py::test_a_hit_is_led_from_the_request_to_its_end"],
    ),
    ByHand(
        name="one-request-more",
        about="a hit lapses one request later than it says",
        file="registry/hitsteps.py",
        before="held.number >= REQUESTS_MOST",
        after="held.number > REQUESTS_MOST",
        noticed_by=[
            f"{_REGISTRY}/test_hit_life.py::test_an_owner_that_says_nothing_is_asked_three_times_and_then_it_lapses"
        ],
    ),
    ByHand(
        name="more-time-counts-as-a-request",
        about="the end of a promised time counts as another request",
        file="registry/hitsteps.py",
        before="number = held.number + (act.step is not HitStepCode.RESUME)",
        after="number = held.number + 1",
        noticed_by=[
            f"{_REGISTRY}/test_hit_life.py::test_more_time_stops_the_clock_until_the_promised_instant"
        ],
    ),
    ByHand(
        name="any-promise-taken",
        about="an owner may promise its answer for any day",
        file="registry/hitsteps.py",
        before="self._frame.now < given <= latest",
        after="self._frame.now < given",
        noticed_by=[f"{_REGISTRY}/test_hit_life.py::test_a_promise_that_is_none_changes_nothing"],
    ),
    ByHand(
        name="promise-of-yesterday-taken",
        about="an owner may promise its answer for an instant that has passed",
        file="registry/hitsteps.py",
        before="self._frame.now < given <= latest",
        after="given <= latest",
        noticed_by=[f"{_REGISTRY}/test_hit_life.py::test_a_promise_that_is_none_changes_nothing"],
    ),
    ByHand(
        name="strangers-receipt-of-a-hit",
        about="anybody's receipt makes a hit notified",
        file="registry/hits.py",
        before="    if sender != (held.owner_agency if owner else held.finder_agency):  # (9.7)\n",
        after="    if not sender:\n",
        noticed_by=[
            f"{_REGISTRY}/test_searching.py::test_a_hit_is_notified_when_both_sides_have_the_notice"
        ],
    ),
    ByHand(
        name="one-receipt-notifies",
        about="a hit is notified when one side has its notice",
        file="registry/hits.py",
        before="held.owner_received and (alone or held.finder_received)",
        after="held.owner_received or (alone or held.finder_received)",
        noticed_by=[
            f"{_REGISTRY}/test_searching.py::test_a_hit_is_notified_when_both_sides_have_the_notice"
        ],
    ),
    ByHand(
        name="national-number-told",
        about="the finder is told the owner's national number with each step",
        file="registry/hitsteps.py",
        before="national_record_id=held.national_record_id if owner else None",
        after="national_record_id=held.national_record_id",
        noticed_by=[f"{_REGISTRY}/test_hit_life.py::test_a_hit_is_led_from_the_request_to_its_end"],
    ),
    ByHand(
        name="national-number-in-the-notice",
        about="the finder's notice holds the owner's national number",
        file="registry/hits.py",
        before="            record_version=recognised.row.version,\n            owner_agency_id",
        after="            record_version=recognised.row.version,\n"
        "            national_record_id=record.national_record_id,\n            owner_agency_id",
        noticed_by=[f"{_REGISTRY}/test_searching.py::test_a_hit_tells_owner_and_searcher_at_once"],
    ),
    ByHand(
        name="record-stays-pending",
        about="a record stays HIT_PENDING when its hit is answered",
        file="registry/hitsteps.py",
        before="        settle_record(new, self._unit, self._frame)\n",
        after="",
        noticed_by=[
            f"{_REGISTRY}/test_hit_life.py::test_a_false_hit_frees_the_record_and_counts_against_precision",
            f"{_REGISTRY}/test_hit_life.py::test_a_hit_is_led_from_the_request_to_its_end",
        ],
    ),
    ByHand(
        name="closed-record-revokes-answered-hits",
        about="closing a record recalls hits that were confirmed long ago",
        file="registry/hitsteps.py",
        before="(state in OPEN or not only_open)",
        after="True",
        noticed_by=[
            f"{_REGISTRY}/test_hit_life.py::test_a_closed_record_recalls_the_hits_that_nobody_answered_and_no_other"
        ],
    ),
    ByHand(
        name="old-search-with-anybodys-rights",
        about="a kept search finds records that its asker may not see",
        file="registry/delayed.py",
        before="for hit in _recognised(asked, search.asker, terms, unit)",
        after="for hit in _recognised(asked, record.record_id[2:5] + '-NCB', terms, unit)",
        noticed_by=[
            f"{_REGISTRY}/test_delayed_hits.py::test_a_record_that_the_searcher_may_not_see_stays_unseen"
        ],
    ),
    ByHand(
        name="every-search-kept-for-years",
        about="a search for a border control is answered years later",
        file="registry/delayed.py",
        before="search.at + KEPT_FOR[PurposeCode(search.purpose)] > frame.now",
        after="search.at + LONGEST_KEPT > frame.now",
        noticed_by=[
            f"{_REGISTRY}/test_delayed_hits.py::test_a_search_that_is_not_kept_or_is_too_old_stays_silent"
        ],
    ),
    ByHand(
        name="late-answer-refused",
        about="who answers after the lapse is refused",
        file="registry/hitlife.py",
        before="        (S.LAPSED, P.CONFIRM, S.CONFIRMED, _OWNER),\n",
        after="",
        noticed_by=["unit/registry/test_hit_life_table.py"],
    ),
    ByHand(
        name="finder-confirms",
        about="the finder may confirm its own hit",
        file="registry/hitlife.py",
        before="        steps.append((state, P.CONFIRM, S.CONFIRMED, _OWNER))",
        after="        steps.append((state, P.CONFIRM, S.CONFIRMED, _SIDES))",
        noticed_by=["unit/registry/test_hit_life_table.py"],
    ),
)

RECORDS = (
    ByHand(
        name="purged-still-found",
        about="an erased record can still be found by its serial",
        file="store/recordlife.py",
        before="        drop_rows(self._connection, [firearm_id])\n",
        after="",
        noticed_by=[
            f"{_REGISTRY}/test_record_life.py::test_what_is_erased_is_found_by_nothing_whatever_state_it_was_in"
        ],
    ),
    ByHand(
        name="purge-leaves-the-content",
        about="an erased record keeps its content",
        file="store/recordlife.py",
        before="for table in (marking, content):",
        after="for table in (marking,):",
        noticed_by=[f"{_REGISTRY}/test_record_life.py::test_an_ended_record_is_erased_to_a_stub"],
    ),
    ByHand(
        name="denial-ignored",
        about="whom the owner denies may see the record",
        file="store/restrictions.py",
        before='and_(negated(named("DENY")), permitted)',
        after="permitted",
        noticed_by=[
            f"{_REGISTRY}/test_searching.py::test_a_record_is_seen_by_whom_its_owner_lets_see_it"
        ],
    ),
    ByHand(
        name="denials-share-a-class",
        about="two records whose rules differ in whom they deny share one rule",
        file="store/restrictions.py",
        before='            "-" + ",".join(sorted(self.denied)),\n',
        after="",
        noticed_by=["unit/registry/test_rules_of_access.py"],
    ),
    ByHand(
        name="hidden-twin-told",
        about="who files a weapon is told of another's hidden record of it",
        file="store/lookups.py",
        before='.where(among(_KEY.sk, "keys"), visible(_KEY.visibility_id))',
        after='.where(among(_KEY.sk, "keys"))',
        noticed_by=[
            f"{_REGISTRY}/test_filing.py::test_a_restricted_twin_of_another_owner_raises_no_warning"
        ],
    ),
    ByHand(
        name="hidden-record-told-to-a-stranger",
        about="a stranger's update tells that a hidden record exists",
        file="registry/records.py",
        before="if held is None or not held.visible:  # (6.4), (7.21)",
        after="if held is None:",
        noticed_by=[
            f"{_REGISTRY}/test_filing.py::test_anothers_restricted_record_is_refused_as_if_it_did_not_exist"
        ],
    ),
    ByHand(
        name="suspended-for-ever",
        about="a suspension that its owner forgot never ends",
        file="registry/records.py",
        before="            timers.set(SUSPENSION, change.record_id, due=now + SUSPENDED_LONGEST, now=now)\n",
        after="            pass\n",
        noticed_by=[f"{_REGISTRY}/test_record_life.py::test_a_suspension_ends_by_itself"],
    ),
    ByHand(
        name="recalled-search-still-waits",
        about="a search that its asker ended still raises hits",
        file="store/lookups.py",
        before="== id_ and keep:  # (11.4)",
        after="== id_:",
        noticed_by=[
            f"{_REGISTRY}/test_delayed_hits.py::test_a_search_sent_again_with_its_id_ends_or_renews_the_standing_one"
        ],
    ),
    ByHand(
        name="back-to-active-finds-nobody",
        about="a record that can be found again answers no search that waits",
        file="registry/records.py",
        before="        if held.status in SEARCHABLE and not found_before:\n",
        after="        if False:\n",
        noticed_by=[
            f"{_REGISTRY}/test_delayed_hits.py::test_a_record_that_is_found_again_answers_what_was_asked_meanwhile"
        ],
    ),
    ByHand(
        name="told-of-one-review-only",
        about="an owner is told of the first of its three reviews alone",
        file="registry/reviews.py",
        before="told = max(number for number",
        after="told = max(len(steps) - 1 + 0 * number for number",
        noticed_by=[
            f"{_REGISTRY}/test_record_life.py::test_an_owner_is_told_three_times_before_and_once_after_the_review_date"
        ],
    ),
)

WALK = (
    ByHand(
        name="held-messages-stay-after-a-start",
        about="what was put by before a start is never let go",
        file="endpoint/staleness.py",
        before="        self._releasing = True  # what an earlier process put by",
        after="        self._releasing = False",
        noticed_by=[
            "unit/walk/test_what_comes_again.py::test_what_an_earlier_process_put_by_is_let_go_after_a_start"
        ],
    ),
    ByHand(
        name="kept-message-taken-twice",
        about="what comes again as it was kept has its effect again",
        file="endpoint/acceptance.py",
        before="            if key is not None and outgoing.unit.inbox.known([key]):\n",
        after="            if key is not None and not outgoing.unit:\n",
        noticed_by=[
            "unit/walk/test_what_comes_again.py::test_a_message_that_is_handed_on_as_kept_has_one_effect_and_no_answer"
        ],
    ),
    ByHand(
        name="anybody-hands-on-kept-messages",
        about="a party hands on another's message as one that it kept",
        file="endpoint/acceptance.py",
        before="if arrival is None or (arrival.header and arrival.header.sender != sender):",
        after="if arrival is None:",
        noticed_by=["unit/walk/test_what_comes_again.py::test_nobody_hands_on_what_another_kept"],
    ),
    ByHand(
        name="kept-message-answered-again",
        about="what was settled long ago and comes as kept is answered once more",
        file="endpoint/acceptance.py",
        before="            if settled and (posting.answers or late):\n",
        after="            if settled and late:\n",
        noticed_by=[
            "unit/walk/test_what_comes_again.py::test_a_message_that_is_handed_on_as_kept_has_one_effect_and_no_answer"
        ],
    ),
    ByHand(
        name="operators-replay-has-two-effects",
        about="a message that was refused, replayed and handled is handled again by its repeat",
        file="endpoint/acceptance.py",
        before="        if taken is not None and taken.outcome == Outcome.REFUSED:\n",
        after="        if taken is not None:\n",
        noticed_by=[
            "unit/walk/test_what_comes_again.py::test_a_letter_whose_message_had_its_effect_is_not_handled_again"
        ],
    ),
    ByHand(
        name="too-old-taken",
        about="a message is taken that is older than the inbox's memory",
        file="endpoint/acceptance.py",
        before="return header.created <= outgoing.frame.now - self._remembers",
        after="return header.created <= outgoing.frame.now - 2 * self._remembers",
        noticed_by=["unit/walk/test_retention.py::TestRepeats"],
    ),
    ByHand(
        name="relay-refusal-over-another-line",
        about="whoever sends another's message has that other told that it was refused",
        file="endpoint/acceptance.py",
        before='        if arrival.source != f"{RELAY_SOURCE}{header.sender}":\n            return\n',
        after="",
        noticed_by=[
            "unit/walk/test_walk_between_parties.py::test_a_message_between_members_that_a_third_sends_too_is_not_told_to_be_refused"
        ],
    ),
    ByHand(
        name="speaks-for-another",
        about="a payload speaks for another party than the one that signed",
        file="endpoint/arrivals.py",
        before="    if speaker != header.sender:\n",
        after="    if not speaker:\n",
        noticed_by=[
            "unit/walk/test_what_comes_again.py::test_a_payload_is_what_its_header_says_and_speaks_for_its_signer"
        ],
    ),
    ByHand(
        name="type-not-compared",
        about="the header's type may be another than the payload's",
        file="endpoint/arrivals.py",
        before="    if kind != header.message_type:\n",
        after="    if not kind:\n",
        noticed_by=[
            "unit/walk/test_what_comes_again.py::test_a_payload_is_what_its_header_says_and_speaks_for_its_signer"
        ],
    ),
    ByHand(
        name="urgent-behind-bulk",
        about="the outbox sends bulk first",
        file="store/outbox.py",
        before="_BY_URGENCY = (Lane.URGENT, Lane.ROUTINE, Lane.BULK)",
        after="_BY_URGENCY = (Lane.BULK, Lane.ROUTINE, Lane.URGENT)",
        noticed_by=[
            "unit/walk/test_walk_in_memory.py::test_urgent_leaves_before_a_backlog_that_is_due"
        ],
    ),
    ByHand(
        name="bulk-starved",
        about="while urgent messages wait bulk never goes",
        file="store/outbox.py",
        before="        if len(rows) < most or not places:\n            return rows\n",
        after="        if places >= 0:\n            return rows\n",
        noticed_by=[
            "unit/walk/test_walk_in_memory.py::test_a_backlog_of_urgent_messages_leaves_a_place_to_bulk",
        ],
    ),
    ByHand(
        name="clock-fires-after-it-was-stopped",
        about="a clock that was stopped or set anew meanwhile fires all the same",
        file="endpoint/chores.py",
        before="            if outgoing.unit.timers.take(timer):\n                self._clerk",
        after="            outgoing.unit.timers.take(timer)\n            if timer:\n                self._clerk",
        noticed_by=[
            "unit/walk/test_what_comes_again.py::test_a_clock_that_is_no_longer_as_it_was_read_does_not_fire"
        ],
    ),
    ByHand(
        name="errand-carried-out-twice",
        about="two workers carry out the same errand",
        file="endpoint/chores.py",
        before="            if errands.claim(errand.id):\n",
        after="            if errands.claim(errand.id) or True:\n",
        noticed_by=[
            "unit/walk/test_what_comes_again.py::test_an_errand_that_another_worker_did_meanwhile_is_not_done_again"
        ],
    ),
    ByHand(
        name="clock-set-back-forgotten",
        about="after a clock was set back nothing is sent until the hour comes again",
        file="endpoint/walk.py",
        before="        self._departures.clock_set_back(now)\n",
        after="",
        noticed_by=[
            "unit/walk/test_clock_set_back.py::test_what_was_tried_again_while_the_clock_was_ahead_does_not_wait_for_that_hour",
        ],
    ),
    ByHand(
        name="inbox-forgets-its-gaps",
        about="pruning the inbox takes numbers that a gap still counts by",
        file="store/retention.py",
        before="            end = whole + 1 if first is None else min(first, whole + 1)\n",
        after="            end = 1 << 60\n",
        noticed_by=[
            "unit/walk/test_retention.py::test_an_old_number_that_came_after_a_younger_one_makes_no_gap",
            "unit/walk/test_retention.py::test_a_number_above_a_gap_stays_known_however_old_it_is",
        ],
    ),
    ByHand(
        name="waiting-octets-pruned",
        about="sealed octets are pruned while their row still waits in the outbox",
        file="store/outbox.py",
        before="        ~select(outbox.c.message_id).where(outbox.c.message_id == sealed.c.message_id).exists(),\n",
        after="",
        noticed_by=[
            "unit/walk/test_retention.py::test_sealed_octets_are_forgotten_a_piece_at_a_time_and_never_what_still_waits"
        ],
    ),
    ByHand(
        name="disowned-comes-back",
        about="what a party disowned is set aside anew when a thief sends it again",
        file="store/deadletters.py",
        before="state=case((dead_letter.c.state == DISOWNED, DISOWNED), else_=SET_ASIDE),",
        after="state=SET_ASIDE,",
        noticed_by=[
            "unit/walk/test_what_comes_again.py::test_what_its_party_disowned_stays_so_however_often_it_comes"
        ],
    ),
    ByHand(
        name="a-source-fills-the-disk",
        about="a source may have any number of dead letters kept",
        file="store/deadletters.py",
        before="return bool(found.letters >= LETTERS_MOST or found.octets >= LETTERS_OCTETS_MOST)",
        after="return bool(found.letters < 0)",
        noticed_by=[
            "contract/delivery_store/test_dead_letter_list.py::test_a_source_that_sends_nothing_but_refuse_is_counted_beyond_its_bound"
        ],
    ),
)

CARRYING = (
    ByHand(
        name="refusals-cost-nothing",
        about="what the relay refuses does not count in its sender's quota",
        file="relay/carrier.py",
        before="            self._quotas.refused(*place, now)\n",
        after="            pass\n",
        noticed_by=[
            "unit/relay/test_relay_quota.py::TestRefusals::test_a_refused_message_is_charged_as_fifty_carried_ones"
        ],
    ),
    ByHand(
        name="one-quota-for-all-lanes",
        about="bulk uses up what urgent messages may have",
        file="relay/quota.py",
        before="            (party, lane, resource), _Bucket",
        after="            (party, Lane.BULK, resource), _Bucket",
        noticed_by=[
            "unit/relay/test_relay_quota.py::TestBuckets::test_lanes_and_parties_are_counted_apart_and_the_registry_not_at_all"
        ],
    ),
    ByHand(
        name="octets-not-counted",
        about="a party's octets are not counted",
        file="relay/quota.py",
        before="Resource.OCTETS: octets,",
        after="Resource.OCTETS: 1,",
        noticed_by=[
            "unit/relay/test_relay_quota.py::TestBuckets::test_each_resource_is_bounded_and_the_wait_it_tells_suffices"
        ],
    ),
    ByHand(
        name="clock-back-gives-quota",
        about="a clock that is put back takes away what a party may send",
        file="relay/quota.py",
        before="max((now - self.at).total_seconds(), 0.0)",
        after="(now - self.at).total_seconds()",
        noticed_by=[
            "unit/relay/test_relay_quota.py::TestBuckets::test_a_clock_that_is_put_back_neither_gives_nor_stops"
        ],
    ),
    ByHand(
        name="first-queue-always",
        about="one party's queue is emptied before the next has its turn",
        file="exchange/fairness.py",
        before="                self._turns.rotate(-1)\n",
        after="",
        noticed_by=[
            "unit/relay/test_relay_quota.py::TestTurns::test_a_flood_keeps_another_party_waiting_for_one_message_alone"
        ],
    ),
    ByHand(
        name="octets-are-no-credit",
        about="who sends large messages has as many turns as who sends small ones",
        file="exchange/fairness.py",
        before="self._credit[name] -= max(len(delivery.body), 1)",
        after="self._credit[name] -= 0",
        noticed_by=[
            "unit/relay/test_relay_quota.py::TestTurns::test_who_sends_giants_waits_for_those_who_send_small_ones"
        ],
    ),
    ByHand(
        name="acknowledges-over-a-gap",
        about="one acknowledgement covers what is still in work",
        file="exchange/unacked.py",
        before="(self._order[0] in fresh or self._order[0] not in self._lent):",
        after="self._order[0] <= max(fresh, default=0):",
        noticed_by=[
            "unit/exchange/test_carrier_parts.py::TestUnacked::test_every_lent_tag_is_acknowledged_once_and_no_other"
        ],
    ),
    ByHand(
        name="returned-is-confirmed",
        about="what the broker gave back counts as confirmed",
        file="exchange/confirms.py",
        before="        if tag in self._returned:\n            self._returned.discard(tag)\n            return []\n",
        after="",
        noticed_by=[
            "unit/exchange/test_carrier_parts.py::TestUnsettled::test_the_ack_after_a_return_does_not_count"
        ],
    ),
    ByHand(
        name="multiple-but-the-last",
        about="a confirm of many leaves out the last",
        file="exchange/confirms.py",
        before="while self._sent and next(iter(self._sent)) <= tag:",
        after="while self._sent and next(iter(self._sent)) < tag:",
        noticed_by=[
            "unit/exchange/test_carrier_parts.py::TestUnsettled::test_a_multiple_ack_settles_all_before_it"
        ],
    ),
    ByHand(
        name="one-copy-is-enough",
        about="the relay lets go when one of several mailboxes has the message",
        file="relay/carrier.py",
        before="            carried.owed = len(header.to)\n",
        after="            carried.owed = 1\n",
        noticed_by=[
            "unit/relay/test_relay.py::TestCrashing::test_the_ingress_is_held_until_every_mailbox_has_confirmed"
        ],
    ),
    ByHand(
        name="only-the-first-recipient-checked",
        about="of several recipients only the first is looked up",
        file="relay/judgement.py",
        before="    for addressee in header.to:\n",
        after="    for addressee in header.to[:1]:\n",
        noticed_by=[
            "unit/relay/test_relay.py::TestRefusing::test_one_unknown_among_several_recipients_is_refused_for_all",
        ],
    ),
    ByHand(
        name="lane-not-compared",
        about="bulk may be sent over the urgent ingress",
        file="relay/judgement.py",
        before="    if place is not None and header.lane != place[1]:\n",
        after="    if place is None and header.lane != header.lane:\n",
        noticed_by=[
            "unit/relay/test_relay.py::TestRefusing::test_a_lane_that_was_not_signed_is_refused"
        ],
    ),
    ByHand(
        name="anybody-carries-anybody",
        about="a member carries in what another signed",
        file="relay/judgement.py",
        before="    if header.sender != party:\n",
        after="    if not header.sender:\n",
        noticed_by=[
            "unit/relay/test_relay.py::TestRefusing::test_a_message_replayed_through_another_s_ingress_is_refused"
        ],
    ),
    ByHand(
        name="stale-deliveries-kept",
        about="the relay publishes what a lost line lent it, which comes again",
        file="relay/carrier.py",
        before="                    self._forget_stale()\n",
        after="",
        noticed_by=[
            "unit/relay/test_relay_quota.py::TestSlowing::test_what_waited_while_the_line_was_lost_is_carried_once",
        ],
    ),
)

TRUST = (
    ByHand(
        name="commitment-not-compared",
        about="the plaintext may be another than the sender committed to",
        file="envelope/opening.py",
        before="if len(wrapper) != header.length or not hmac.compare_digest(digest, header.digest):",
        after="if len(wrapper) != header.length and not hmac.compare_digest(digest, header.digest):",
        noticed_by=["unit/envelope/test_envelope_vectors.py"],
    ),
    ByHand(
        name="another-partys-place",
        about="a message to another party that lists our key is opened",
        file="envelope/opening.py",
        before="if addressee.party == identity.party and addressee.kid in identity.encryption_kids:",
        after="if addressee.kid in identity.encryption_kids:",
        noticed_by=[
            "unit/envelope/test_seal_and_open.py::test_a_party_opens_nothing_that_names_another_beside_its_key",
        ],
    ),
    ByHand(
        name="reflected-taken",
        about="a party opens its own message that comes back to it",
        file="envelope/opening.py",
        before="    if header.sender == identity.party:\n",
        after="    if not header.sender:\n",
        noticed_by=["unit/envelope/test_seal_and_open.py"],
    ),
    ByHand(
        name="expired-for-five-minutes-more",
        about="a message lives one clock skew longer",
        file="envelope/opening.py",
        before="if now - header.expires >= limits.CLOCK_SKEW:",
        after="if now - header.expires >= 2 * limits.CLOCK_SKEW:",
        noticed_by=[
            "unit/envelope/test_seal_and_open.py::test_a_message_lives_from_created_to_expires_give_or_take_the_skew"
        ],
    ),
    ByHand(
        name="expiry-off-by-one",
        about="a message is taken in the instant in which it expires",
        file="envelope/opening.py",
        before="if now - header.expires >= limits.CLOCK_SKEW:",
        after="if now - header.expires > limits.CLOCK_SKEW:",
        noticed_by=[
            "unit/envelope/test_seal_and_open.py::test_a_message_lives_from_created_to_expires_give_or_take_the_skew"
        ],
    ),
    ByHand(
        name="wrapped-key-unbound",
        about="a wrapped key of another header is taken",
        file="envelope/opening.py",
        before="    if not key.bound:\n",
        after="    if key.bound is None:\n",
        noticed_by=["unit/envelope/test_envelope_vectors.py"],
    ),
    ByHand(
        name="one-officer-less",
        about="one signature less than the role asks for is enough",
        file="keys/quorum.py",
        before="missing=max(0, held.threshold - len(persons)),",
        after="missing=max(0, held.threshold - 1 - len(persons)),",
        noticed_by=["unit/keys/test_nobody_alone.py"],
    ),
    ByHand(
        name="one-organisation-is-enough",
        about="officers of one organisation alone may sign",
        file="keys/quorum.py",
        before="organisations_missing=max(0, held.organisations - len(places)),",
        after="organisations_missing=0,",
        noticed_by=["unit/keys/test_nobody_alone.py"],
    ),
    ByHand(
        name="beacon-goes-back",
        about="an older beacon is taken",
        file="keys/trust_set.py",
        before="            if beacon.version < last.version:  # (6)\n",
        after="            if beacon.version < 0:\n",
        noticed_by=["unit/keys/test_update_histories.py"],
    ),
    ByHand(
        name="beacon-names-an-older-directory",
        about="a newer beacon may name an older directory",
        file="keys/trust_set.py",
        before="            if beacon.directory.version < last.directory.version:  # (7)\n",
        after="            if beacon.directory.version < 0:\n",
        noticed_by=["unit/keys/test_update_histories.py"],
    ),
    ByHand(
        name="two-beacons-of-one-number-untold",
        about="nobody is told that the hub gave two beacons of one number",
        file="keys/trust_set.py",
        before="                if beacon.digest != last.digest:\n",
        after="                if beacon.digest is None:\n",
        noticed_by=[
            "unit/keys/test_update_histories.py::test_two_beacons_of_one_number_are_told_and_the_first_stays",
        ],
    ),
    ByHand(
        name="directory-goes-back",
        about="an older directory is taken",
        file="keys/trusted.py",
        before="    if directory.version < least:\n",
        after="    if directory.version < 0:\n",
        noticed_by=[
            "unit/keys/test_directory_document.py::test_every_older_version_is_refused_as_a_rollback",
        ],
    ),
    ByHand(
        name="two-histories-taken",
        about="a directory that does not continue the one before is taken",
        file="keys/trusted.py",
        before="    if other or detached:\n",
        after="    if other:\n",
        noticed_by=[
            "unit/keys/test_directory_document.py::test_another_history_is_refused_as_a_fork",
        ],
    ),
    ByHand(
        name="validity-ends-a-moment-late",
        about="a key signs in the instant in which its validity ends",
        file="keys/directory.py",
        before="(self.valid_until is None or at < self.valid_until)",
        after="(self.valid_until is None or at <= self.valid_until)",
        noticed_by=[
            "unit/keys/test_directory_answers.py::test_validity_includes_its_start_and_excludes_its_end"
        ],
    ),
    ByHand(
        name="short-notice-costs-nobody",
        about="a recovery with a shorter notice needs no further person",
        file="keys/revocation.py",
        before="return usual + (recovery.notice < root.policy.recovery_notice)",
        after="return usual",
        noticed_by=["unit/keys/test_nobody_alone.py", "unit/keys/test_every_refusal.py"],
    ),
)

CASES = (
    ByHand(
        name="cell-below-the-threshold",
        about="a cell with one case less than the threshold is told",
        file="statistics/cells.py",
        before="if total >= threshold and all(",
        after="if total >= threshold - 1 and all(",
        noticed_by=["unit/statistics/test_told_cells.py"],
    ),
    ByHand(
        name="own-cases-not-taken-away",
        about="a party that takes its own cases away learns a small count",
        file="statistics/cells.py",
        before="and all(total - own >= threshold for own",
        after="and all(total >= own for own",
        noticed_by=["unit/statistics/test_told_cells.py"],
    ),
    ByHand(
        name="second-party-not-looked-at",
        about="of two columns of parties only the first is looked at",
        file="statistics/cells.py",
        before="_parties(key[at] for at in apart if",
        after="_parties(key[at] for at in apart[:1] if",
        noticed_by=[
            "unit/statistics/test_told_cells.py::test_a_party_is_weighed_with_both_its_sides",
        ],
    ),
    ByHand(
        name="stranger-acts-in-a-case",
        about="a third party acts in a case of two",
        file="tracing/case_taking.py",
        before="        if case.peer != arrived.sender:\n",
        after="        if not arrived.sender:\n",
        noticed_by=["unit/tracing/test_trace_cases.py", "unit/tracing/test_partner.py"],
    ),
    ByHand(
        name="accepted-by-the-asker",
        about="the requester accepts its own request",
        file="tracing/machine.py",
        before="Row(deed=Deed.ACCEPT, by=_RES,",
        after="Row(deed=Deed.ACCEPT, by=_REQ,",
        noticed_by=["unit/tracing/test_trace_machine.py"],
    ),
    ByHand(
        name="clock-stood-only-once",
        about="of several stops of a case's clock only the last counts",
        file="tracing/machine.py",
        before="stops=(*before.stops, (before.stopped_at, at)))",
        after="stops=((before.stopped_at, at),))",
        noticed_by=[
            "unit/tracing/test_trace_machine.py::test_the_clock_stood_as_long_as_all_its_stops_together",
        ],
    ),
    ByHand(
        name="reopened-after-years",
        about="a case is opened again after any time",
        file="tracing/machine.py",
        before="act.at - standing.ended_at <= REOPEN_WITHIN",
        after="act.at >= standing.ended_at",
        noticed_by=["unit/tracing/test_trace_machine.py"],
    ),
    ByHand(
        name="asker-first-when-acts-cross",
        about="of two acts that cross the requester's comes first",
        file="tracing/machine.py",
        before="""        if j < len(says) and says[j].seen <= i:
            done.append(says[j])
            j += 1
        elif i < len(asks) and asks[i].seen <= j:
            done.append(asks[i])
            i += 1
""",
        after="""        if i < len(asks) and asks[i].seen <= j:
            done.append(asks[i])
            i += 1
        elif j < len(says) and says[j].seen <= i:
            done.append(says[j])
            j += 1
""",
        noticed_by=[
            "unit/tracing/test_trace_machine.py::test_what_was_answered_before_a_cancellation_was_known_stays_answered",
        ],
    ),
    ByHand(
        name="held-act-out-of-its-order",
        about="an act that waits for one before it is applied at once",
        file="tracing/case_taking.py",
        before="HELD if step.act_number > last + 1 else TAKEN",
        after="TAKEN",
        noticed_by=[
            "unit/tracing/test_trace_cases.py::test_acts_that_arrive_in_another_order_are_applied_in_theirs",
        ],
    ),
    ByHand(
        name="strangers-refusal-voids-an-act",
        about="anybody's refusal voids an act",
        file="tracing/case_taking.py",
        before="        if sender not in (case.peer, REGISTRY_PARTY):\n            return\n",
        after="",
        noticed_by=[
            "unit/tracing/test_trace_cases.py::test_a_strangers_refusal_of_an_act_changes_nothing"
        ],
    ),
    ByHand(
        name="file-not-synced",
        about="an answer's file is visible before it is on the disk",
        file="node/folders.py",
        before="        os.fsync(out.fileno())\n",
        after="",
        noticed_by=["unit/node/test_files_are_durable.py"],
    ),
    ByHand(
        name="name-not-synced",
        about="a file's name is not on the disk when the file is told of",
        file="node/folders.py",
        before="    part.replace(target)\n    sync_folder(target.parent)\n",
        after="    part.replace(target)\n",
        noticed_by=["unit/node/test_files_are_durable.py"],
    ),
    ByHand(
        name="rows-taken-twice-after-a-crash",
        about="after a crash the rows of a piece that was kept are kept again",
        file="node/intake.py",
        before="            fresh = [item for item in piece if item.number > kept]\n",
        after="            fresh = [item for item in piece if kept >= 0]\n",
        noticed_by=[
            "unit/node/test_native_folder.py::test_a_crash_between_two_pieces_keeps_every_item_once"
        ],
    ),
    ByHand(
        name="same-file-twice",
        about="a file that was taken before is taken again",
        file="node/intake.py",
        before='            unit.journal.add(JournalLine(at=now, event="file.repeated", detail=str(seen.id)))\n            return None\n',
        after="            return seen.id\n",
        noticed_by=[
            "unit/node/test_native_folder.py::test_the_same_file_again_has_no_second_effect"
        ],
    ),
)

BETWEEN = (
    ByHand(
        name="batch-overtakes-its-batch",
        about="a small batch of a party overtakes the one that it builds on",
        file="registry/batches.py",
        before="not (large or unit.batches.waiting(sender))",
        after="not large",
        noticed_by=[
            "unit/walk/test_batches_in_pieces.py::test_a_small_batch_behind_a_large_one_of_the_same_party_waits_for_its_turn"
        ],
    ),
    ByHand(
        name="batch-given-up-with-one-item",
        about="items beside the one that fails are given up with it",
        file="registry/batches.py",
        before="if timer.failures >= _TRIES and not alone:",
        after="if timer.failures > _TRIES and not alone:",
        noticed_by=[
            "unit/walk/test_batches_in_pieces.py::test_an_item_that_the_registry_cannot_process_is_refused_and_the_others_go_on"
        ],
    ),
    ByHand(
        name="searches-kept-too-long",
        about="a search is kept for the longest time, whatever it was for",
        file="registry/delayed.py",
        before="search.at + KEPT_FOR[PurposeCode(search.purpose)] > frame.now",
        after="search.at + LONGEST_KEPT > frame.now",
        noticed_by=[
            "contract/registry_store/test_delayed_hits.py::test_a_search_that_is_not_kept_or_is_too_old_stays_silent"
        ],
    ),
    ByHand(
        name="keys-destroyed-while-retiring",
        about="a party destroys keys that messages still wait for",
        file="keys/draining.py",
        before="if own is not KeyState.CURRENT or waiting:",
        after="if own is not KeyState.CURRENT:",
        noticed_by=[
            "unit/keys/test_rotation_ends.py::test_the_old_keys_end_by_the_partys_word_and_are_destroyed_only_then"
        ],
    ),
    ByHand(
        name="old-key-says-drained",
        about="the key that retires may say itself that nothing waits for it",
        file="keys/draining.py",
        before=" or listed[1].state is not KeyState.CURRENT:\n        raise _no_word(",
        after=":\n        raise _no_word(",
        noticed_by=[
            "unit/keys/test_rotation_ends.py::test_the_key_that_retires_cannot_say_itself_that_nothing_waits_for_it"
        ],
    ),
    ByHand(
        name="current-key-retired",
        about="the centre retires keys that are in use",
        file="keys/draining.py",
        before="if base is None or not set(word.kids) <= set(retiring_kids(base, word.party)):",
        after="if base is None:",
        noticed_by=[
            "unit/keys/test_rotation_ends.py::test_the_centre_retires_no_key_that_is_in_use"
        ],
    ),
    ByHand(
        name="directory-not-looked-for-after-the-clock",
        about="after its clock was set back a party looks for no newer directory until the hour comes again",
        file="keys/folder.py",
        before="not timedelta(0) <= now - self._looked < LOOK_EVERY",
        after="now - self._looked >= LOOK_EVERY",
        noticed_by=[
            "unit/keys/test_directory_folder.py::test_a_clock_that_goes_back_does_not_stop_the_looking"
        ],
    ),
    ByHand(
        name="peer-writes-without-bound",
        about="one answer of a peer writes as many rows as it names numbers",
        file="endpoint/between.py",
        before="last_of = min(last, first + room - 1)",
        after="last_of = last",
        noticed_by=[
            "unit/walk/test_answers_about_gaps.py::test_a_peer_cannot_have_more_numbers_written_than_one_answer_may_name"
        ],
    ),
    ByHand(
        name="refused-is-sent-again",
        about="what ended in an explicit failure is sent again to a peer that misses it",
        file="endpoint/between.py",
        before="if one.ended is not None or not one.message_id:",
        after="if not one.message_id:",
        noticed_by=[
            "unit/walk/test_between_alone.py::test_what_was_kept_is_sent_again_what_waits_is_hurried_and_the_rest_is_gone"
        ],
    ),
    ByHand(
        name="statement-lowers-what-is-expected",
        about="a peer's older statement takes back how far it said it is",
        file="endpoint/between.py",
        before="expected=max(one.expected, statement.sent_number),",
        after="expected=statement.sent_number,",
        noticed_by=[
            "unit/walk/test_between_alone.py::test_what_a_peer_states_is_kept_and_never_goes_back"
        ],
    ),
    ByHand(
        name="follower-passes-the-large-one",
        about="what follows a large message of its sender is handled before it",
        file="endpoint/large.py",
        before="if not is_large and whose not in self._queues:",
        after="if not is_large:",
        noticed_by=[
            "unit/walk/test_large_messages.py::test_what_follows_a_large_one_from_its_sender_is_handled_after_it"
        ],
    ),
    ByHand(
        name="read-under-the-old-directory",
        about="what was being read when a newer directory came is judged by the old one",
        file="endpoint/walk.py",
        before="if version != directory.version:",
        after="if version > directory.version:",
        noticed_by=[
            "unit/walk/test_large_messages.py::test_one_whose_key_was_revoked_while_it_was_read_has_no_effect"
        ],
    ),
    ByHand(
        name="commits-where-no-name-leads",
        about="what is accepted is committed into a file that was replaced or deleted",
        file="store/engine.py",
        before="                self._see_its_place()\n",
        after="",
        noticed_by=[
            "unit/operations/test_damaged_database.py::test_nothing_is_committed_into_a_file_that_is_not_in_its_place_any_more"
        ],
    ),
    ByHand(
        name="restored-waits-for-what-was-not-overtaken",
        about="a restored database waits before it asks for what came after the copy",
        file="endpoint/between.py",
        before="patience = timedelta(0) if peer in self._restored else self._terms.gap_patience",
        after="patience = self._terms.gap_patience",
        noticed_by=[
            "unit/walk/test_between_alone.py::test_a_restored_database_asks_at_once_for_what_came_after_the_copy"
        ],
    ),
)

BY_HAND = (*HITS, *RECORDS, *WALK, *CARRYING, *TRUST, *CASES, *BETWEEN)
"""Every one."""
