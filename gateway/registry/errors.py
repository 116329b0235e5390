"""The registry's errors: a message that the centre cannot serve.

What a record or a search lacks is no error: it is answered with findings.
"""

from gateway.errors import GatewayError


class RegistryError(GatewayError):
    """The registry does not serve this message."""

    code = "registry.not-served"


class ModeError(RegistryError):
    """A test message reached a live registry, or a live message one that is under test."""

    code = "registry.test-mode"


class HitUnknownError(RegistryError):
    """No such hit for the agency that asks: another's is as good as none."""

    code = "registry.hit-unknown"


class IllegalStepError(RegistryError):
    """The hit stands elsewhere: the step is not open to this side (standard 2.6.2)."""

    code = "registry.illegal-transition"


class HitPromiseError(RegistryError):
    """More time was asked for without an instant, or for too long."""

    code = "registry.promise-out-of-range"


class PolicyError(RegistryError):
    """A rule of the centre's policy keeps this party from it; the rule is named."""

    code = "registry.not-permitted"


class CaseRequiredError(RegistryError):
    """A rule of the centre's policy wants a case for this message, and it names none."""

    code = "registry.case-required"


class PolicyFileError(GatewayError):
    """The file of the policy holds no policy."""

    code = "registry.policy-unreadable"


class OfficeHoursError(RegistryError):
    """Announced hours that no calendar holds."""

    code = "registry.office-hours"
