"""What is said of an archive behind which another cause was found, on the new card and in the old thread."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.domain.alert import Alert, AlertState, Closing, Comeback, Return
from bot.domain.cause import Cause
from bot.domain.effects import Say
from bot.domain.lines import Line
from bot.slack.blocks.card import card
from bot.slack.blocks.lines import say
from tests.slack.looks import a_decided, a_look, an_alert, at, texts_in

OLD = Cause("Applicant::DocumentsController#create", "submission.rb:118", "submission")
NEW = Cause("Sidekiq/DocumentFinalizeJob", "submission.rb:164", "check")
BACK = Comeback(
    Return.OTHER_CAUSE, "small", at(30, 14, 20, month=10), "double submit", old=OLD, new=NEW, cases=2
)
ENGLISH = (
    "Archived as Small for Applicant::DocumentsController#create · submission.rb:118 · 2 Submission. "
    "Now 2 events from Sidekiq/DocumentFinalizeJob · submission.rb:164 · 3 Visual check. Please look again."
)
JAPANESE = (
    "Applicant::DocumentsController#create · submission.rb:118 · 2 書類提出 の事象として「小」にしましたが、"
    "Sidekiq/DocumentFinalizeJob · submission.rb:164 · 3 目視確認 から 2件発生しています。見直しをお願いします。"
)


def warning(language: str = "en", **changes: object) -> str:
    """The warning block of a card that waits."""
    alert = an_alert(comeback=replace(BACK, **changes))  # type: ignore[arg-type]
    return card(alert, a_look(language)).blocks[1]["text"]["text"]


def line(language: str, **values: str) -> str:
    effect = Say("6100000102-1", Line.OTHER_CAUSE, "6100000102-2", values)
    return "\n".join(texts_in(say(effect, a_decided(), a_look(language)).blocks))


def values_of(**causes: Cause) -> dict[str, str]:
    parts = ("transaction", "place", "step", "otherwise")
    return {f"{side}_{part}": getattr(cause, part) for side, cause in causes.items() for part in parts}


@pytest.mark.parametrize(("language", "sentence"), [("en", ENGLISH), ("ja", JAPANESE)])
def test_card_and_thread_name_both_causes_by_what_differs(language: str, sentence: str) -> None:
    assert warning(language).splitlines()[0] == f":warning: {sentence}"
    assert line(language, n="2", **values_of(old=OLD, new=NEW)) == sentence


def test_the_card_says_what_was_decided_then_and_names_nobody() -> None:
    assert warning().splitlines()[1] == 'Last time: Small, 30 Oct, "double submit".'
    assert warning(reason="").splitlines()[1] == "Last time: Small, 30 Oct."
    assert warning("ja").splitlines()[1] == "前回：小、10/30「double submit」"


def test_one_event_is_one_event() -> None:
    assert "Now 1 event from" in warning(cases=1)
    assert "から 1件発生" in warning("ja", cases=1)


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("en", "Archived as Small for its first cause. Now 2 events from another cause. Please look again."),
        (
            "ja",
            "最初の原因 の事象として「小」にしましたが、別の原因 から 2件発生しています。見直しをお願いします。",
        ),
    ],
)
def test_causes_that_have_no_name_are_spoken_of_all_the_same(language: str, sentence: str) -> None:
    assert warning(language, old=None, new=None).splitlines()[0] == f":warning: {sentence}"


@pytest.mark.parametrize(
    ("language", "words"), [("en", "Seen from another cause"), ("ja", "別の原因の事象が見つかりました")]
)
def test_the_old_card_folds_leads_on_and_cannot_be_changed(language: str, words: str) -> None:
    closing = Closing("other_cause", at(6, 11))
    old: Alert = a_decided(state=AlertState.CLOSED, closing=closing)

    message = card(old, a_look(language))

    assert any(words in text for text in texts_in(message.blocks))
    assert "change" not in [e.get("action_id") for e in message.blocks[-1]["elements"]]
