"""What web services ask of their transports beyond the contract, both when we ask and are asked."""

from __future__ import annotations

import json
import socket
import ssl
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import monotonic

import msgspec
import pytest
import urllib3
from transport_bench import Bench, until
from transport_sides import PullSide, PushSide, pull_side, push_side, put_secret

from gateway.config import Broker, Files, Settings
from gateway.errors import ConfigError
from gateway.transport_settings import Pull, Push
from gateway.transports import TransportError, UnreachableError, check_transports
from keys.tls import issue_client, issue_server, key_pem, make_authority, make_key

pytestmark = pytest.mark.real


@pytest.fixture
def web(tmp_path: Path) -> Iterator[PullSide]:
    with pull_side(tmp_path) as side:
        yield side


@pytest.fixture
def push(tmp_path: Path) -> Iterator[tuple[PushSide, Bench]]:
    with push_side(tmp_path) as side:
        bench = bench_on(side)
        yield side, bench
        bench.stop()


def bench_on(side: PullSide | PushSide, **changes: object) -> Bench:
    side.settings = msgspec.structs.replace(side.settings, **changes)
    side.bench = Bench(side.home, side.settings, side.open)
    return side.bench


def taken(bench: Bench) -> list[str]:
    return [row["id"] for octets in bench.answered for row in json.loads(octets)["rows"]]


class TestPull:
    def test_pages_are_followed_and_the_last_one_is_asked_for_by_its_etag(self, web):
        bench = bench_on(web, wait_as="")
        for number in range(5):
            web.offer(f"n{number}", b"x")
        bench.round()
        assert taken(bench) == [f"n{n}" for n in range(5)]
        web.service.asked.clear()
        bench.courier.bring_in()
        assert web.service.asked == ["304 GET /items?cursor=4"]
        web.offer("n5", b"x")
        bench.round()
        assert taken(bench)[-1] == "n5"
        bench.stop()

    def test_two_items_of_one_page_under_one_id_are_refused_unless_they_are_alike(self, web):
        bench = bench_on(web, wait_as="")
        web.service.page_items = 5
        web.service.items += [("a", b"x"), ("b", b"x"), ("a", b"y"), ("c", b"x"), ("c", b"x")]
        bench.round()
        assert taken(bench) == ["b", "c"]
        bench.round()
        (refusal,) = web.refusals()
        assert b"two items of one page" in refusal
        bench.stop()

    def test_a_page_that_we_never_had_cannot_be_unchanged(self, web):
        bench = bench_on(web, wait_as="")
        web.offer("a", b"x")
        web.service.refusing = (304, {"ETag": '"x"'})
        with pytest.raises(TransportError) as told:
            bench.courier.bring_in()
        assert told.value.code == "transport.misspoken"
        web.service.refusing = None
        bench.round()
        assert taken(bench) == ["a"]
        bench.stop()

    def test_where_it_stopped_is_remembered_over_a_restart(self, web):
        bench = bench_on(web, wait_as="")
        for number in range(4):
            web.offer(f"n{number}", b"x")
        bench.round()
        bench.restart()
        web.service.asked.clear()
        bench.round()
        assert web.service.asked[0].startswith(
            ("304 GET /items?cursor=4", "200 GET /items?cursor=4")
        )
        assert len(taken(bench)) == 4
        bench.stop()

    def test_what_retry_after_asks_for_is_kept(self, web):
        bench = bench_on(web)
        web.service.refusing = (503, {"Retry_After": "17"})
        with pytest.raises(UnreachableError) as refused:
            bench.courier.bring_in()
        assert refused.value.after == timedelta(seconds=17)
        web.service.refusing = (429, {"Retry_After": "Wed, 21 Oct 2015 07:28:00 GMT"})
        with pytest.raises(UnreachableError) as refused:
            bench.courier.bring_in()
        assert refused.value.after == timedelta(seconds=1)
        bench.stop()

    @pytest.mark.parametrize(
        ("status", "code"),
        [
            (401, "transport.not-permitted"),
            (302, "transport.misspoken"),
            (404, "transport.misspoken"),
        ],
    )
    def test_other_refusals_say_what_to_do(self, web, status, code):
        bench = bench_on(web)
        web.service.refusing = (status, {"Location": "http://elsewhere.invalid/"})
        for work in (bench.courier.bring_in, bench.transport.check):
            with pytest.raises(TransportError) as refused:
                work()
            assert refused.value.code == code
            assert refused.value.remedy
        bench.stop()

    def test_a_page_of_another_form_is_refused_with_what_was_agreed(self, web):
        bench = bench_on(web, items_in="elements")
        web.offer("a", b"x")
        with pytest.raises(TransportError, match="not of the form") as refused:
            bench.courier.bring_in()
        assert "elements" in refused.value.expected
        bench.stop()

    def test_a_document_on_another_server_is_not_fetched(self, web):
        bench = bench_on(web, document_in="text")
        web.offer("a", b"http://169.254.169.254/secret")
        bench.round()
        bench.round()
        assert bench.answered == []
        assert b"another server" in web.refusals()[0]
        bench.stop()

    def test_a_held_question_brings_an_item_without_a_look(self, web):
        """One that waited for the next question would take as long as the service holds it."""
        bench = bench_on(web, wait_s=5.0, look_each_s=3_600.0)
        web.offer("first", b"x")
        bench.courier.start()
        until(lambda: bool(bench.folders.candidates()))
        took = []
        while not took or (min(took) >= 5 and len(took) < 5):
            begun = monotonic()
            web.offer(f"next-{begun}", b"x")
            until(lambda: len(bench.folders.candidates()) == len(took) + 2)
            took.append(monotonic() - begun)
        assert min(took) < 5
        bench.courier.stop()

    def test_numbers_in_an_item_keep_their_form(self, web):
        bench = bench_on(web)
        octets = b'{"items": [{"id": 1, "serial": 00.10e5}]}'
        page = octets.replace(b"00.10e5", b"0.10e5")
        read = bench.transport._read("u", page, "")
        (parcel,) = bench.transport._parcels(read, bench.dock)
        assert b'"serial": 0.10e5' in parcel.octets
        bench.stop()


