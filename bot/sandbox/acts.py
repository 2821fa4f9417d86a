"""What a person at the page may do in Slack, by the name that the page gives it; called by `demo.py`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from bot.sandbox.slack.delivery import Reply
from bot.sandbox.slack.modals import Values
from bot.sandbox.slack.server import SlackSandbox

Json = dict[str, Any]


class BadActError(Exception):
    """The page asked for something that no page of ours asks for."""


class Given:
    """The details of an act, read with care: they come over HTTP."""

    def __init__(self, values: Json) -> None:
        self._values = values

    def text(self, name: str) -> str:
        """A text that must be there. Raises BadActError."""
        value = self._values.get(name)
        if not isinstance(value, str):
            raise BadActError(f"{name} is missing")
        return value

    def maybe(self, name: str) -> str | None:
        """A text that may be missing, or empty."""
        value = self._values.get(name)
        return value if isinstance(value, str) and value else None

    def any(self, name: str) -> Any:
        """Whatever JSON gave, None when it gave nothing."""
        return self._values.get(name)

    def entered(self) -> Values:
        """What stands in the inputs of the open view, by block and action. Raises BadActError."""
        found: Values = {}
        try:
            for item in self._values.get("values") or ():
                found[item["block_id"], item["action_id"]] = item["value"]
        except (TypeError, KeyError) as error:
            raise BadActError("values are not as the page sends them") from error
        return found


def perform(slack: SlackSandbox, person: str, kind: str, given: Given) -> Json:
    """Do it as that person and tell how the bot answered: {}, {error} or {errors: {block_id: text}}.

    `error` is `timeout` after Slack's three seconds, `gone` for what is no longer there to be pressed, else the bot's
    HTTP status. Raises BadActError for a kind or a detail that is not there.
    """
    act = ACTS.get(kind)
    if act is None:
        raise BadActError(f"no such act: {kind[:40]}")
    try:
        reply = act(slack, person, given)
    except (LookupError, ValueError):
        return {"error": "gone"}
    if reply is None or reply.body == "not_dispatched":
        return {}
    if reply.status is None:
        return {"error": "timeout"}
    if not 200 <= reply.status < 300:
        return {"error": str(reply.status)}
    body: Any = reply.body
    return {"errors": body["errors"]} if isinstance(body, dict) and "errors" in body else {}


Act = Callable[[SlackSandbox, str, Given], Reply | None]


def _click(slack: SlackSandbox, person: str, given: Given) -> Reply:
    place = given.text("channel"), given.text("ts"), given.text("action_id")
    return slack.click(person, *place, block_id=given.maybe("block_id"))


def _choose(slack: SlackSandbox, person: str, given: Given) -> Reply:
    place = given.text("channel"), given.text("ts"), given.text("action_id")
    return slack.choose(person, *place, given.any("value"), block_id=given.maybe("block_id"))


def _slash(slack: SlackSandbox, person: str, given: Given) -> Reply:
    return slack.slash(person, given.text("channel"), given.text("command"), given.text("text"))


def _shortcut(slack: SlackSandbox, person: str, given: Given) -> Reply:
    return slack.shortcut(person, given.text("callback_id"), given.text("channel"), given.text("ts"))


def _say(slack: SlackSandbox, person: str, given: Given) -> None:
    slack.say(person, given.text("channel"), given.text("text"), thread_ts=given.maybe("thread_ts"))


def _read(slack: SlackSandbox, person: str, given: Given) -> None:
    slack.mark_read(person, given.text("channel"))


def _open_home(slack: SlackSandbox, person: str, given: Given) -> Reply:
    return slack.open_home(person)


def _view_click(slack: SlackSandbox, person: str, given: Given) -> Reply:
    home = given.any("home") is True
    if not home:
        slack.fill(person, given.entered())
    return slack.view_click(person, given.text("action_id"), block_id=given.maybe("block_id"), home=home)


def _view_choose(slack: SlackSandbox, person: str, given: Given) -> Reply:
    home = given.any("home") is True
    if not home:
        slack.fill(person, given.entered())
    block_id, value = given.maybe("block_id"), given.any("value")
    return slack.view_choose(person, given.text("action_id"), value, block_id=block_id, home=home)


def _submit(slack: SlackSandbox, person: str, given: Given) -> Reply:
    return slack.submit(person, given.entered())


def _close_view(slack: SlackSandbox, person: str, given: Given) -> Reply | None:
    return slack.close_view(person)


ACTS: dict[str, Act] = {
    "click": _click,
    "choose": _choose,
    "slash": _slash,
    "shortcut": _shortcut,
    "say": _say,
    "read": _read,
    "open_home": _open_home,
    "view_click": _view_click,
    "view_choose": _view_choose,
    "submit": _submit,
    "close_view": _close_view,
}
"""By the `kind` that the page sends."""
