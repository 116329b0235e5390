"""Certifies an adapter by a suite that its author did not write, offline, and signs the outcome.

The room's door. It knows no national format: all that it does to a file it does to octets, and all
that it judges it sees through ``gateway.adapter``.
"""

from gateway.certification.breaking import mixed, multiplied
from gateway.certification.result import (
    Certificate,
    CertificateError,
    check_certificate,
    local_signer,
    write_certificate,
)
from gateway.certification.suite import Check, Outcome, certify

__all__ = [
    "Certificate",
    "CertificateError",
    "Check",
    "Outcome",
    "certify",
    "check_certificate",
    "local_signer",
    "mixed",
    "multiplied",
    "write_certificate",
]
