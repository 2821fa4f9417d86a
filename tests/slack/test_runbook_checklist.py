"""The checklist that fits an alert: by its state, by its step, never none where the runbook has items."""

from __future__ import annotations

import pytest

from bot.config.runbooks import Runbook, Section, load_runbooks
from bot.domain.alert import Alert
from bot.slack.runbook_checklist import MOST_ITEMS, checklist_of
from tests.builders import ROOT
from tests.slack.looks import a_decided, a_small, an_alert

JUDGING = Section("Judging", "- [ ] look", ("open",))
RESPONSE = Section("Response", "- [ ] repair", ("medium", "large"))
PLAIN = Section("Always", "- [ ] breathe")
OF_STEP = Section("Of the check", "- [ ] call the operators", ("open", "check"))


def a_book(*sections: Section) -> Runbook:
    return Runbook("a.md", None, "A book", (), sections)


def chosen(alert: Alert, *sections: Section) -> str | None:
    draft = checklist_of(a_book(*sections), alert, lambda url: False)
    return draft.heading if draft else None


@pytest.mark.parametrize(
    ("alert", "sections", "heading"),
    [
        (an_alert(), (RESPONSE, JUDGING), "Judging"),
        (a_decided(), (JUDGING, RESPONSE), "Response"),
        (a_decided(), (JUDGING, PLAIN), "Always"),
        (a_decided(), (PLAIN, RESPONSE), "Response"),
        (a_small(), (JUDGING, RESPONSE), "Judging"),
        (an_alert(), (OF_STEP, JUDGING), "Of the check"),
        (an_alert(step="result"), (OF_STEP, JUDGING), "Judging"),
        (an_alert(), (Section("Words", "no items"),), None),
    ],
)
def test_the_section_that_fits_now_is_chosen(
    alert: Alert, sections: tuple[Section, ...], heading: str | None
) -> None:
    assert chosen(alert, *sections) == heading


def test_items_are_plain_words_and_the_rest_is_slack_s_text() -> None:
    text = (
        "Do **this** first.\n\n- [ ] press *Responded* in `the\n  card`\n1. [x] see [it](https://a.example/x)\n"
        "- not an item\n```\n- [ ] code\n```"
    )

    draft = checklist_of(a_book(Section("**Now**", text)), an_alert(), lambda url: False)

    assert draft
    assert draft.heading == "Now"
    assert draft.items == ("press Responded in the card", "see it")
    assert draft.words == "Do *this* first.\n\n• not an item\n```\n- [ ] code\n```"


def test_a_list_that_is_far_too_long_is_cut() -> None:
    draft = checklist_of(a_book(Section("x", "- [ ] a\n" * 99)), an_alert(), lambda url: False)

    assert draft
    assert len(draft.items) == MOST_ITEMS


@pytest.mark.parametrize("language", ["en", "ja"])
def test_each_shipped_runbook_has_a_list_for_judging_and_one_for_the_response(language: str) -> None:
    books = load_runbooks(ROOT / "runbooks")

    for name in books.names:
        book = books.find(name, language)
        assert book
        lists = [checklist_of(book, alert, lambda url: False) for alert in (an_alert(), a_decided())]
        headings = {draft.heading for draft in lists if draft and len(draft.items) >= 2}
        assert len(headings) == 2, (name, language)
