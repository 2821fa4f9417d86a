"""Single calls of the Web API: how each failure is told, and that the token goes nowhere else."""

from __future__ import annotations

import gzip
import socket
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
import requests

from bot.ports import Refused, TryLater
from bot.sandbox.sentry import SentrySandbox
from bot.sentry import caller
from bot.sentry.caller import CLOSED_FOR, Answer, Caller, NotAllowed, RateLimited, expect, pause, retry_after
from bot.sentry.pace import Pace
from tests.sentry.conftest import Time

ISSUE = "organizations/acme-kyc/issues/6100000101/"
Say = Callable[[BaseHTTPRequestHandler], None]


def caller_of(url: str, time: Time, token: str = "sandbox-sentry-token") -> Caller:
    return Caller(
        url,
        token,
        session=requests.Session(),
        machine=time.now,
        pace=Pace(time.monotonic),
        monotonic=time.monotonic,
    )


class Odd:
    """A server that answers what a test says, and remembers what it was sent."""

    def __init__(self) -> None:
        self.seen: list[tuple[str, str, str | None]] = []
        self.say: Say = lambda handler: plain(handler, 200, b"{}")
        odd = self

        class Handler(BaseHTTPRequestHandler):
            def handle_any(self) -> None:
                odd.seen.append((self.command, self.path, self.headers.get("Authorization")))
                odd.say(self)

            do_GET = do_PUT = do_POST = handle_any  # noqa: N815

            def log_message(self, format: str, *args: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture
def odd() -> Iterator[Odd]:
    server = Odd()
    yield server
    server.close()


def plain(handler: BaseHTTPRequestHandler, status: int, content: bytes, **headers: str) -> None:
    handler.send_response(status)
    for name, value in {"Content-Length": str(len(content)), **headers}.items():
        handler.send_header(name.replace("_", "-"), value)
    handler.end_headers()
    handler.wfile.write(content)


def test_an_answer_is_opened(sentry: SentrySandbox, time: Time) -> None:
    answer = caller_of(sentry.url, time).call("GET", ISSUE)

    assert answer.status == 200
    assert isinstance(answer.body, dict) and answer.body["shortId"] == "KYC-API-1A"


def test_a_revoked_token_may_be_replaced_so_the_effect_waits(sentry: SentrySandbox, time: Time) -> None:
    with pytest.raises(NotAllowed) as refused:
        caller_of(sentry.url, time, token="revoked-token").call("GET", ISSUE)

    assert (refused.value.after, refused.value.sent) == (CLOSED_FOR, False)
    assert "token anew" in str(refused.value)
    assert "revoked-token" not in str(refused.value)


def test_a_missing_scope_waits_and_other_refusals_are_final(sentry: SentrySandbox, time: Time) -> None:
    sentry.scopes.clear()
    with pytest.raises(NotAllowed) as refused:
        expect(caller_of(sentry.url, time).call("GET", ISSUE), "read issues")

    assert "permission" in str(refused.value)
    with pytest.raises(Refused, match="Sentry refuses to change issues: 400 not taro"):
        expect(Answer(400, {}, {"status": ["not taro"]}), "change issues")


@pytest.mark.parametrize("status", [500, 502, 503, 504, 408])
def test_a_server_in_trouble_may_have_done_it(sentry: SentrySandbox, time: Time, status: int) -> None:
    sentry.fail_next(status=status)

    with pytest.raises(TryLater) as later:
        caller_of(sentry.url, time).call("PUT", ISSUE, json={"status": "resolved"})

    assert (later.value.after, later.value.sent) == (None, True)


def test_a_lost_reply_may_have_been_done(sentry: SentrySandbox, time: Time) -> None:
    sentry.fail_next(method="PUT", lose_reply=True)

    with pytest.raises(TryLater) as later:
        caller_of(sentry.url, time).call("PUT", ISSUE, json={"status": "resolved"})

    assert later.value.sent is True
    assert sentry.issue("6100000101")["status"] == "resolved"


def test_a_reply_that_comes_too_late_may_have_been_done(
    sentry: SentrySandbox, time: Time, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(caller, "TIMEOUTS", (1.0, 0.05))
    sentry.fail_next(delay=0.2)

    with pytest.raises(TryLater) as later:
        caller_of(sentry.url, time).call("GET", ISSUE)

    assert later.value.sent is True


def test_a_closed_port_has_done_nothing(time: Time) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{closed.getsockname()[1]}"

    with pytest.raises(TryLater) as later:
        caller_of(url, time).call("PUT", ISSUE, json={})

    assert later.value.sent is False


@pytest.mark.parametrize("url", ["http://no-such-host.invalid", "http://", "https://[::"])
def test_an_address_that_leads_nowhere_has_done_nothing(url: str, time: Time) -> None:
    with pytest.raises(TryLater) as later:
        caller_of(url, time).call("GET", ISSUE)

    assert later.value.sent is False


def test_too_many_requests_are_told_with_the_time_to_wait(sentry: SentrySandbox, time: Time) -> None:
    sentry.rate_limits = True
    calls = caller_of(sentry.url, time)

    with pytest.raises(RateLimited) as limited:
        for _ in range(20):
            calls.call("GET", ISSUE)

    assert limited.value.sent is False
    assert limited.value.after == timedelta(seconds=1)


def test_a_429_holds_the_pace_for_all(sentry: SentrySandbox, time: Time) -> None:
    sentry.fail_next(status=429)
    calls = caller_of(sentry.url, time)

    with pytest.raises(RateLimited):
        calls.call("GET", ISSUE)

    assert calls.pace.ready_in() == pytest.approx(1)


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, 1),
        ({"X-Sentry-Rate-Limit-Reset": "1793587210", "Date": "Mon, 02 Nov 2026 02:40:00 GMT"}, 10),
        ({"X-Sentry-Rate-Limit-Reset": "1793587205"}, 5),
        ({"X-Sentry-Rate-Limit-Reset": "1793587100"}, 1),
        ({"X-Sentry-Rate-Limit-Reset": "9" * 20}, 60),
        ({"X-Sentry-Rate-Limit-Reset": "soon", "Date": "never"}, 1),
        ({"X-Sentry-Rate-Limit-Reset": "1793587205", "Retry-After": "20"}, 20),
        ({"Retry-After": "100000"}, 60),
        ({"Retry-After": "Mon, 02 Nov 2026 02:40:30 GMT"}, 30),
    ],
)
def test_the_pause_is_told_by_the_window_or_by_retry_after_within_bounds(
    headers: dict[str, str], seconds: int, time: Time
) -> None:
    assert pause(headers, time.now()) == timedelta(seconds=seconds)


