"""SciPy's special functions without the rest of their package: the very same functions, whoever loads what first."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
USED = sorted(
    {name for path in (ROOT / "finmodel").rglob("*.py") for name in re.findall(r"\bspecial\.(\w+)\(", path.read_text())}
)


def run(program: str) -> None:
    subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=True)


def test_the_engine_uses_some() -> None:
    assert {"ndtr", "ndtri", "betaincinv"} <= set(USED)


def test_they_are_those_of_the_package() -> None:
    from scipy import special as package

    from finmodel.special import special

    for name in USED:
        assert getattr(special, name) is getattr(package, name)


def test_the_package_is_not_loaded_for_them() -> None:
    run(
        "import sys; from finmodel.special import special; assert 'scipy' not in sys.modules\n"
        "special.ndtr(0.0); assert not {'scipy.special', 'numpy.f2py'} & set(sys.modules)"
    )


def test_the_package_is_whole_when_it_is_loaded_later() -> None:
    run(
        "from finmodel.special import special; mine = special.ndtr\n"
        "import scipy.special, scipy.stats\n"
        "assert scipy.special.ndtr is mine\n"
        "assert scipy.special.logsumexp([0.0]) == 0.0\n"
        "assert round(scipy.stats.norm.cdf(0.0), 12) == 0.5"
    )


@pytest.mark.parametrize("error", ["ImportError", "AttributeError"])
def test_a_package_that_looks_otherwise_is_loaded_whole(error: str) -> None:
    run(
        "import importlib, sys, finmodel.special as own\n"
        "found = own.import_module\n"
        "def changed(name):\n"
        f"    if name.endswith('._ufuncs'): raise {error}(name)\n"
        "    return found(name)\n"
        "own.import_module = changed\n"
        "assert own.special.ndtr(0.0) == 0.5\n"
        "assert own.special.ndtr is sys.modules['scipy.special'].ndtr"
    )


def test_a_function_that_does_not_exist_is_an_error() -> None:
    from finmodel.special import special

    with pytest.raises(AttributeError):
        _ = special.nonsense
