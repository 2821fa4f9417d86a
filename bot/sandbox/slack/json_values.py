"""JSON as the local Slack handles it: objects, lists and the refusal of a call; used by all its files."""

from __future__ import annotations

from typing import Any, cast

Json = dict[str, Any]


class RefusedError(Exception):
    """A call that Slack answers with `ok: false`; `messages` go to `response_metadata.messages`."""

    def __init__(self, error: str, *messages: str, **more: Any) -> None:
        """`error` is Slack's name for the refusal, `more` goes into the answer beside it."""
        super().__init__(error, *messages)
        self.error = error
        self.messages = list(messages)
        self.more = more

    def answer(self) -> Json:
        """The body of the answer to the bot."""
        body: Json = {"ok": False, "error": self.error, **self.more}
        if self.messages:
            body["response_metadata"] = {"messages": self.messages}
        return body


def as_object(value: object) -> Json | None:
    """The value when it is a JSON object, else None."""
    return cast(Json, value) if isinstance(value, dict) else None


def as_list(value: object) -> list[Any] | None:
    """The value when it is a JSON list, else None."""
    return cast(list[Any], value) if isinstance(value, list) else None


def objects_in(value: object) -> list[Json]:
    """Every JSON object in the value, the outer before the inner."""
    found: list[Json] = []
    if (whole := as_object(value)) is not None:
        found.append(whole)
        for part in whole.values():
            found.extend(objects_in(part))
    for part in as_list(value) or []:
        found.extend(objects_in(part))
    return found
