"""Both languages say everything, with the same values, and dates as the team reads them."""

from __future__ import annotations

import re
import string
from collections.abc import Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.domain.alert import Return, Suspicion
from bot.domain.decision import Verdict
from bot.domain.entries import EntryKind
from bot.domain.lines import Line
from bot.i18n import LANGUAGES, Words, language_of, templates

TOKYO = ZoneInfo("Asia/Tokyo")
WEDNESDAY = datetime(2026, 11, 4, 10, 0, tzinfo=UTC)


def placeholders(template: str | Mapping[str, str]) -> set[str]:
    sentences = [template] if isinstance(template, str) else template.values()
    return {name for one in sentences for _, name, _, _ in string.Formatter().parse(one) if name}


def test_both_languages_have_the_same_keys() -> None:
    assert set(templates("en")) == set(templates("ja"))


def test_a_sentence_takes_the_same_values_in_both_languages() -> None:
    differing = [
        key
        for key, said in templates("en").items()
        if placeholders(said) != placeholders(templates("ja")[key])
    ]

    assert differing == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_key_stands_twice_in_a_file(language: str) -> None:
    lines = (Path("bot/locales") / f"{language}.yaml").read_text("utf-8").splitlines()
    paths: list[str] = []
    above: dict[int, str] = {}
    for line in lines:
        if found := re.match(r"( *)([a-z_0-9]+):", line):
            above[len(found[1])] = found[2]
            paths.append(".".join(above[depth] for depth in sorted(above) if depth <= len(found[1])))

    assert sorted(paths) == sorted(set(paths))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_word_of_the_domain_has_a_sentence(language: str) -> None:
    words = Words(language, TOKYO)
    composed = {Line.LARGE, Line.CAME_BACK}
    wanted = [
        *(f"line.{line.value}" for line in Line if line not in composed),
        *(f"level.{verdict.value}" for verdict in Verdict),
        *(f"suspicion.{why.value}" for why in Suspicion),
        *(f"return.{why.value}" for why in Return),
        *(f"entry.{kind.value}" for kind in EntryKind),
    ]

    assert [key for key in wanted if not words.has(key)] == []


def test_every_error_of_the_code_has_a_sentence() -> None:
    named = {
        key
        for source in Path("bot").rglob("*.py")
        for key in re.findall(r'UserError\(\s*"([a-z_.]+)"', source.read_text("utf-8"))
    }

    assert named
    assert [key for key in sorted(named) if key not in templates("en")] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_bold_words_stand_between_spaces_for_slack_shows_them_only_so(language: str) -> None:
    wrong: list[str] = []
    for key, said in templates(language).items():
        for one in [said] if isinstance(said, str) else said.values():
            for bold in re.finditer(r"\*[^*\n]+\*", one):
                before, after = one[: bold.start()][-1:], one[bold.end() :][:1]
                if before not in ("", " ", "\n", "(") or after not in ("", " ", "\n", ".", ",", ":", ")"):
                    wrong.append(f"{key}: {one}")

    assert wrong == []


def test_english_tells_one_from_many() -> None:
    words = Words("en", TOKYO)

    assert words.text("card.events", n=1) == "1 event"
    assert words.text("card.events", n="1") == "1 event"
    assert words.text("card.events", n=3) == "3 events"
    assert Words("ja", TOKYO).text("card.events", n=1) == "1件"


def test_an_unknown_key_or_a_missing_value_is_an_error() -> None:
    words = Words("en", TOKYO)

    with pytest.raises(KeyError):
        words.text("card.nothing_of_the_kind")
    with pytest.raises(KeyError):
        words.text("card.events")


def test_braces_in_a_value_are_no_placeholders() -> None:
    assert Words("en", TOKYO).text("card.reason", reason="{n} {0} {") == '"{n} {0} {"'


def test_a_language_without_words_is_refused() -> None:
    with pytest.raises(ValueError, match="fr"):
        Words("fr", TOKYO).text("level.large")


@pytest.mark.parametrize(
    ("language", "moment", "on_date", "day"),
    [("en", "Wed 4 Nov 19:00", "Wed 4 Nov", "4 Nov"), ("ja", "11/4(水) 19:00", "11/4(水)", "11/4")],
)
def test_dates_are_absolute_and_in_the_teams_zone(language: str, moment: str, on_date: str, day: str) -> None:
    words = Words(language, TOKYO)

    assert words.moment(WEDNESDAY) == moment
    assert words.date(WEDNESDAY) == on_date
    assert words.date(date(2026, 11, 4)) == on_date
    assert words.day(WEDNESDAY) == day
    assert words.time(WEDNESDAY) == "19:00"


def test_the_day_is_the_day_of_the_zone_not_of_utc() -> None:
    late = datetime(2026, 11, 3, 15, 30, tzinfo=UTC)

    assert Words("en", TOKYO).moment(late) == "Wed 4 Nov 00:30"
    assert Words("ja", TOKYO).day(late) == "11/4"
    assert not Words("en", TOKYO).same_day(late, datetime(2026, 11, 3, 14, 30, tzinfo=UTC))


def test_a_date_that_is_far_away_carries_its_year() -> None:
    old = datetime(2025, 3, 4, 10, 0, tzinfo=UTC)

    assert Words("en", TOKYO).day(old, WEDNESDAY) == "4 Mar 2025"
    assert Words("ja", TOKYO).moment(old, WEDNESDAY) == "2025/3/4(火) 19:00"
    assert Words("en", TOKYO).day(datetime(2026, 10, 30, tzinfo=UTC), WEDNESDAY) == "30 Oct"


@pytest.mark.parametrize(
    ("locale", "language"),
    [("ja-JP", "ja"), ("ja", "ja"), ("ja_JP", "ja"), ("en-GB", "en"), ("fr-FR", "en"), ("", "en")],
)
def test_a_person_is_answered_in_the_language_of_their_slack(locale: str, language: str) -> None:
    assert language_of(locale) == language
