"""Proposes an adapter's folder from a sample of a national file; a person confirms every guess.

The room's door. It reads samples, never traffic: production declares what is only guessed here.
"""

from adapters.drafting.folder import draft

__all__ = ["draft"]
