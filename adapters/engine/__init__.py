"""The engine behind every declared adapter: ``DeclaredAdapter(folder)`` is one of them.

It holds no nation's format: those are the folders beside it.
"""

from adapters.engine.declared import DeclaredAdapter, compile_folder
from adapters.engine.golden import canonical, fixed_frame, write_expected

__all__ = ["DeclaredAdapter", "canonical", "compile_folder", "fixed_frame", "write_expected"]
