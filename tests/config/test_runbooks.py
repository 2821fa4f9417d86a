"""Reading runbooks: what a right file becomes, how a wrong one is told, which one is read."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.config.rules import load_rules
from bot.config.runbooks import SIZE_LIMIT, Runbooks, load_runbooks
from bot.domain.journey import ANY, WHOLE

ROOT = Path(__file__).parents[2]
GOOD = "---\ntitle: Stuck worker\nsteps: [check]\n---\n\n## What you see\n\nA queue that grows.\n"
LANGUAGE_OF_JUDGING = [("en", "Judge it", "**On the card**:"), ("ja", "判断", "**カードで分かること**：")]


def folder(tmp_path: Path, **files: str | bytes) -> Path:
    """A folder of runbooks; `stuck_ja` becomes `stuck.ja.md`."""
    for name, content in files.items():
        path = tmp_path / (name.replace("_", ".") + ".md")
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    return tmp_path


def titled(title: str, steps: str = "[]") -> str:
    return f"---\ntitle: {title}\nsteps: {steps}\n---\ntext\n"


def problem(tmp_path: Path, content: str | bytes) -> str:
    books = load_runbooks(folder(tmp_path, book=content))
    assert books.books == ()
    return books.problems[0].removeprefix(f"{tmp_path}/")


def test_a_runbook_is_its_front_matter_and_its_sections_of_the_second_level(tmp_path: Path) -> None:
    text = (
        "---\ntitle: Stuck worker\nsteps: check\n---\nIntro.\n\n"
        "## First ##\n\n### Below\n\none\n## Second\n```\n## no\n```\n"
    )

    book = load_runbooks(folder(tmp_path, stuck=text)).books[0]

    assert (book.name, book.language, book.title, book.steps) == (
        "stuck.md",
        None,
        "Stuck worker",
        ("check",),
    )
    assert [(section.heading, section.text) for section in book.sections] == [
        ("Stuck worker", "Intro."),
        ("First", "### Below\n\none"),
        ("Second", "```\n## no\n```"),
    ]


def test_a_section_may_say_for_which_states_and_steps_it_is(tmp_path: Path) -> None:
    text = "---\ntitle: A\n---\n## First\n<!-- for: open, check -->\n<!-- a word -->\none\n## Second\ntwo\n"

    book = load_runbooks(folder(tmp_path, a=text)).books[0]

    assert [section.fits for section in book.sections] == [("open", "check"), ()]


def test_a_runbook_is_found_in_the_language_of_its_reader_else_as_it_is(tmp_path: Path) -> None:
    files = {"a": titled("A"), "a_ja": titled("あ"), "b_ja": titled("い"), "c": titled("C")}
    books = load_runbooks(folder(tmp_path, **files))

    def title(name: str, language: str) -> str | None:
        found = books.find(name, language)
        return found.title if found else None

    assert books.names == ("a.md", "b.md", "c.md")
    assert [title("a.md", "en"), title("a.md", "ja"), title("b.md", "en"), title("c.md", "ja")] == [
        "A",
        "あ",
        "い",
        "C",
    ]
    assert title("a.ja.md", "en") == "あ"
    assert title("d.md", "en") is None
    assert title("../a.md", "en") is None


def test_what_a_rule_names_is_read_first_then_what_was_written_for_the_step_then_for_any(
    tmp_path: Path,
) -> None:
    files = {"a": titled("A", "[any]"), "b": titled("B", "[check]"), "c": titled("C")}
    books = load_runbooks(folder(tmp_path, **files))

    def chosen(named: str | None, step: str | None) -> str:
        found = books.choose(named, step, "en")
        return found.title if found else "none"

    assert [chosen("c.md", "check"), chosen(None, "check"), chosen("gone.md", "check")] == ["C", "B", "B"]
    assert [chosen(None, "result"), chosen(None, None)] == ["A", "A"]
    assert Runbooks().choose(None, "check", "en") is None


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("## Only text\n", "book.md:1: has no front matter; begin with the lines ---, title: ..., ---"),
        ("---\ntitle: A\n", "book.md:1: has no front matter; begin with the lines ---, title: ..., ---"),
        ("---\nsteps: [check]\n---\ntext\n", 'book.md:1: title: is missing; add "title: ..." here'),
        (
            "---\ntitle: A\nstep: check\n---\ntext\n",
            'book.md:3: step: is not a known key; did you mean "steps"?',
        ),
        ("---\ntitle: A\ntitle: B\n---\ntext\n", "book.md:3: title: stands twice, in line 2 and in line 3"),
        ("---\ntitle: &a A\n---\ntext\n", "book.md:2: anchors (&) and aliases (*) are not used here"),
        ("---\n# nothing\n---\ntext\n", "book.md: is empty"),
        ("---\ntitle: 3\n---\ntext\n", "book.md:2: title: must be text"),
        ("---\ntitle: " + "a" * 81 + "\n---\ntext\n", "book.md:2: title: must have 1 to 80 characters"),
        ("---\ntitle: A\n---\n\n## Empty\n", "book.md:3: says nothing below its front matter"),
        (b"---\ntitle: \xff\n---\n", "book.md:2: is not UTF-8 text; save the file as UTF-8"),
        (GOOD + "x" * SIZE_LIMIT, "book.md: is larger than 64 KiB; split it"),
    ],
)
def test_a_wrong_file_is_told_with_file_line_and_remedy(
    tmp_path: Path, content: str | bytes, told: str
) -> None:
    assert problem(tmp_path, content).startswith(told)


def test_a_broken_runbook_keeps_no_other_from_being_read(tmp_path: Path) -> None:
    books = load_runbooks(folder(tmp_path, a="nothing", b=GOOD))

    assert (books.names, len(books.problems)) == (("b.md",), 1)


def test_a_link_out_of_the_folder_is_refused_and_hidden_files_and_readmes_are_no_runbooks(
    tmp_path: Path,
) -> None:
    outside = tmp_path / "secret"
    outside.write_text(GOOD, encoding="utf-8")
    inside = tmp_path / "books"
    (inside / ".git").mkdir(parents=True)
    folder(inside, README="how to write one", ok=GOOD)
    folder(inside / ".git", hidden=GOOD)
    (inside / "stolen.md").symlink_to(outside)

    books = load_runbooks(inside)

    assert books.names == ("ok.md",)
    assert "leads out of the folder" in books.problems[0]
    assert len(books.problems) == 1


def test_a_folder_that_is_not_there_holds_no_runbooks(tmp_path: Path) -> None:
    assert load_runbooks(tmp_path / "none") == Runbooks()


# --- the shipped ones ---


def test_the_shipped_runbooks_are_well_and_each_is_there_in_both_languages() -> None:
    books = load_runbooks(ROOT / "runbooks")

    assert not books.problems
    assert len(books.names) >= 7
    for name in books.names:
        english, japanese = books.find(name, "en"), books.find(name, "ja")
        assert english and japanese
        assert (english.language, japanese.language) == (None, "ja")
        assert english.steps == japanese.steps
        assert len(english.sections) == len(japanese.sections)


@pytest.mark.parametrize(
    ("language", "headings"),
    [
        (
            "en",
            [
                "What you see",
                "Judge it",
                "First response",
                "Repair",
                "Tell whom",
                "Afterwards",
                "Checklist: judging",
                "Checklist: response",
            ],
        ),
        (
            "ja",
            [
                "見えること",
                "判断",
                "最初の対応",
                "復旧",
                "連絡先",
                "そのあと",
                "チェックリスト（判断）",
                "チェックリスト（対応）",
            ],
        ),
    ],
)
def test_the_shipped_runbooks_have_one_form(language: str, headings: list[str]) -> None:
    books = load_runbooks(ROOT / "runbooks")

    for name in books.names:
        book = books.find(name, language)
        assert book
        told = [section.heading for section in book.sections if section.heading != book.title]
        assert told == headings, name
        assert "- [ ]" in book.sections[-1].text, name


def test_the_shipped_rules_name_shipped_runbooks_and_every_step_has_one() -> None:
    books, rules = load_runbooks(ROOT / "runbooks"), load_rules(ROOT / "rules.yaml")

    named = {rule.runbook for rule in rules.match if rule.runbook}

    assert named and named <= set(books.names)
    steps = {step for book in books.books for step in book.steps}
    assert steps <= {*rules.journey.ids, WHOLE, ANY}
    assert all(books.choose(None, step, "en") for step in (*rules.journey.ids, WHOLE, None))


@pytest.mark.parametrize("language", ["en", "ja"])
def test_a_step_without_a_book_of_its_own_opens_how_to_judge_and_not_a_narrow_one(language: str) -> None:
    books = load_runbooks(ROOT / "runbooks")

    for step in ("submission", "outside", "unsure", None):
        book = books.choose(None, step, language)
        assert book and book.name == "judge-impact.md"


@pytest.mark.parametrize(("language", "heading", "opening"), LANGUAGE_OF_JUDGING)
def test_every_book_on_judging_begins_with_what_the_card_itself_tells(
    language: str, heading: str, opening: str
) -> None:
    books = load_runbooks(ROOT / "runbooks")

    for name in sorted({*books.names} - {"tell-customer.md", "judge-impact.md"}):
        book = books.find(name, language)
        assert book
        (judging,) = [section.text for section in book.sections if section.heading == heading]
        assert judging.startswith(opening), name
