"""What every test shares: the project's folder, Hypothesis profiles, and a closed door to the network."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

ROOT = Path(__file__).resolve().parents[1]

# The default repeats the same examples, so that a failure is a fact about the change and not about luck;
# HYPOTHESIS_PROFILE=explore looks for new ones.
settings.register_profile(
    "repeatable", derandomize=True, deadline=None, max_examples=25, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile("explore", settings.get_profile("repeatable"), derandomize=False, max_examples=2_000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "repeatable"))


def _refuse_network(event: str, arguments: tuple[object, ...]) -> None:
    """Nothing leaves the machine: a name look-up or an internet connection is an error; pipes are not."""
    if event == "socket.getaddrinfo" or (event == "socket.connect" and isinstance(arguments[1], tuple)):
        raise PermissionError(f"finmodel works without a network, but {event} was asked for {arguments[1:]}")


sys.addaudithook(_refuse_network)


@pytest.fixture(scope="session")
def root() -> Path:
    """The project's folder."""
    return ROOT
