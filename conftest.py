"""What the examples in docstrings may name without importing it."""

from __future__ import annotations

from typing import Any

import pytest

from finmodel.contract.payment.worked import worked


@pytest.fixture(autouse=True)
def _examples(doctest_namespace: dict[str, Any]) -> None:
    doctest_namespace["worked"] = worked
