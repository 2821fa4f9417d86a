"""The holder of what is in force: sees changes by content, takes them whole, and keeps the old where the new is bad."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from bot.config.rules import load_rules
from bot.config.team_files import TeamFiles
from tests.config.test_rules import GOOD, good_with, write

BOOK = "---\ntitle: {title}\nsteps: [check]\n---\nRead.\n"
Files = Callable[[], TeamFiles]


@pytest.fixture
def files(tmp_path: Path) -> TeamFiles:
    rules = write(tmp_path, GOOD)
    (tmp_path / "books").mkdir()
    book(tmp_path, "Old")
    return TeamFiles(load_rules(rules), rules, tmp_path / "books")


def book(folder: Path, title: str, name: str = "a.md") -> None:
    (folder / "books" / name).write_text(BOOK.format(title=title), encoding="utf-8")


def looks(files: TeamFiles, times: int = 2) -> list[bool]:
    return [files.look() for _ in range(times)]


def test_nothing_changes_while_the_files_do_not(files: TeamFiles, tmp_path: Path) -> None:
    before = files.now
    write(tmp_path, GOOD)

    assert looks(files, 3) == [False, False, False]
    assert files.now is before


def test_a_changed_file_is_in_force_at_the_second_look_with_its_calendar(
    files: TeamFiles, tmp_path: Path
) -> None:
    write(tmp_path, good_with("Asia/Tokyo", "Europe/Berlin"))

    assert looks(files, 3) == [False, True, False]
    assert files.rules().timezone == "Europe/Berlin"
    assert str(files.calendar().timezone) == "Europe/Berlin"


def test_a_file_that_is_still_being_written_is_waited_for(files: TeamFiles, tmp_path: Path) -> None:
    cut = GOOD[: GOOD.index("match:")]
    write(tmp_path, cut)
    assert looks(files, 1) == [False]
    write(tmp_path, GOOD + "people: {guests: [U0NEW]}\n")

    assert looks(files, 1) == [False]
    assert files.rules().match
    assert looks(files, 1) == [True]
    assert files.rules().people.guests == ("U0NEW",)


def test_a_bad_file_keeps_the_old_rules_and_says_where_and_what_to_do(
    files: TeamFiles, tmp_path: Path
) -> None:
    before = files.now.rules
    write(tmp_path, good_with("write: full", "write: al"))

    assert looks(files) == [False, False]
    assert files.rules() is before
    assert files.bad is not None
    assert "rules.yaml:33: sentry.write: " in files.bad.told
    assert "write one of: none, notes, full" in files.bad.told


def test_a_mended_file_is_well_again_even_when_it_is_as_before(files: TeamFiles, tmp_path: Path) -> None:
    write(tmp_path, good_with("write: full", "write: al"))
    looks(files)
    write(tmp_path, GOOD)

    assert looks(files) == [False, False]
    assert files.bad is None


def test_a_file_that_was_removed_is_told_and_changes_nothing(files: TeamFiles, tmp_path: Path) -> None:
    (tmp_path / "rules.yaml").unlink()

    assert looks(files) == [False, False]
    assert files.bad is not None and "no such file" in files.bad.told
    assert files.rules().match


def test_many_problems_are_told_as_three_and_a_number(files: TeamFiles, tmp_path: Path) -> None:
    bad = good_with("write: full", "write: al")
    for old in ("monday: [U01ALICE]", "country: JP", "step: check", "suggest: medium"):
        bad = bad.replace(old, f"{old.partition(':')[0]}: '#'")
    write(tmp_path, bad)
    looks(files)

    assert files.bad is not None and len(files.bad.problems) == 5
    assert "2 more: triage rules check" in files.bad.told


def test_runbooks_are_taken_with_or_without_changed_rules(files: TeamFiles, tmp_path: Path) -> None:
    book(tmp_path, "New")
    book(tmp_path, "Second", "b.md")

    assert looks(files) == [False, True]
    assert [one.title for one in files.now.runbooks.books] == ["New", "Second"]


def test_a_broken_runbook_keeps_the_old_books_but_not_the_old_rules(files: TeamFiles, tmp_path: Path) -> None:
    (tmp_path / "books" / "a.md").write_text("no front matter\n", encoding="utf-8")
    write(tmp_path, good_with("write: full", "write: none"))

    assert looks(files) == [False, True]
    assert files.rules().sentry.write == "none"
    assert [one.title for one in files.now.runbooks.books] == ["Old"]
    assert files.bad is not None and "a.md:1: has no front matter" in files.bad.told
