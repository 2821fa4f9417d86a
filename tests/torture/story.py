"""A day of several alerts as acts of people and of Sentry, each repeated until it is answered, as a person would."""

from __future__ import annotations

import json
import random
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.builders import AIKO, BEN, CHIKA
from tests.e2e.world import A_FILE, A_ISSUE, ALERTS, B_FILE, B_ISSUE, PAYLOADS, World, shown
from tests.torture.moments import CHANGE, EDIT, FORM, LINK, LOOK_UP, NOTE, POST, READ
from tests.torture.running import Running
from tests.torture.tally import id_of

STEP1_FILE, STEP1_ISSUE = "event_alert.triggered.step1_business_api.json", "6100000103"
STEP3_FILE, STEP3_ISSUE = "event_alert.triggered.step3_console_minified.json", "6100000104"
STEP4_FILE, STEP4_ISSUE = "event_alert.triggered.step4_callback_timeout_ui_component.json", "6100000105"
ATTEMPTS = 12
"""How often a person tries before the test says that it never works."""
PATIENCE = 10.0
"""Seconds that a person looks for something on the screen."""

ARRIVING = (POST, READ, EDIT, LOOK_UP)
DECIDING = (EDIT, CHANGE, NOTE, LINK, READ)
FILLING_IN = (FORM, POST, EDIT, CHANGE, NOTE, LOOK_UP)
Seen = tuple[str, ...]
"""What must stand in the log once: the alert, the kind of entry, and what tells it from others of its kind."""


class UnansweredError(AssertionError):
    """Something was tried again and again and never answered."""


@dataclass(frozen=True)
class Act:
    """One thing that somebody does, and the calls of the bot that may follow from it."""

    name: str
    do: Callable[[], None]
    calls: tuple[str, ...]


