"""The job that takes changed rules: what must be asked anew is asked in the same run."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from bot.config.rules import load_rules
from bot.config.team_files import TeamFiles
from bot.jobs import reload
from bot.ports import Person, TryLater
from bot.services.people import People
from tests.config.test_rules import GOOD, good_with, write
from tests.fakes import FakeClock
from tests.jobs.test_job import a_crew


class Directory:
    """A Slack that knows everybody, and remembers whom it was asked for."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def by_id(self, user_id: str) -> Person | None:
        self.asked.append(user_id)
        return Person(user_id, user_id.title())

    def by_email(self, email: str) -> Person | None:
        return None


def test_changed_rules_are_asked_about_in_slack_and_the_policy_is_made_anew(tmp_path: Path) -> None:
    file, clock, slack = write(tmp_path, GOOD), FakeClock(), Directory()
    files = TeamFiles(load_rules(file), file, tmp_path / "none")
    crew = a_crew(clock)
    people = People(crew.desk.store, clock, slack, files.rules, files.calendar)
    identified: list[int] = []
    crew = replace(crew, people=people, files=files, identify=lambda: identified.append(1))
    assert people.policy().rules.timezone == "Asia/Tokyo"

    reload.JOB.run(crew)
    assert (slack.asked, identified) == ([], [])
    write(tmp_path, good_with("U01ALICE", "U0NEW").replace("Asia/Tokyo", "Europe/Berlin"))
    for _ in range(3):
        reload.JOB.run(crew)

    assert (slack.asked, identified) == (["U0NEW"], [1])
    policy = people.policy()
    assert (policy.rules.timezone, policy.rotation.weekdays[0]) == ("Europe/Berlin", ("U0NEW",))


def test_slack_being_silent_does_not_keep_changed_rules_out(tmp_path: Path) -> None:
    file = write(tmp_path, GOOD)
    files = TeamFiles(load_rules(file), file, tmp_path / "none")
    crew = replace(a_crew(), files=files)
    crew = replace(crew, people=People(crew.desk.store, crew.clock, Silent(), files.rules, files.calendar))
    assert crew.people.policy().rules.sentry.write == "full"
    write(tmp_path, good_with("write: full", "write: none"))

    for _ in range(2):
        reload.JOB.run(crew)

    assert crew.people.policy().rules.sentry.write == "none"


class Silent:
    """A Slack that does not answer."""

    def by_id(self, user_id: str) -> Person | None:
        raise TryLater("silent")

    def by_email(self, email: str) -> Person | None:
        raise TryLater("silent")
