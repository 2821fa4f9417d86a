"""What no bot over Flask and waitress can go below: two routes that only echo; `python -m bench.bare PORT FILE`."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import waitress
from flask import Flask, Response, request

MIB = 1024 * 1024
PAGE = b"." * 4096
"""What the second route makes durable: one page, written in place."""


def main(port: int, file: Path) -> None:
    """Serve until killed. `file` is written by /echo-fsync; put it where the bot's data lie."""
    web = Flask("bare", static_folder=None)
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT, 0o600)

    def echo() -> Response:
        return Response(f'{{"bytes": {len(request.get_data())}}}', mimetype="application/json")

    def echo_fsync() -> Response:
        os.pwrite(descriptor, PAGE, 0)
        os.fsync(descriptor)
        return echo()

    web.get("/healthz")(echo)
    web.post("/echo", endpoint="post_echo")(echo)
    web.post("/echo-fsync")(echo_fsync)
    # The server's settings are those of `bot.running`, which is not imported: this process shall stay bare.
    waitress.serve(
        web,
        host="127.0.0.1",
        port=port,
        threads=16,
        max_request_body_size=5 * MIB,
        inbuf_overflow=6 * MIB,
        connection_limit=1000,
        channel_timeout=10,
        cleanup_interval=5,
        asyncore_use_poll=True,
        _quiet=True,
    )


if __name__ == "__main__":
    main(int(sys.argv[1]), Path(sys.argv[2]))