@pytest.mark.parametrize(
    ("header", "seconds"),
    [("120", 120), ("99999999999999", 3600), ("Mon, 02 Nov 2026 02:00:00 GMT", 0), ("-1", None), ("", None)],
)
def test_retry_after_is_believed_up_to_an_hour(header: str, seconds: int | None, time: Time) -> None:
    expected = None if seconds is None else timedelta(seconds=seconds)

    assert retry_after({"Retry-After": header}, time.now()) == expected


@pytest.mark.parametrize("target", ["http://127.0.0.1:9/api/0/x/", "//evil.example/api/0/", "/auth/login/"])
def test_a_redirect_elsewhere_is_not_followed(target: str, odd: Odd, time: Time) -> None:
    odd.say = lambda handler: plain(handler, 302, b"", Location=target)

    with pytest.raises(TryLater) as later:
        caller_of(odd.url, time).call("GET", ISSUE)

    assert (later.value.after, later.value.sent, len(odd.seen)) == (CLOSED_FOR, False, 1)


def test_a_read_follows_one_redirect_within_its_origin_and_a_write_none(odd: Odd, time: Time) -> None:
    def say(handler: BaseHTTPRequestHandler) -> None:
        moved = "/new/" not in handler.path
        plain(handler, 301 if moved else 200, b"" if moved else b'{"id":"1"}', Location="/api/0/new/")

    odd.say = say

    assert caller_of(odd.url, time).call("GET", ISSUE).body == {"id": "1"}
    with pytest.raises(TryLater):
        caller_of(odd.url, time).call("PUT", ISSUE, json={})
    assert [path for _, path, _ in odd.seen] == [f"/api/0/{ISSUE}", "/api/0/new/", f"/api/0/{ISSUE}"]


def test_a_page_of_something_else_does_not_pass_for_sentrys_word(odd: Odd, time: Time) -> None:
    for status, sent in ((200, True), (404, False)):
        odd.say = lambda handler, status=status: plain(handler, status, b"<html>Sign in</html>")

        with pytest.raises(TryLater) as later:
            caller_of(odd.url, time).call("GET", ISSUE)

        assert (later.value.after, later.value.sent) == (CLOSED_FOR, sent)


def test_an_answer_without_end_is_cut_off_also_when_it_is_packed(odd: Odd, time: Time) -> None:
    bomb = gzip.compress(b" " * (caller.LARGEST_ANSWER + caller.PIECE * 2))
    odd.say = lambda handler: plain(handler, 200, bomb, Content_Encoding="gzip")

    with pytest.raises(TryLater, match="no end"):
        caller_of(odd.url, time).call("GET", ISSUE)


def test_an_answer_that_drips_is_cut_off(odd: Odd, time: Time) -> None:
    class Slow(Time):
        def monotonic(self) -> float:
            return self.pass_by(seconds=20).timestamp()

    odd.say = lambda handler: plain(handler, 200, b'"' + b"x" * caller.PIECE * 4 + b'"')

    with pytest.raises(TryLater, match="no end"):
        caller_of(odd.url, Slow()).call("GET", ISSUE)


def test_a_netrc_file_on_the_host_does_not_replace_the_token(
    odd: Odd, time: Time, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ".netrc").write_text("machine 127.0.0.1 login someone password secret\n")
    monkeypatch.setenv("NETRC", str(tmp_path / ".netrc"))

    caller_of(odd.url, time).call("GET", ISSUE)

    assert odd.seen[0][2] == "Bearer sandbox-sentry-token"


@pytest.mark.parametrize("token", ["secret\r\nX-Evil: 1", "secret検証"])
def test_a_token_that_is_no_header_is_not_shown_in_the_error(token: str, odd: Odd, time: Time) -> None:
    with pytest.raises(TryLater) as later:
        caller_of(odd.url, time, token=token).call("GET", ISSUE)

    assert "secret" not in str(later.value) and later.value.sent is False
    assert odd.seen == []
