"""The page's door lets in this machine's browser and nobody else."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
import requests

from bot.sandbox.acts import BadActError
from bot.sandbox.page_server import PAGE, PageServer


class Behind:
    """Remembers what the door let through."""

    def __init__(self) -> None:
        self.acts: list[tuple[str, str]] = []
        self.languages: list[str] = []

    def opened(self, languages: str) -> None:
        self.languages.append(languages)

    def state(self, person: str, since: int, timeout: float) -> dict[str, Any]:
        return {"version": since + 1, "as": person}

    def act(self, person: str, kind: str, details: dict[str, Any]) -> dict[str, Any]:
        if kind == "unheard_of":
            raise BadActError("no such act")
        self.acts.append((person, kind))
        return {}


@pytest.fixture
def behind() -> Behind:
    return Behind()


@pytest.fixture
def url(behind: Behind) -> Iterator[str]:
    server = PageServer(behind)
    server.start()
    yield server.url
    server.stop()


def token_of(url: str) -> dict[str, str]:
    found = re.search('name="demo-token" content="([^"]+)"', requests.get(url, timeout=5).text)
    assert found
    return {"X-Demo-Token": found[1]}


def test_the_page_brings_its_files_and_a_policy_that_runs_nothing_else(url: str, behind: Behind) -> None:
    page = requests.get(url, headers={"Accept-Language": "ja"}, timeout=5)

    assert behind.languages == ["ja"]
    assert "script-src 'self'" in page.headers["Content-Security-Policy"]
    assert "'unsafe" not in page.headers["Content-Security-Policy"]
    for file in PAGE.iterdir():
        answer = requests.get(f"{url}/page/{file.name}", timeout=5)
        assert answer.ok, file.name
        if file.suffix == ".js":
            assert answer.headers["Content-Type"].startswith("text/javascript"), file.name


def test_nothing_outside_the_page_s_folder_is_served(url: str) -> None:
    assert requests.get(f"{url}/page/..%2fdemo.py", timeout=5).status_code == 404


def test_the_page_itself_may_ask_and_act(url: str, behind: Behind) -> None:
    headers = token_of(url)

    state = requests.get(f"{url}/state", params={"as": "U1", "since": 4}, headers=headers, timeout=5)
    acted = requests.post(f"{url}/act", json={"as": "U1", "kind": "next"}, headers=headers, timeout=5)

    assert state.json() == {"version": 5, "as": "U1"}
    assert acted.ok
    assert behind.acts == [("U1", "next")]


@pytest.mark.parametrize(
    "headers",
    [{}, {"X-Demo-Token": "guessed"}, {"X-Demo-Token": "é"}],
    ids=["no token", "a wrong one", "not ASCII"],
)
def test_a_foreign_page_cannot_press_the_buttons(url: str, behind: Behind, headers: dict[str, str]) -> None:
    sent = {name: value.encode() for name, value in headers.items()}

    acted = requests.post(f"{url}/act", json={"as": "U1", "kind": "next"}, headers=sent, timeout=5)
    read = requests.get(f"{url}/state", headers=sent, timeout=5)

    assert (acted.status_code, read.status_code) == (403, 403)
    assert behind.acts == []


def test_another_name_for_this_machine_is_refused(url: str) -> None:
    answer = requests.get(url, headers={"Host": "rebound.example"}, timeout=5)

    assert answer.status_code == 403


def test_what_no_page_of_ours_asks_for_is_a_bad_request(url: str) -> None:
    headers = token_of(url)

    unknown = requests.post(f"{url}/act", json={"kind": "unheard_of"}, headers=headers, timeout=5)
    no_object = requests.post(f"{url}/act", json=["next"], headers=headers, timeout=5)
    too_large = requests.post(
        f"{url}/act", json={"kind": "say", "text": "x" * 70_000}, headers=headers, timeout=5
    )

    assert (unknown.status_code, no_object.status_code, too_large.status_code) == (400, 400, 413)
