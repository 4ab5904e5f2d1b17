"""SciPy's special functions, loaded when one is first used, and without the rest of `scipy.special`.

The functions live in an extension module of that package. The package itself prepares for arrays of other libraries
than NumPy, and for that loads nearly all of NumPy, a Fortran parser included: six times what the functions take.
"""

from __future__ import annotations

import sys
from importlib import import_module
from importlib.util import find_spec, module_from_spec
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from scipy import special
else:

    class _Later:
        """Stands for the functions until one is asked for; keeps what it was asked for."""

        def __getattr__(self, name: str) -> Any:
            found = getattr(functions(), name)
            setattr(self, name, found)
            return found

    special = _Later()

__all__ = ["functions", "special"]

PACKAGE = "scipy.special"


def functions() -> Any:
    """The module that has the functions; the whole package where it is loaded, or does not look as expected."""
    if PACKAGE not in sys.modules:
        found = _extension()
        if found is not None:
            return found
    return import_module(PACKAGE)


def _extension() -> Any:
    spec = find_spec(PACKAGE)  # loads scipy, which is small
    if spec is None:
        return None
    sys.modules[PACKAGE] = module_from_spec(spec)  # empty: enough for the extension to find its neighbours
    try:
        return import_module(f"{PACKAGE}._ufuncs")
    except (ImportError, AttributeError):
        return None
    finally:
        del sys.modules[PACKAGE]
