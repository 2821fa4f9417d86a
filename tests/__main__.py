"""Runs the tests for `make test` and `make torture`, and ends with one line that names what was left out.

With TRIAGE_NO_SKIPS set, as in continuous integration, anything left out is a failure.
"""

from __future__ import annotations

import os
import random
import sys

import pytest

from tests.browser.chromium import find_chromium

REMEDIES = {
    "browser": "browser tests (install Chromium: apt-get install chromium fonts-noto-cjk, or set CHROMIUM)"
}


MOST_WORKERS = 4
"""Processes that share the tests, one a core; ours: most of their time is waiting for servers and a browser."""


class Skips:
    """Collects what was skipped and why."""

    def __init__(self) -> None:
        self.reasons: list[str] = []

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.skipped and not hasattr(report, "wasxfail"):
            reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
            self.reasons.append(reason.removeprefix("Skipped: "))

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.skipped:
            self.reasons.append(str(report.longrepr))


def main(arguments: list[str]) -> int:
    torture = "--torture" in arguments
    rest = [argument for argument in arguments if argument != "--torture"]
    if torture:
        os.environ["TRIAGE_TORTURE"] = "1"
        rest = rest or ["tests/torture"]
    # Every process that shares the tests must tell the same stories.
    os.environ.setdefault("TRIAGE_SEED", str(random.SystemRandom().randrange(1_000_000)))
    skips = Skips()
    workers = [] if torture else ["-n", str(min(os.cpu_count() or 1, MOST_WORKERS))]
    code = int(pytest.main(["-q", *workers, *rest], plugins=[skips]))
    left_out = sorted(set(skips.reasons))
    if find_chromium() is None and not torture:
        left_out = sorted({*left_out, REMEDIES["browser"]})
    if not left_out:
        sys.stdout.write("Left out: nothing.\n")
        return code
    sys.stdout.write(f"Left out: {'; '.join(left_out)}.\n")
    return code or (1 if os.environ.get("TRIAGE_NO_SKIPS") else 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
