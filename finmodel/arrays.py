"""NumPy as `np`, loaded when it is first used: what only writes or checks a contract need not wait for it.

Not for a module that is loaded only to evaluate; that one imports NumPy itself.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
else:

    class _Later:
        """Stands for NumPy until something is asked of it; keeps what it was asked for."""

        def __getattr__(self, name: str) -> Any:
            found = getattr(import_module("numpy"), name)
            setattr(self, name, found)
            return found

    np = _Later()

__all__ = ["Array", "FloatArray", "np"]

Array: TypeAlias = "NDArray[Any]"
FloatArray: TypeAlias = "NDArray[np.float64]"
