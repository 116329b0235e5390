"""What can be wrong with a question to the analysis."""

from __future__ import annotations

from gateway.errors import GatewayError


class StatisticsError(GatewayError):
    """A figure or report cannot be made."""

    code = "statistics.refused"
    answered = False


class UnknownMeasureError(StatisticsError):
    """No measure, dimension or report has this name."""

    code = "statistics.unknown"


class NotFoundHereError(StatisticsError):
    """Nothing at this node is about the firearm that was named."""

    code = "statistics.not-found"


class DefinitionError(StatisticsError):
    """A report's definition is not as it must be; all that is wrong is told at once."""

    code = "statistics.definition-invalid"


class NotReproducedError(StatisticsError):
    """The figures do not follow from the log."""

    code = "statistics.not-reproduced"


class CasesWithheldError(StatisticsError):
    """The cases behind a figure are not for whoever asks."""

    code = "statistics.cases-withheld"
