"""A world for each end-to-end test, in both Slack modes where a test asks for both."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.world import World


@pytest.fixture(params=["http", "socket"])
def world(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[World]:
    """The bot running between a local Slack and a local Sentry, once by HTTP and once by Socket Mode."""
    made = World.make(tmp_path, socket=request.param == "socket", is_fast=True)
    try:
        made.start_bot()
        yield made
    finally:
        made.stop()


@pytest.fixture
def http_world(tmp_path: Path) -> Iterator[World]:
    """The same by HTTP only, for what does not depend on the mode."""
    made = World.make(tmp_path, is_fast=True)
    try:
        made.start_bot()
        yield made
    finally:
        made.stop()