@dataclass
class Story:
    """What has been acknowledged, and the ways of people and of Sentry."""

    bot: Running
    request: Callable[[Callable[[], Any]], Any] = field(default=lambda send: send())
    """Sends one request; a test may kill the bot meanwhile."""
    seen: list[Seen] = field(default_factory=list[Seen])
    arrived: list[str] = field(default_factory=list[str])
    fresh: str = ""
    """The alert whose id only Sentry knew beforehand."""

    @property
    def world(self) -> World:
        return self.bot.world

    # --- what people and Sentry do ---

    def arrives(self, file: str, issue_id: str) -> None:
        """Sentry tells of an issue. It does not repeat itself: what was not answered rings with the next event."""
        self.bot.ensure_up()
        body = json.loads((PAYLOADS / file).read_text(encoding="utf-8"))
        self.world.sentry.load_webhook_issue(body)
        self._until_answered(lambda n: self._ring(issue_id, body if n == 0 else None))
        self.arrived.append(f"{issue_id}-1")

    def occurs(self, issue_id: str) -> None:
        """Another case."""
        self._until_answered(lambda _n: self._ring(issue_id, None))

    def happens(self, description: dict[str, Any]) -> str:
        """A new issue. When its webhooks are lost it is for the poll to find."""
        self.bot.ensure_up()
        issue_id = str(self.request(lambda: self.world.sentry.event(description)))
        self.arrived.append(f"{issue_id}-1")
        return issue_id

    def _ring(self, issue_id: str, body: dict[str, Any] | None) -> bool:
        sentry = self.world.sentry
        if body is None:
            self.request(lambda: sentry.occur(issue_id, deliver=("event_alert",)))
            return sentry.deliveries[-1].status == 200
        return bool(self.request(lambda: sentry.send("event_alert", body)).status == 200)

    def presses(self, user: str, alert_id: str, action: str, *seen: Seen) -> None:
        """A button of the card; when it is gone after a press without an answer, the card shows what was done."""
        self._act_on_card(alert_id, lambda ts: self.world.slack.click(user, ALERTS, ts, action))
        self.seen.extend(seen)

    def chooses(self, user: str, alert_id: str, action: str, value: str, *seen: Seen) -> None:
        """A choice in a select of the card."""
        self._act_on_card(alert_id, lambda ts: self.world.slack.choose(user, ALERTS, ts, action, value))
        self.seen.extend(seen)

    def keeps_small(self, user: str, alert_id: str, *seen: Seen) -> None:
        """Small; where the bot asks its one question first, because B had come before, Small is kept."""
        for _ in range(ATTEMPTS):
            self._act_on_card(alert_id, lambda ts: self.world.slack.click(user, ALERTS, ts, "impact_small"))
            if self.world.slack.view_stack(user):
                self.fills_in(user, alert_id, ("impact_small",), {"choice": "small"}, *seen)
                return
            if self._is_taken(alert_id, "impact_small"):
                self.seen.extend(seen)
                return
        raise UnansweredError(f"{alert_id}: Small was never taken")

    def _is_taken(self, alert_id: str, action: str) -> bool:
        """Whether the button leaves the card within a while; the bot is started again each time it was killed."""
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            self.bot.ensure_up()
            if action not in shown(self.card(alert_id)):
                return True
            time.sleep(0.05)
        return False

    def fills_in(
        self, user: str, alert_id: str, opened_by: Seen, values: dict[str, Any], *seen: Seen
    ) -> None:
        """A form: opened from the card, sent until it is taken. `opened_by` is a button, or a menu and its option."""
        slack = self.world.slack
        for _ in range(ATTEMPTS):
            if not slack.view_stack(user):
                self._opens(user, alert_id, opened_by)
            self.bot.ensure_up()
            reply = self.request(lambda: slack.submit(user, dict(values)))
            if not reply.is_ok:
                continue
            if not slack.view_stack(user):
                self.seen.extend(seen)
                return
            told = shown(slack.view_stack(user)[-1])
            slack.close_view(user)
            if "more case" not in told:
                raise AssertionError(f"{alert_id}: the form says {told}")
        raise UnansweredError(f"{alert_id}: a form was never taken")

    def _opens(self, user: str, alert_id: str, opened_by: Seen) -> None:
        slack = self.world.slack
        action, *options = opened_by

        def open_at(ts: str) -> Any:
            if options:
                return slack.choose(user, ALERTS, ts, action, options[0])
            return slack.click(user, ALERTS, ts, action)

        for _ in range(ATTEMPTS):
            self._act_on_card(alert_id, open_at)
            if slack.view_stack(user):
                return
        raise UnansweredError(f"{alert_id}: no form opened")

    def _act_on_card(self, alert_id: str, act: Callable[[str], Any]) -> None:
        has_tried = False

        def attempt(_n: int) -> bool:
            nonlocal has_tried
            ts = self.card(alert_id)["ts"]
            try:
                reply = self.request(lambda: act(ts)) if has_tried else self._patiently(lambda: act(ts))
            except LookupError:
                if not has_tried:
                    raise
                return True
            has_tried = True
            return bool(reply.is_ok)

        self._until_answered(attempt)

    def _patiently(self, act: Callable[[], Any]) -> Any:
        """Wait for the button to be there; the bot is started again when it was killed before it could show it."""
        until = time.monotonic() + PATIENCE
        while True:
            try:
                return self.request(act)
            except LookupError:
                if time.monotonic() > until:
                    raise
            time.sleep(0.05)
            self.bot.ensure_up()

    def _until_answered(self, attempt: Callable[[int], bool]) -> None:
        for number in range(ATTEMPTS):
            self.bot.ensure_up()
            if attempt(number):
                return
        raise UnansweredError("never answered")

    # --- what is seen ---

    def card(self, alert_id: str) -> dict[str, Any]:
        """The card of an alert, waited for; the bot is started again when it is not there."""
        self.bot.ensure_up()
        wanted = f"post_card:{alert_id}"
        for _ in range(ATTEMPTS):
            try:
                return self.world.slack.wait_for(
                    lambda: next((m for m in self.world.slack.messages(ALERTS) if id_of(m) == wanted), None),
                    timeout=PATIENCE / 2,
                )
            except AssertionError:
                self.bot.ensure_up()
        raise UnansweredError(f"{alert_id} has no card\n{self.bot.log()[-3000:]}")

    # --- the acts, in the order in which each alert lives them ---

    def lives(self) -> list[list[Act]]:
        """One list an alert; each list keeps its order, whatever happens between."""
        return [self._a(), self._b(), self._step1(), self._step3(), self._step4(), self._fresh()]

    def _a(self) -> list[Act]:
        """Small, and later looked at again."""
        a = f"{A_ISSUE}-1"
        looked = {"judge_level": "medium", "reason": "two businesses wrote in"}
        return [
            Act("A arrives", lambda: self.arrives(A_FILE, A_ISSUE), ARRIVING),
            Act("A: small", lambda: self.keeps_small(AIKO, a, (a, "decided", "small")), DECIDING),
            Act(
                "A: looked at again",
                lambda: self.fills_in(BEN, a, ("change",), looked, (a, "decided", "medium")),
                (*FILLING_IN, LINK),
            ),
            Act("A: note", lambda: self.notes(AIKO, a, "called them back"), FILLING_IN),
        ]

    def _b(self) -> list[Act]:
        """Medium, answered, noted, put off, handed over, one more case, responded."""
        b = f"{B_ISSUE}-1"
        over = (b, "handed_over", BEN)
        done = {"done": "repaired by hand", "all_done": "yes", "told": "yes"}
        return [
            Act("B arrives", lambda: self.arrives(B_FILE, B_ISSUE), ARRIVING),
            Act(
                "B: medium",
                lambda: self.presses(AIKO, b, "impact_medium", (b, "decided", "medium")),
                DECIDING,
            ),
            Act(
                "B: a few, no workaround",
                lambda: self.chooses(AIKO, b, "answers", "few/no", (b, "decided", "medium")),
                DECIDING,
            ),
            Act("B: note", lambda: self.notes(AIKO, b, "asked the bank"), FILLING_IN),
            Act("B: put off", lambda: self.puts_off(AIKO, b, "waiting for the bank"), FILLING_IN),
            Act("B occurs again", lambda: self.occurs(B_ISSUE), (READ, EDIT, POST)),
            Act(
                "B: to Ben",
                lambda: self.fills_in(AIKO, b, ("more", "hand_over"), {"to": BEN}, over),
                FILLING_IN,
            ),
            Act(
                "B: responded",
                lambda: self.fills_in(BEN, b, ("responded",), done, (b, "responded", "yes")),
                FILLING_IN,
            ),
        ]

    def _step1(self) -> list[Act]:
        """A step is chosen, then another team's."""
        one = f"{STEP1_ISSUE}-1"
        theirs = {"reason": "the client's own mistake", "tell": "sales"}
        return [
            Act("step 1 arrives", lambda: self.arrives(STEP1_FILE, STEP1_ISSUE), ARRIVING),
            Act(
                "step 1: another step",
                lambda: self.chooses(CHIKA, one, "journey_step", "check", (one, "step_chosen", "check")),
                (EDIT,),
            ),
            Act(
                "step 1: not ours",
                lambda: self.fills_in(CHIKA, one, ("more", "not_ours"), theirs, (one, "decided", "not_ours")),
                FILLING_IN,
            ),
        ]

    def _step3(self) -> list[Act]:
        """Large, responded in part, then wholly."""
        three = f"{STEP3_ISSUE}-1"
        some = {"done": "half of them", "all_done": "no", "told": "support"}
        done = {"done": "all of them", "all_done": "yes", "told": "yes"}
        return [
            Act("step 3 arrives", lambda: self.arrives(STEP3_FILE, STEP3_ISSUE), ARRIVING),
            Act(
                "step 3: large",
                lambda: self.presses(BEN, three, "impact_large", (three, "decided", "large")),
                (POST, *DECIDING),
            ),
            Act(
                "step 3: some",
                lambda: self.fills_in(BEN, three, ("responded",), some, (three, "responded", "no")),
                FILLING_IN,
            ),
            Act("step 3: note", lambda: self.notes(CHIKA, three, "support is told"), FILLING_IN),
            Act(
                "step 3: all",
                lambda: self.fills_in(BEN, three, ("responded",), done, (three, "responded", "yes")),
                FILLING_IN,
            ),
        ]

    def _step4(self) -> list[Act]:
        """Judged by the form as Small, with a reason."""
        four = f"{STEP4_ISSUE}-1"
        small = {
            "judge_step": "submission",
            "judge_affected": "few",
            "judge_workaround": "yes",
            "judge_level": "small",
            "reason": "they sent it again",
        }
        return [
            Act("step 4 arrives", lambda: self.arrives(STEP4_FILE, STEP4_ISSUE), ARRIVING),
            Act(
                "step 4: by the form",
                lambda: self.fills_in(AIKO, four, ("guide",), small, (four, "decided", "small")),
                (*FILLING_IN, LINK),
            ),
            Act("step 4: note", lambda: self.notes(AIKO, four, "seen twice"), FILLING_IN),
        ]

    def ends(self) -> None:
        """A case that came while Ben responded keeps B open, and says so: he responds once more."""
        b = f"{B_ISSUE}-1"
        if '"responded"' in shown(self.card(b)):
            done = {"done": "the other one too", "all_done": "yes", "told": "yes"}
            self.fills_in(BEN, b, ("responded",), done, (b, "responded", "yes"))

    def _fresh(self) -> list[Act]:
        """An issue of today: when its webhooks find nobody, the poll of the next start finds it. Resolved in Sentry."""
        return [
            Act("a fresh one arrives", self._begins_fresh, ARRIVING),
            Act(
                "fresh: medium",
                lambda: self.presses(CHIKA, self.fresh, "impact_medium", (self.fresh, "decided", "medium")),
                DECIDING,
            ),
            Act("fresh: resolved in Sentry", self._is_resolved_in_sentry, (READ, EDIT, POST)),
        ]

    def _begins_fresh(self) -> None:
        fault = {"type": "KeyError", "value": "locale", "transaction": "Sidekiq/ReviewQueueJob"}
        self.fresh = f"{self.happens(fault)}-1"

    def _is_resolved_in_sentry(self) -> None:
        self.bot.ensure_up()
        self.request(lambda: self.world.sentry.resolve(self.fresh.removesuffix("-1"), by="Hiro Abe"))

    def notes(self, user: str, alert_id: str, text: str) -> None:
        self.fills_in(user, alert_id, ("more", "note"), {"text": text}, (alert_id, "noted", text))

    def puts_off(self, user: str, alert_id: str, reason: str) -> None:
        self.fills_in(user, alert_id, ("more", "extend"), {"reason": reason}, (alert_id, "extended", reason))


def woven(lives: list[list[Act]], dice: random.Random) -> list[Act]:
    """All acts in one line, each alert's in its own order."""
    left, line = [list(life) for life in lives], []
    while left := [life for life in left if life]:
        line.append(dice.choice(left).pop(0))
    return line


def told_by_log(rows: list[dict[str, Any]]) -> Counter[Seen]:
    """The log's entries in the form of `Seen`; arrivals and closings are nobody's act."""
    which = {
        "decided": "verdict",
        "noted": "text",
        "extended": "reason",
        "handed_over": "to",
        "responded": "all_done",
        "step_chosen": "step",
    }
    return Counter(
        (row["alert"], row["kind"], row[which[row["kind"]]]) for row in rows if row["kind"] in which
    )
