"""A private broker for tests, with a certificate for every party; other suites import it.

It decides nothing about what is tested.
"""

from __future__ import annotations

import subprocess
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pytest

from gateway.exchange import (
    PROBE_USER,
    BrokerInstallationError,
    BrokerSettings,
    NodeTls,
    PrivateNode,
    definitions,
    find_scripts,
)

SHARED_PARTIES = tuple(f"TST-{number:02}" for number in range(48))
"""More than all tests of one process take, for a worker of pytest-xdist may get all of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TlsFolder:
    """A certificate authority for one test run, made with the openssl program."""

    path: Path

    def make_authority(self, name: str = "ca") -> Path:
        self._openssl(
            "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
            "-days", "2", "-subj", f"/CN=test authority {name}",
            "-keyout", f"{name}.key", "-out", f"{name}.crt",
        )  # fmt: skip
        return self.path / f"{name}.crt"

    def make_certificate(self, common_name: str, *, file: str = "", ca: str = "ca") -> Path:
        """A certificate and key for ``common_name``, valid for localhost too; the ``.crt``."""
        file = file or common_name
        self._openssl(
            "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
            "-subj", f"/CN={common_name}", "-keyout", f"{file}.key", "-out", f"{file}.csr",
        )  # fmt: skip
        names = self.path / "names.cnf"
        names.write_text("subjectAltName=DNS:localhost,IP:127.0.0.1\n")
        self._openssl(
            "x509", "-req", "-in", f"{file}.csr", "-CA", f"{ca}.crt", "-CAkey", f"{ca}.key",
            "-CAcreateserial", "-days", "2", "-extfile", names.name, "-out", f"{file}.crt",
        )  # fmt: skip
        return self.path / f"{file}.crt"

    def _openssl(self, *words: str) -> None:
        subprocess.run(["openssl", *words], cwd=self.path, check=True, capture_output=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class RunningBroker:
    """A running node and what its parties need to reach it."""

    node: PrivateNode
    tls: TlsFolder
    parties: tuple[str, ...]

    def settings(self, user: str) -> BrokerSettings:
        """How ``user`` reaches the broker; its certificate is made at the first call."""
        certificate = self.tls.path / f"{user}.crt"
        if not certificate.exists():
            self.tls.make_certificate(user)
        settings = self.node.settings(
            certificate_file=certificate, key_file=certificate.with_suffix(".key"), name=user
        )
        return replace(settings, reconnect_longest=timedelta(seconds=1))


_shared: dict[str, RunningBroker] = {}


@pytest.fixture(scope="session")
def real_broker(
    tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> RunningBroker:
    """One node for the whole session, whichever suites import this; it is gone at the end."""
    if "broker" not in _shared:
        stack = ExitStack()
        request.config.add_cleanup(stack.close)
        folder = tmp_path_factory.mktemp("shared-broker")
        _shared["broker"] = stack.enter_context(private_broker(folder, SHARED_PARTIES))
    return _shared["broker"]


_unused = iter(SHARED_PARTIES)


def fresh_party() -> str:
    """A party of the shared broker whose queues no other test has touched."""
    return next(_unused)


@contextmanager
def private_broker(tmp_path: Path, parties: Sequence[str]) -> Iterator[RunningBroker]:
    """A started node in ``tmp_path`` with the queues of ``parties``; it is gone at the end.

    Skips the test where RabbitMQ is not installed.
    """
    try:
        find_scripts()
    except BrokerInstallationError as error:
        pytest.skip(str(error))
    folder = tmp_path / "tls"
    folder.mkdir(parents=True)
    tls = TlsFolder(path=folder)
    ca = tls.make_authority()
    server = tls.make_certificate("localhost", file="server")
    probe = tls.make_certificate(PROBE_USER)
    node = PrivateNode(
        tmp_path / "broker",
        tls=NodeTls(
            ca_file=ca,
            certificate_file=server,
            key_file=server.with_suffix(".key"),
            probe_certificate_file=probe,
            probe_key_file=probe.with_suffix(".key"),
        ),
    )
    try:
        node.start(definitions(parties))
        yield RunningBroker(node=node, tls=tls, parties=tuple(parties))
    finally:
        node.stop()
