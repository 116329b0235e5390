"""The tree of everything that can be wrong with keys, directories and key files.

It does not hold wrong *calls*: those are ``TypeError`` and ``ValueError`` and crash.

The tree (codes are documented in ``docs/spec/directory.md`` and never reused)::

    TrustError
    ├── UnknownKeyError          keys.unknown-key         no such key here
    ├── WeakKeyError             keys.weak-key            small order, not canonical, wrong length
    ├── UnsealError              keys.unseal              sealed to our key, and does not open
    ├── UnknownPartyError        keys.unknown-party       the directory does not list this party
    ├── NoUsableKeyError         keys.no-usable-key       listed, but nothing to encrypt to
    ├── DuplicateKeyError        keys.duplicate-key       one key at two places
    ├── KeyIdError               keys.key-id              a key under the id of another
    ├── DirectoryError
    │   ├── DirectorySizeError       keys.directory-size        larger than the limit
    │   ├── DirectorySignatureError  keys.directory-signature   not signed by the pinned anchor
    │   ├── DirectoryFormatError     keys.directory-format      signed, but not by the schema
    │   ├── DirectoryNotYetError     keys.directory-not-yet     issued in the future
    │   ├── DirectoryExpiredError    keys.directory-expired     no longer valid
    │   ├── DirectoryRollbackError   keys.directory-rollback    older than one seen before
    │   ├── DirectoryForkError       keys.directory-fork        another document of a known version
    │   ├── DirectorySuiteError      keys.directory-suite       a suite that the root does not allow
    │   ├── DirectoryMemoryError     keys.directory-memory      what was seen cannot be kept
    │   └── DirectoryMissingError    keys.directory-missing     the folder holds none
    ├── AnchorError              keys.anchor              the pinned trust anchor is unusable
    ├── RootError                keys.root                a root does not follow, or cannot be used
    │   └── RootExpiredError         keys.root-expired          the newest root has expired
    ├── QuorumError              keys.quorum              too few different persons signed
    ├── BeaconError              keys.beacon              a beacon is refused
    │   └── StaleBeaconError         keys.beacon-stale          the newest beacon is too old
    ├── RevocationError          keys.revocation          a revocation is refused
    ├── CountersignatureError    keys.countersignature    a word of who is active
    ├── ContinuityError          keys.continuity          a new key that nobody vouches for
    ├── KeyLogError              keys.keylog              a checkpoint or proof does not hold
    │   ├── KeyLogForkError          keys.keylog-fork         the hub signed two logs
    │   ├── KeyLogShrunkError        keys.keylog-shrunk       a later log with fewer leaves
    │   └── KeyLogUnseenError        keys.keylog-unseen       nothing shows that it only grew
    ├── KeyFileError             keys.keyfile             a key file is missing or damaged
    │   ├── KeyFileModeError         keys.keyfile-mode          others may read it
    │   ├── KeyFileCostError         keys.keyfile-cost          Argon2id cost outside the bounds
    │   └── PassphraseError          keys.passphrase            the passphrase does not open it
    ├── TokenError               keys.token               a token cannot be used
    │   ├── TokenModuleError         keys.token-module        its PKCS#11 module does not load
    │   ├── TokenAwayError           keys.token-away          it is not there, or fails
    │   ├── TokenPinError            keys.token-pin           it refuses the PIN
    │   └── TokenKeyError            keys.token-key           it holds another key, or none
    ├── KeyAgentError            keys.agent               the key agent is away or refuses
    ├── CertificateError         keys.certificate         a TLS request or certificate is unusable
    ├── MailSealError            keys.mail-seal           a mail is not signed and sealed as agreed
    ├── EnrolmentError           keys.enrolment           an enrolment request was refused
    └── CeremonyError            keys.ceremony            a step was already done, or is not due
"""

from __future__ import annotations

from typing import ClassVar


