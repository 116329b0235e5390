"""What others do with the same payload: python-xmlsec, signxml and joserfc, where they are here.

They are no yardstick of security: RSA-2048 for two of them, because that is what they offer in
practice. A peer that is absent is named with the reason.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from importlib import import_module
from typing import Any, Literal

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from lxml import etree

Job = Callable[[], object]


@dataclass(frozen=True, slots=True, kw_only=True)
class PeerJob:
    """One job of a peer, and which of ours does the same."""

    name: str
    counterpart: Literal["seal", "open"]
    at_least: float
    job: Job


@dataclass(frozen=True, slots=True, kw_only=True)
class Peers:
    """The jobs of the peers that are here, and why the others are not."""

    jobs: list[PeerJob]
    absent: dict[str, str]


def peers(content: bytes, envelope: bytes) -> Peers:
    """Every peer's jobs on a payload; signxml verifies the same elements as ``envelope`` has."""
    jobs: list[PeerJob] = []
    absent: dict[str, str] = {}
    for name, make in (("xmlsec", _xmlsec), ("signxml", _signxml), ("joserfc", _joserfc)):
        try:
            import_module(name)
        except ImportError as error:
            absent[name] = str(error)
        else:
            jobs.extend(make(envelope if name == "signxml" else content))
    return Peers(jobs=jobs, absent=absent)


def _rsa() -> tuple[bytes, bytes]:
    """A private key and its self-signed certificate, as PEM."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "peer")])
    start = datetime.now(UTC) - timedelta(days=1)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(start)
        .not_valid_after(start + timedelta(days=30))
        .sign(key, hashes.SHA256())
    )
    return (
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        ),
        certificate.public_bytes(serialization.Encoding.PEM),
    )


def _xmlsec(content: bytes) -> Iterator[PeerJob]:
    xmlsec: Any = import_module("xmlsec")
    private, _ = _rsa()
    key = xmlsec.Key.from_memory(private, xmlsec.KeyFormat.PEM)
    manager = xmlsec.KeysManager()
    manager.add_key(key)

    def seal() -> bytes:
        root = etree.Element("Envelope")
        body = etree.SubElement(root, "Body")
        body.append(etree.fromstring(content))
        encrypted = xmlsec.template.encrypted_data_create(
            root, xmlsec.Transform.AES256_GCM, type=xmlsec.EncryptionType.ELEMENT, ns="xenc"
        )
        xmlsec.template.encrypted_data_ensure_cipher_value(encrypted)
        info = xmlsec.template.encrypted_data_ensure_key_info(encrypted, ns="dsig")
        wrapped = xmlsec.template.add_encrypted_key(info, xmlsec.Transform.RSA_OAEP)
        xmlsec.template.encrypted_data_ensure_cipher_value(wrapped)
        encryption = xmlsec.EncryptionContext(manager)
        encryption.key = xmlsec.Key.generate(xmlsec.KeyData.AES, 256, xmlsec.KeyDataType.SESSION)
        encryption.encrypt_xml(encrypted, body[0])
        signature = xmlsec.template.create(
            root, xmlsec.Transform.EXCL_C14N, xmlsec.Transform.RSA_SHA256
        )
        root.append(signature)
        reference = xmlsec.template.add_reference(signature, xmlsec.Transform.SHA256, uri="")
        xmlsec.template.add_transform(reference, xmlsec.Transform.ENVELOPED)
        xmlsec.template.add_transform(reference, xmlsec.Transform.EXCL_C14N)
        signing = xmlsec.SignatureContext()
        signing.key = key
        signing.sign(signature)
        return bytes(etree.tostring(root))

    sealed = seal()

    def open_() -> object:
        root = etree.fromstring(sealed)
        verifying = xmlsec.SignatureContext()
        verifying.key = key
        verifying.verify(xmlsec.tree.find_node(root, xmlsec.constants.NodeSignature))
        encrypted = xmlsec.tree.find_node(
            root, xmlsec.constants.NodeEncryptedData, xmlsec.constants.EncNs
        )
        return xmlsec.EncryptionContext(manager).decrypt(encrypted)

    open_()
    yield PeerJob(name="python-xmlsec seal / ours", counterpart="seal", at_least=3, job=seal)
    yield PeerJob(name="python-xmlsec open / ours", counterpart="open", at_least=5, job=open_)


def _signxml(envelope: bytes) -> Iterator[PeerJob]:
    signxml: Any = import_module("signxml")
    private, certificate = _rsa()
    unsigned = etree.fromstring(envelope)
    unsigned.remove(unsigned[-1])
    c14n = signxml.CanonicalizationMethod.EXCLUSIVE_XML_CANONICALIZATION_1_0
    signed = etree.tostring(
        signxml.XMLSigner(c14n_algorithm=c14n).sign(unsigned, key=private, cert=certificate)
    )
    pem = certificate.decode()

    def verify() -> object:
        return signxml.XMLVerifier().verify(signed, x509_cert=pem)

    verify()
    yield PeerJob(
        name="signxml verify alone / our open", counterpart="open", at_least=3, job=verify
    )


def _joserfc(content: bytes) -> Iterator[PeerJob]:
    jwe: Any = import_module("joserfc.jwe")
    jws: Any = import_module("joserfc.jws")
    jwk: Any = import_module("joserfc.jwk")
    signing = jwk.OKPKey.generate_key("Ed25519")
    reading = jwk.OKPKey.generate_key("X25519")
    signers, ciphers = ["Ed25519"], ["ECDH-ES+A256KW", "A256GCM"]
    outer = {"alg": "Ed25519"}
    inner = {"alg": "ECDH-ES+A256KW", "enc": "A256GCM"}

    def seal() -> str:
        token: str = jws.serialize_compact(
            outer,
            jwe.encrypt_compact(inner, content, reading, algorithms=ciphers).encode(),
            signing,
            algorithms=signers,
        )
        return token

    sealed = seal()

    def open_() -> object:
        verified = jws.deserialize_compact(sealed, signing, algorithms=signers)
        return jwe.decrypt_compact(verified.payload, reading, algorithms=ciphers).plaintext

    open_()
    yield PeerJob(name="joserfc JWE in JWS seal / ours", counterpart="seal", at_least=1.5, job=seal)
    yield PeerJob(
        name="joserfc JWE in JWS open / ours", counterpart="open", at_least=1.5, job=open_
    )
