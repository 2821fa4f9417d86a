"""Use case: `triage check --wait` follows one test notification through a running bot and names the hop that broke."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol, TypeVar

from bot.domain.alert import Alert, MessageRef
from bot.ports import Finding

T = TypeVar("T")

Figures = Mapping[tuple[str, str], float]
"""What `/metrics` says: by name and kind."""
TAKEN, REFUSED = "triage_webhooks_total", "triage_webhooks_refused_total"
LAST = "triage_last_seconds"
POLLED = "job_poll"

INTEGRATION = "Sentry: Settings, Developer Settings, your integration"
REFUSALS = {
    "signature": (
        "a webhook came and was refused: its signature does not fit",
        f"copy the Client Secret again ({INTEGRATION}) into SENTRY_CLIENT_SECRET, restart, and test once more",
    ),
    "too_large": (
        "a webhook came and was refused: it is larger than any alert of Sentry's",
        "see what stands between Sentry and the bot; the poll brings in what it told of",
    ),
    "bad_body": (
        "a webhook came and was refused: it is signed, but no body of Sentry's",
        "see whether a proxy changes it, and which Sentry sends it",
    ),
}
"""By the kind of `triage_webhooks_refused_total`; words and remedy."""
LEFT = {
    "unwatched": (
        "a webhook came, of an issue that is not watched",
        "see sentry.watch in rules.yaml: projects, environments, levels; `triage rules try FILE` tries a body",
    ),
    "repeated": ("the same webhook had come before", "send a new test notification"),
    "nothing": (
        "a webhook came that opens no alert by its kind, or of sentry.bot_project",
        "send a test notification of an alert rule, in a watched project",
    ),
    "bell": (
        "a webhook came that tells of a change of state, not of an event",
        "send a test notification of an alert rule",
    ),
}
"""Kinds of `triage_webhooks_total` after which no alert is saved."""
OPENS = ("new", "known", "screening")


class Witness(Protocol):
    """What can be seen of the running bot from beside it."""

    def figures(self) -> Figures:
        """Its figures. Raises OSError when it does not answer."""
        ...

    def ails(self) -> str:
        """Why it cannot receive now; empty when it can. Raises OSError when it does not answer."""
        ...

    def alerts(self) -> Mapping[str, tuple[Alert, int]]:
        """The alerts by id, each with how often it was heard of again."""
        ...

    def posting(self, alert_id: str) -> str:
        """What keeps the card from being posted, as far as is known."""
        ...

    def is_shown(self, ref: MessageRef) -> str | None:
        """None when the channel shows that message, else why not."""
        ...


@dataclass(frozen=True)
class _Start:
    """How things stood before the notification."""

    figures: Figures
    alerts: Mapping[str, tuple[Alert, int]]


def follow(witness: Witness, wait: Callable[[], bool], *, poll_mode: bool) -> Iterator[Finding]:
    """A finding for each hop as it is reached; the first failed one is the broken hop, and the last.

    `wait` lets some time pass; it answers False when there is none left.
    """
    try:
        why = witness.ails()
        start = _Start(witness.figures(), witness.alerts())
    except OSError as error:
        remedy = "start `triage serve` first; HOST and PORT must be the same here as there"
        yield Finding.failed("running", f"the bot does not answer: {error}", remedy)
        return
    if why:
        yield Finding.failed(
            "running", f"the bot cannot receive: {why}", "mend it; /healthz says when it is well"
        )
        return
    yield Finding.passed("running", "the bot answers and can receive")
    try:
        yield from _hops(witness, wait, start, poll_mode)
    except OSError as error:
        yield Finding.failed("running", f"the bot does not answer any more: {error}", "see its log")


def _hops(witness: Witness, wait: Callable[[], bool], start: _Start, poll_mode: bool) -> Iterator[Finding]:
    arrived = _polled(witness, wait, start) if poll_mode else _arrived(witness, wait, start)
    yield arrived
    if arrived.is_failure:
        return
    alert = _until(wait, lambda: _heard_of(witness.alerts(), start))
    if alert is None:
        yield _not_saved(witness, start, poll_mode)
        return
    yield Finding.passed("saved", f"it is in the store as alert {alert.id}")
    ref = _until(wait, lambda: witness.alerts()[alert.id][0].card)
    if ref is None:
        yield Finding.failed(
            "posted",
            f"no card of alert {alert.id} yet: {witness.posting(alert.id) or 'it waits for its turn'}",
            "see channels.alerts in rules.yaml; `triage check` asks Slack for token, scopes and channel",
        )
        return
    yield Finding.passed("posted", f"the card stands in {ref.channel} as {ref.ts}")
    yield _read_back(witness, ref)


def _arrived(witness: Witness, wait: Callable[[], bool], start: _Start) -> Finding:
    """The first webhook that was refused, or that opens an alert; else what came instead."""

    def verdict() -> Finding | None:
        moved = _moved(witness.figures(), start.figures)
        for kind, (what, remedy) in REFUSALS.items():
            if (REFUSED, kind) in moved:
                return Finding.failed("arrived", what, remedy)
        if any((TAKEN, kind) in moved for kind in OPENS):
            return Finding.passed("arrived", "a webhook came, and its signature fits")
        return None

    return _until(wait, verdict) or _nothing_came(witness, start)


def _nothing_came(witness: Witness, start: _Start) -> Finding:
    moved = _moved(witness.figures(), start.figures)
    for kind, (what, remedy) in LEFT.items():
        if (TAKEN, kind) in moved:
            return Finding.failed("arrived", what, remedy)
    if why := witness.ails():
        return Finding.failed(
            "saved", f"the bot cannot receive: {why}", "mend it; Sentry does not send again"
        )
    return Finding.failed(
        "arrived",
        "no webhook came",
        f"see the Webhook URL ({INTEGRATION}): does it lead to /sentry/webhook of this bot, from the internet? Is "
        '"Alert Rule Action" on, and does the rule notify via the integration?',
    )


def _polled(witness: Witness, wait: Callable[[], bool], start: _Start) -> Finding:
    before = start.figures.get((LAST, POLLED), 0)
    if _until(wait, lambda: witness.figures().get((LAST, POLLED), 0) > before):
        return Finding.passed("polled", "the bot has asked Sentry for news")
    return Finding.failed(
        "polled",
        "the bot has not asked Sentry for news",
        "see /healthz: job_poll; `triage check` asks Sentry",
    )


def _not_saved(witness: Witness, start: _Start, poll_mode: bool) -> Finding:
    if why := witness.ails():
        return Finding.failed(
            "saved", f"the bot cannot receive: {why}", "mend it; /healthz says when it is well"
        )
    if poll_mode:
        return Finding.failed(
            "saved",
            "Sentry was asked, and told of no new issue that is watched",
            "cause a new error in a watched project and environment (sentry.watch); an old issue is no news",
        )
    if (TAKEN, "screening") in _moved(witness.figures(), start.figures):
        return Finding.failed(
            "saved",
            "the issue waits for Sentry to say in which environment it is",
            "see /healthz: sentry; an issue outside sentry.watch.environments is left out",
        )
    return Finding.failed(
        "saved", "nothing new is in the store", "see that DATABASE_URL is the same here as where the bot runs"
    )


def _read_back(witness: Witness, ref: MessageRef) -> Finding:
    why = witness.is_shown(ref)
    if why is None:
        return Finding.passed("read back", "the channel shows it")
    return Finding.failed(
        "read back", f"the channel does not show it: {why}", "was it deleted? See the scope channels:history"
    )


def _heard_of(alerts: Mapping[str, tuple[Alert, int]], start: _Start) -> Alert | None:
    """The newest new alert, else one that was heard of again since."""
    new = [alert for alert_id, (alert, _) in alerts.items() if alert_id not in start.alerts]
    if new:
        return new[-1]
    for alert_id, (alert, times) in alerts.items():
        before, times_before = start.alerts[alert_id]
        if times != times_before or alert.last_seen_at != before.last_seen_at:
            return alert
    return None


def _moved(now: Figures, before: Figures) -> set[tuple[str, str]]:
    return {name for name, value in now.items() if value > before.get(name, 0)}


def _until(wait: Callable[[], bool], ask: Callable[[], T | None]) -> T | None:
    """The answer once it is there, looked for once more when the time is over."""
    while True:
        found = ask()
        if found:
            return found
        if not wait():
            return ask() or None
