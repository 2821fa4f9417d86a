"""The demo as a command: it says where it is, answers, and leaves nothing behind."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest
import requests

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM], ids=["Ctrl-C", "SIGTERM"])
def test_the_command_tells_its_address_and_removes_its_data(tmp_path: Path, ending: signal.Signals) -> None:
    command = [sys.executable, "-m", "bot", "demo", "--no-browser", "--language", "ja"]
    running = subprocess.Popen(
        command, cwd=ROOT, env={"TMPDIR": str(tmp_path), "PATH": ""}, stdout=subprocess.PIPE, text=True
    )
    try:
        assert running.stdout
        told = re.search(r"http://127\.0\.0\.1:\d+", running.stdout.readline())
        assert told
        page = requests.get(told[0], timeout=10)
        token = re.search('name="demo-token" content="([^"]+)"', page.text)
        assert token
        headers = {"X-Demo-Token": token[1]}
        state = requests.get(f"{told[0]}/state?since=-1", headers=headers, timeout=40).json()
        assert state["lang"] == "ja"
        assert list(tmp_path.glob("triage-demo-*"))
    finally:
        running.send_signal(ending)
        assert running.wait(timeout=30) == 0

    assert list(tmp_path.iterdir()) == []
