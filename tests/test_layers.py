"""The house's floors: a file imports downward only, and the rooms of one floor do not import one another."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
FLOORS: tuple[tuple[str, ...], ...] = (
    ("domain", "i18n"),
    ("ports", "config", "reports"),
    ("services", "stores", "slack", "sentry", "outbox", "observability"),
    ("listeners", "web", "jobs"),
    ("app", "checks", "places", "running"),
    ("sandbox",),
    ("cli", "__main__"),
)
ROOM_BOUND = ("services", "stores", "slack", "sentry", "outbox", "observability")
"""Rooms of the third floor: they do not import one another."""
DOORS = ("listeners", "web", "jobs")


def room_of(module: str) -> str:
    return module.removeprefix("bot.").split(".")[0]


def floor_of(room: str) -> int:
    return next(number for number, rooms in enumerate(FLOORS) if room in rooms)


def files() -> list[Path]:
    return sorted(
        path
        for path in (ROOT / "bot").rglob("*.py")
        if path.parent != ROOT / "bot" or path.stem != "__init__"
    )


def imports(path: Path) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
            found |= {f"{node.module}.{alias.name}" for alias in node.names if node.module == "bot"}
    return found


@pytest.mark.parametrize("path", files(), ids=lambda path: str(path.relative_to(ROOT)))
def test_a_file_imports_downward_only(path: Path) -> None:
    room = path.relative_to(ROOT / "bot").parts[0].removesuffix(".py")

    ours = {room_of(name) for name in imports(path) if name.startswith("bot.")} - {"__version__"}
    upward = {other for other in ours if floor_of(other) > floor_of(room)}
    across = {other for other in ours if other != room and room in ROOM_BOUND and other in ROOM_BOUND}
    beside = {other for other in ours if other != room and room in DOORS and other in DOORS}

    assert not upward, f"{path} imports from a floor above: {upward}"
    assert not across, f"{path} imports from another room of its floor: {across}"
    assert not beside, f"{path} imports from another door: {beside}"


def test_the_domain_imports_only_the_standard_library_and_itself() -> None:
    import sys

    foreign = {
        (path.name, name)
        for path in (ROOT / "bot" / "domain").glob("*.py")
        for name in imports(path)
        if name.split(".")[0] not in sys.stdlib_module_names and not name.startswith("bot.domain")
    }

    assert not foreign


def test_every_module_opens_with_what_it_is_for() -> None:
    silent = [
        str(path.relative_to(ROOT))
        for path in files()
        if path.stem != "__init__" and not ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
    ]

    assert not silent