class TestPush:
    def test_an_item_is_accepted_with_where_to_ask_and_ends_answered(self, push):
        side, bench = push
        posted = side.call("POST", "/v1/items", b"one", **{"Idempotency-Key": "K-1"})
        assert posted.status == 202
        assert posted.headers["Idempotency-Replayed"] == "false"
        where = posted.headers["Location"]
        assert side.call("GET", where).json()["state"] == "RECEIVED"
        bench.node_works()
        bench.courier.take_back()
        said = side.call("GET", where).json()
        assert said["state"] == "ANSWERED"
        (answer,) = said["answers"]
        got = side.call("GET", answer["href"])
        assert got.data == b"ack:one"
        assert got.headers["Iarms-Kind"] == "ANSWER"

    def test_the_same_key_again_is_the_same_item_and_with_other_octets_refused(self, push):
        side, bench = push
        first = side.call("POST", "/v1/items", b"one", **{"Idempotency-Key": "K-1"})
        again = side.call("POST", "/v1/items", b"one", **{"Idempotency-Key": "K-1"})
        other = side.call("POST", "/v1/items", b"two", **{"Idempotency-Key": "K-1"})
        assert again.status == 202
        assert again.headers["Idempotency-Replayed"] == "true"
        assert again.headers["Location"] == first.headers["Location"]
        assert other.status == 422
        assert other.headers["Content-Type"] == "application/problem+json"
        assert other.json()["code"] == "transport.conflict"
        bench.node_works()
        assert bench.answered == [b"one"]

    def test_the_same_octets_under_two_keys_are_two_items(self, push):
        side, bench = push
        for key in ("K-1", "K-2"):
            side.call("POST", "/v1/items", b"the same search", **{"Idempotency-Key": key})
        bench.round()
        assert len(bench.answered) == 2

    @pytest.mark.parametrize("token", ["", "Bearer", "Bearer other", "Basic t0ken"])
    def test_nobody_without_the_token_is_served(self, push, token):
        side, bench = push
        url = f"http://127.0.0.1:{bench.transport.port}"
        for method, path in (("POST", "/v1/items"), ("GET", "/v1/answers"), ("GET", "/v1/health")):
            headers = {"Authorization": token, "Idempotency-Key": "K"}
            answer = side.http.request(method, url + path, body=b"x", headers=headers)
            assert answer.status == 401
            assert answer.headers["WWW-Authenticate"] == "Bearer"
        assert bench.incoming() == []

    def test_calls_of_another_form_are_refused_with_what_was_expected(self, push):
        side, bench = push
        assert side.call("POST", "/v1/items", b"x").json()["expected"]
        for key in ("", "a b", "x" * 256):
            assert side.call("POST", "/v1/items", b"x", **{"Idempotency-Key": key}).status == 400
        assert side.call("POST", "/v1/items", b"", **{"Idempotency-Key": "K"}).status == 400
        coded = {"Idempotency-Key": "K", "Content-Encoding": "gzip"}
        assert side.call("POST", "/v1/items", b"x", **coded).status == 415
        assert side.call("GET", "/v1/items/none").status == 404
        assert side.call("GET", "/v1/answers/99").status == 404
        assert side.call("GET", "/v1/answers?after=x").status == 400
        assert bench.incoming() == []

    def test_answers_are_listed_from_a_cursor_and_waited_for(self, push):
        side, bench = push
        bench.courier.start()
        threading.Timer(0.3, lambda: bench.node_tells("hit-H-1-owner.json", b"{}")).start()
        bench_rings = threading.Timer(0.5, bench.courier.ring)
        bench_rings.start()
        page = side.call("GET", "/v1/answers?after=0&wait=20").json()
        assert [each["kind"] for each in page["answers"]] == ["NOTICE"]
        assert page["next"] == page["answers"][0]["number"]
        assert side.call("GET", f"/v1/answers?after={page['next']}").json()["answers"] == []
        bench.courier.stop()

    def test_a_state_that_did_not_change_is_told_by_its_etag(self, push):
        side, _ = push
        where = side.call("POST", "/v1/items", b"x", **{"Idempotency-Key": "K"}).headers["Location"]
        etag = side.call("GET", where).headers["ETag"]
        assert side.call("GET", where, **{"If-None-Match": etag}).status == 304

    def test_a_caller_that_dawdles_is_cut_off_and_stops_no_other(self, tmp_path):
        with push_side(tmp_path) as side:
            bench = bench_on(side, body_s=0.3)
            with socket.create_connection(("127.0.0.1", bench.transport.port)) as line:
                line.sendall(
                    b"POST /v1/items HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer t0ken\r\n"
                    b"Idempotency-Key: K\r\nContent-Length: 9\r\n\r\nslow"
                )
                assert side.call("GET", "/v1/health").status == 200
                line.settimeout(10)
                assert b" 408 " in line.recv(1_000)
            assert bench.incoming() == []
            bench.stop()

    def test_a_place_that_is_taken_is_told(self, push, tmp_path):
        _, bench = push
        other = tmp_path / "other"
        other.mkdir()
        with push_side(other) as side, pytest.raises(ConfigError, match="cannot listen"):
            bench_on(side, listen=f"127.0.0.1:{bench.transport.port}")


