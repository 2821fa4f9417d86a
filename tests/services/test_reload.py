"""What Slack hears of rules that cannot be read: one line, kept true, masked, and taken back."""

from __future__ import annotations

from bot.config.team_files import BadFiles
from bot.domain.effects import Announce, Revise, Service
from bot.domain.lines import Line
from bot.ports import Store
from bot.services import reload
from bot.services.desk import Desk
from tests.fakes import FakeClock
from tests.services.desks import a_desk

BAD = BadFiles("a" * 64, ("rules.yaml:3: match: wrong; mend it", "rules.yaml:9: sentry: wrong; mend it"))
WORSE = BadFiles("b" * 64, ("rules.yaml:4: rotation.monday[0]: is no person: taro@example.com;; mend it",))


def said(desk: Desk) -> list[Announce | Revise]:
    """The effects about the rules, in the order of their making."""
    store: Store = desk.store
    found = [saved.effect for saved in store.due(Service.SLACK, desk.clock.machine(), 100)]
    return [effect for effect in found if isinstance(effect, Announce | Revise)]


def test_a_bad_content_is_said_once_however_often_it_is_looked_at() -> None:
    desk = a_desk()

    for _ in range(3):
        reload.tell(desk, BAD)

    [line] = said(desk)
    assert isinstance(line, Announce)
    assert (line.line, line.channel, line.mention) == (Line.RULES_BAD, "alerts", ())
    assert line.values["problem"] == BAD.problems[0]
    assert line.values["more"] == "1"


def test_another_bad_content_edits_the_line_and_personal_data_in_it_is_masked() -> None:
    desk = a_desk()
    reload.tell(desk, BAD)
    reload.tell(desk, WORSE)

    first, second = said(desk)
    assert isinstance(second, Revise)
    assert "taro@example.com" not in second.values["problem"]
    assert isinstance(first, Announce) and first.about in second.of


def test_a_good_content_takes_the_line_back_and_says_nothing_where_none_stands() -> None:
    desk = a_desk()
    reload.tell(desk, None)
    assert said(desk) == []

    reload.tell(desk, BAD)
    reload.tell(desk, None)
    reload.tell(desk, None)

    assert [effect.line for effect in said(desk)] == [Line.RULES_BAD, Line.RULES_WELL]


def test_the_same_fault_made_again_later_is_said_again() -> None:
    clock = FakeClock()
    desk = a_desk(clock=clock)
    reload.tell(desk, BAD)
    reload.tell(desk, None)
    clock.at = clock.at.replace(hour=23)

    reload.tell(desk, BAD)

    assert sum(isinstance(effect, Announce) for effect in said(desk)) == 2