class TrustError(Exception):
    """A key, a directory or a key file was not as it must be.

    Class attributes say what happens next: ``code`` (stable ``room.reason``), ``retryable`` (the
    same again may succeed) and ``answered`` (the peer is told; never, for failures of trust).
    """

    code: ClassVar[str] = "keys.failed"
    retryable: ClassVar[bool] = False
    answered: ClassVar[bool] = False

    def __init__(
        self,
        message: str,
        *,
        place: str | None = None,
        value: str | None = None,
        expected: str | None = None,
        remedy: str | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.place = place
        self.value = value
        self.expected = expected
        self.remedy = remedy


class UnknownKeyError(TrustError):
    """A key id names no key that is held here."""

    code = "keys.unknown-key"


class WeakKeyError(TrustError):
    """A public key has small order, is not canonical or has the wrong length."""

    code = "keys.weak-key"


class UnsealError(TrustError):
    """What a sender sealed to a key held here does not open; it says no more, on purpose."""

    code = "keys.unseal"


class UnknownPartyError(TrustError):
    """The directory does not list this party."""

    code = "keys.unknown-party"


class NoUsableKeyError(TrustError):
    """The party is listed, but has no encryption key that may be used now."""

    code = "keys.no-usable-key"


class DuplicateKeyError(TrustError):
    """The same key id or the same raw point stands at two places of one directory."""

    code = "keys.duplicate-key"


class KeyIdError(TrustError):
    """A key is listed under an id that is not its own."""

    code = "keys.key-id"


class DirectoryError(TrustError):
    """A key directory was refused."""

    code = "keys.directory"


class DirectorySizeError(DirectoryError):
    """A directory or signature file is larger than its limit; nothing of it was read."""

    code = "keys.directory-size"


class DirectorySignatureError(DirectoryError):
    """The signature does not hold over these octets under the pinned anchor."""

    code = "keys.directory-signature"


class DirectoryFormatError(DirectoryError):
    """The octets are signed but are not a canonical directory by the schema."""

    code = "keys.directory-format"


class DirectoryNotYetError(DirectoryError):
    """The directory was issued in the future by this machine's clock."""

    code = "keys.directory-not-yet"
    retryable = True


class DirectoryExpiredError(DirectoryError):
    """The directory is past its expiry."""

    code = "keys.directory-expired"
    retryable = True


class DirectoryRollbackError(DirectoryError):
    """The directory is older than one that was accepted before."""

    code = "keys.directory-rollback"


class DirectoryForkError(DirectoryError):
    """The directory does not continue the one that was accepted before."""

    code = "keys.directory-fork"


class DirectorySuiteError(DirectoryError):
    """The directory names an algorithm suite, or lists a key of one, that the root forbids."""

    code = "keys.directory-suite"


class DirectoryMemoryError(DirectoryError):
    """The newest version seen cannot be read or written, so no directory is accepted."""

    code = "keys.directory-memory"
    retryable = True


class DirectoryMissingError(DirectoryError):
    """The trust folder holds no directory that can be used."""

    code = "keys.directory-missing"
    retryable = True


class AnchorError(TrustError):
    """The pinned trust anchor is missing or not by the schema."""

    code = "keys.anchor"


class RootError(TrustError):
    """A root is not the next one, not signed as it must be, or cannot be used."""

    code = "keys.root"


class RootExpiredError(RootError):
    """The newest root is past its expiry."""

    code = "keys.root-expired"
    retryable = True


class QuorumError(TrustError):
    """Fewer different persons or organisations signed than the role takes."""

    code = "keys.quorum"


class BeaconError(TrustError):
    """A beacon goes back, names what cannot be, or is not the hub's."""

    code = "keys.beacon"


class StaleBeaconError(BeaconError):
    """The newest beacon is older than the policy lets it be."""

    code = "keys.beacon-stale"
    retryable = True


class RevocationError(TrustError):
    """A revocation is not by somebody who may revoke these keys."""

    code = "keys.revocation"


class SuccessionError(TrustError):
    """A root that the countries give themselves is announced, or a word about it does not hold."""

    code = "keys.succession"


class CountersignatureError(TrustError):
    """A word by which a party would be active is not the party's own, or not in its one form."""

    code = "keys.countersignature"


class ContinuityError(TrustError):
    """A new key of an enrolled party that neither the party nor a recovery vouches for."""

    code = "keys.continuity"


class KeyLogError(TrustError):
    """A checkpoint or proof of the key log does not hold, or cannot be seen to continue."""

    code = "keys.keylog"


class KeyLogForkError(KeyLogError):
    """Two checkpoints that were both signed contradict each other."""

    code = "keys.keylog-fork"


class KeyLogShrunkError(KeyLogError):
    """A later beacon carries a log of fewer leaves than one before."""

    code = "keys.keylog-shrunk"


class KeyLogUnseenError(KeyLogError):
    """Nothing shows that one of two signed checkpoints continues the other."""

    code = "keys.keylog-unseen"


class KeyFileError(TrustError):
    """A key file is missing, truncated or altered."""

    code = "keys.keyfile"


class KeyFileModeError(KeyFileError):
    """A key file can be read by others than its owner."""

    code = "keys.keyfile-mode"


class KeyFileCostError(KeyFileError):
    """A key file asks for an Argon2id cost outside the bounds."""

    code = "keys.keyfile-cost"


class PassphraseError(KeyFileError):
    """The passphrase does not open the key file."""

    code = "keys.passphrase"


class TokenError(TrustError):
    """A PKCS#11 token cannot be used."""

    code = "keys.token"


class TokenModuleError(TokenError):
    """The PKCS#11 module of a token cannot be loaded."""

    code = "keys.token-module"


class TokenAwayError(TokenError):
    """The token is not there, or failed at what it was asked."""

    code = "keys.token-away"
    retryable = True


class TokenPinError(TokenError):
    """The token refuses the PIN."""

    code = "keys.token-pin"


class TokenKeyError(TokenError):
    """The token does not hold the key that the key file names."""

    code = "keys.token-key"


class KeyAgentError(TrustError):
    """The process that holds the keys cannot be reached, or is not one of ours."""

    code = "keys.agent"
    retryable = True


class CertificateError(TrustError):
    """A TLS certificate or certificate request is unusable."""

    code = "keys.certificate"


class MailSealError(TrustError):
    """A mail is not signed by whom it must be, or does not open with our key."""

    code = "keys.mail-seal"


class EnrolmentError(TrustError):
    """An enrolment request was refused."""

    code = "keys.enrolment"


class CeremonyError(TrustError):
    """A step of a ceremony was already done, or is not due yet."""

    code = "keys.ceremony"