class TestTls:
    def test_a_caller_is_shown_the_certificate_and_plain_http_gets_nothing(self, tmp_path):
        authority = certificates(tmp_path)
        with push_side(tmp_path) as side:
            bench = bench_on(side, certificate_file="server.pem", key_file="server.key")
            url = f"https://localhost:{bench.transport.port}/v1/health"
            with urllib3.PoolManager(ca_certs=str(authority)) as pool:
                assert pool.request("GET", url, headers=side.headers()).status == 200
            with pytest.raises(urllib3.exceptions.HTTPError):
                side.call("GET", "/v1/health")
            bench.stop()

    def test_a_caller_without_a_certificate_of_the_authority_gets_nothing(self, tmp_path):
        authority = certificates(tmp_path)
        with push_side(tmp_path) as side:
            bench = bench_on(
                side,
                certificate_file="server.pem",
                key_file="server.key",
                client_ca_file="ca.pem",
            )
            url = f"https://localhost:{bench.transport.port}/v1/health"
            refused = (urllib3.exceptions.HTTPError, ssl.SSLError)
            bare = urllib3.PoolManager(ca_certs=str(authority), retries=False)
            with bare as pool, pytest.raises(refused):
                pool.request("GET", url, headers=side.headers())
            with urllib3.PoolManager(
                ca_certs=str(authority),
                cert_file=str(tmp_path / "client.pem"),
                key_file=str(tmp_path / "client.key"),
            ) as pool:
                assert pool.request("GET", url, headers=side.headers()).status == 200
            bench.stop()


def certificates(folder: Path) -> Path:
    """An authority in ``folder``, with certificates of it for a server and a client."""
    now = datetime.now(UTC)
    authority, key, other = make_authority(now=now), make_key(), make_key()
    (folder / "ca.pem").write_bytes(authority.pem)
    for name, made, secret in (
        ("server", issue_server(authority, key.public_key(), now=now), key),
        ("client", issue_client(authority, other.public_key(), name="police", now=now), other),
    ):
        (folder / f"{name}.pem").write_bytes(made)
        (folder / f"{name}.key").write_bytes(key_pem(secret))
    return folder / "ca.pem"


def home_with(tmp_path: Path, transport: Pull | Push) -> tuple[Settings, Path]:
    settings = Settings(
        party="FRA-NCB",
        broker=Broker(port=5671),
        files=Files(adapter="nl-customs-json"),
        transport=(transport,),
    )
    return settings, tmp_path


@pytest.mark.parametrize(
    ("transport", "words"),
    [
        (
            Pull(name="w", url="http://web.example/i", answers_url="https://w/a"),
            "open to everybody",
        ),
        (Pull(name="w", url="https://w/i", answers_url="http://w/a"), "open to everybody"),
        (Pull(name="w", url="https://w/i", answers_url="https://w/a", token_file="n"), "missing"),
        (Pull(name="w", url="https://w/i", answers_url="https://w/a", ca_file="n"), "missing"),
        (Push(name="p", listen="0.0.0.0:9470", token_file="token"), "only this machine"),
        (Push(name="p", listen="127.0.0.1:9470", token_file="none"), "missing"),
        (
            Push(name="p", listen="0.0.0.0:9470", token_file="token", certificate_file="n"),
            "missing",
        ),
    ],
)
def test_settings_that_would_open_something_are_refused_with_their_remedy(
    tmp_path: Path, transport: Pull | Push, words: str
) -> None:
    put_secret(tmp_path / "token", "t")
    with pytest.raises(ConfigError, match=words) as refused:
        check_transports(*home_with(tmp_path, transport))
    assert refused.value.place
    assert refused.value.remedy
