"""What people do in modals and on the Home: press, choose, submit, close; part of `SlackSandbox`."""

from __future__ import annotations

from typing import Any

from bot.sandbox.slack.block_kit import checked_view
from bot.sandbox.slack.delivery import Kind, Reply
from bot.sandbox.slack.json_values import Json, RefusedError, as_object
from bot.sandbox.slack.methods_views import push, replace
from bot.sandbox.slack.payloads import action, view_action, view_closed, view_submission
from bot.sandbox.slack.people import People, chosen, find_element
from bot.sandbox.slack.records import View
from bot.sandbox.slack.state_values import field_of, is_empty, places, values

Values = dict[tuple[str, str] | str, Any]
"""What to enter, by action_id or by (block_id, action_id)."""


class Modals(People):
    """People and views. Each act returns what the bot answered."""

    def view_click(
        self, user_id: str, action_id: str, *, block_id: str | None = None, home: bool = False
    ) -> Reply:
        """Presses a button in the open modal (the top one), or on the Home. Raises LookupError when there is none."""
        with self.workspace.lock:
            view = self._view(user_id, home=home)
            block, element = find_element(view.body["blocks"], action_id, block_id)
            if element["type"] != "button":
                raise LookupError(f"{action_id} is no button but {element['type']}; use view_choose")
            entry = action(self.workspace, block["block_id"], element, {})
        return self._act_in(view, entry)

    def view_choose(
        self, user_id: str, action_id: str, value: Any, *, block_id: str | None = None, home: bool = False
    ) -> Reply:
        """Chooses or types in the open modal or on the Home.

        Nothing is sent for an input without `dispatch_action`: the reply's body is then "not_dispatched".
        """
        with self.workspace.lock:
            view = self._view(user_id, home=home)
            block, element = find_element(view.body["blocks"], action_id, block_id)
            entered = chosen(element, value)
            if field_of(element):
                view.entered[block["block_id"], action_id] = entered
                self.workspace.touch()
            if block["type"] == "input" and not block["dispatch_action"]:
                return Reply(None, "not_dispatched", 0.0)
            entry = action(self.workspace, block["block_id"], element, entered)
        return self._act_in(view, entry)

    def _act_in(self, view: View, entry: Json) -> Reply:
        with self.workspace.lock:
            payload = view_action(self.workspace, view, [entry])
            payload["trigger_id"] = self.triggers.give(view.user_id)
        return self._send(Kind.INTERACTIVE, payload)

    def fill(self, user_id: str, entered: Values) -> None:
        """Enters values in the open modal without sending anything. Raises LookupError for what is not there."""
        with self.workspace.lock:
            view = self._view(user_id)
            for name, raw in entered.items():
                block_id, action_id = name if isinstance(name, tuple) else (None, name)
                block, element = find_element(view.body["blocks"], action_id, block_id)
                view.entered[block["block_id"], action_id] = chosen(element, raw)
            self.workspace.touch()

    def submit(self, user_id: str, entered: Values | None = None) -> Reply:
        """Submits the open modal with its state and does what the bot answers: close, clear, errors, update, push.

        Raises LookupError when nothing is open and ValueError when a required input is empty.
        """
        with self.workspace.lock:
            self.fill(user_id, entered or {})
            view = self._view(user_id)
            if not view.body["submit"]:
                raise LookupError("this modal has no submit button")
            _check_required(view)
            view.errors = {}
            payload = view_submission(self.workspace, view)
            payload["trigger_id"] = self.triggers.give(user_id)
        reply = self._send(Kind.INTERACTIVE, payload)
        if reply.is_ok:
            try:
                with self.workspace.lock:
                    self._follow(view, reply.body)
            except RefusedError as refused:
                self.workspace.trouble(f"view_submission: {refused.error} {refused.messages}")
        return reply

    def _follow(self, view: View, answer: Json | str) -> None:
        """Does what the answer to a submission says."""
        stack = self.workspace.views.get(view.user_id, [])
        body = as_object(answer) or {}
        wanted = body.get("response_action")
        if wanted is None and answer in ("", {}):
            self.workspace.views[view.user_id] = [one for one in stack if one is not view]
        elif wanted == "clear":
            self.workspace.views[view.user_id] = []
        elif wanted == "errors":
            view.errors = _checked_errors(view, body.get("errors"))
        elif wanted == "update":
            replace(self.workspace, view, checked_view(body.get("view"), "modal"))
        elif wanted == "push":
            push(self.workspace, view.user_id, checked_view(body.get("view"), "modal"))
        else:
            raise RefusedError("invalid_response_action", str(answer)[:200])
        self.workspace.touch()

    def close_view(self, user_id: str, *, everything: bool = False) -> Reply | None:
        """Closes the open modal (with `everything` the whole stack); the bot hears of it when it asked to."""
        with self.workspace.lock:
            view = self._view(user_id)
            is_cleared = everything or bool(view.body["clear_on_close"])
            stack = self.workspace.views[user_id]
            self.workspace.views[user_id] = [] if is_cleared else stack[:-1]
            self.workspace.touch()
            payload = view_closed(self.workspace, view, is_cleared=everything)
        return self._send(Kind.INTERACTIVE, payload) if view.body["notify_on_close"] else None

    def _view(self, user_id: str, *, home: bool = False) -> View:
        if home:
            if user_id not in self.workspace.homes:
                raise LookupError(f"{user_id} has no Home yet")
            return self.workspace.homes[user_id]
        if not self.workspace.views.get(user_id):
            raise LookupError(f"{user_id} has no modal open")
        return self.workspace.views[user_id][-1]


def _check_required(view: View) -> None:
    state = values(view.body["blocks"], view.entered)
    for block_id, action_id in places(view.body["blocks"]):
        block = next(block for block in view.body["blocks"] if block["block_id"] == block_id)
        if block["type"] == "input" and not block["optional"] and is_empty(state[block_id][action_id]):
            raise ValueError(f"{block_id}/{action_id} is required; Slack does not let the form through")


def _checked_errors(view: View, given: object) -> dict[str, str]:
    found = as_object(given)
    inputs = [block["block_id"] for block in view.body["blocks"] if block["type"] == "input"]
    if not found or any(name not in inputs for name in found):
        raise RefusedError("invalid_errors", f"errors must name input blocks: {inputs}")
    return {name: str(words) for name, words in found.items()}
