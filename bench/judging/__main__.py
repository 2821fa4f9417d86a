"""`python -m bench.judging`: twenty alerts on the demo's page, judged one by one; at the end the score by the key."""

from __future__ import annotations

import argparse
import signal
import threading

from bench.judging.scores import LAST, write
from bench.judging.session import Judging

LOOK_EVERY = 0.5


def main() -> None:
    """Until all are decided, Ctrl-C or SIGTERM; then the table, which `last.md` keeps."""
    parser = argparse.ArgumentParser(prog="python -m bench.judging", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="the page's port; a free one by default")
    parser.add_argument("--language", choices=("en", "ja"), default="en", help="of the cards; en by default")
    given = parser.parse_args()
    ended = threading.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, lambda _signal, _frame: ended.set())
    judging = Judging(port=given.port, language=given.language)
    try:
        print(f"Judge at {judging.start()}  (the score comes at the end, or at Ctrl-C)", flush=True)
        while not ended.is_set() and not judging.wait(LOOK_EVERY):
            pass
        print(write(judging.results()))
        print(f"kept in {LAST}")
    finally:
        judging.stop()


if __name__ == "__main__":
    main()
