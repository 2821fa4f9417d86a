"""The public holidays of Japan against the law's calendar, and how other countries are named."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest

from bot.config.holidays import UnknownCountryError, holiday_names, known_countries

# 国民の祝日に関する法律: article 2 names the days, article 3(2) the substitute days (振替休日),
# article 3(3) the day between two holidays (国民の休日). The equinoxes are announced each February by the
# National Astronomical Observatory of Japan. Written by hand, year by year, from the Cabinet Office's list.
JAPAN = {
    2024: "1/1 元日, 1/8 成人の日, 2/11 建国記念の日, 2/12 振替休日, 2/23 天皇誕生日, 3/20 春分の日, 4/29 昭和の日, "
    "5/3 憲法記念日, 5/4 みどりの日, 5/5 こどもの日, 5/6 振替休日, 7/15 海の日, 8/11 山の日, 8/12 振替休日, "
    "9/16 敬老の日, 9/22 秋分の日, 9/23 振替休日, 10/14 スポーツの日, 11/3 文化の日, 11/4 振替休日, 11/23 勤労感謝の日",
    2025: "1/1 元日, 1/13 成人の日, 2/11 建国記念の日, 2/23 天皇誕生日, 2/24 振替休日, 3/20 春分の日, 4/29 昭和の日, "
    "5/3 憲法記念日, 5/4 みどりの日, 5/5 こどもの日, 5/6 振替休日, 7/21 海の日, 8/11 山の日, 9/15 敬老の日, "
    "9/23 秋分の日, 10/13 スポーツの日, 11/3 文化の日, 11/23 勤労感謝の日, 11/24 振替休日",
    2026: "1/1 元日, 1/12 成人の日, 2/11 建国記念の日, 2/23 天皇誕生日, 3/20 春分の日, 4/29 昭和の日, 5/3 憲法記念日, "
    "5/4 みどりの日, 5/5 こどもの日, 5/6 振替休日, 7/20 海の日, 8/11 山の日, 9/21 敬老の日, 9/22 国民の休日, "
    "9/23 秋分の日, 10/12 スポーツの日, 11/3 文化の日, 11/23 勤労感謝の日",
    2027: "1/1 元日, 1/11 成人の日, 2/11 建国記念の日, 2/23 天皇誕生日, 3/21 春分の日, 3/22 振替休日, 4/29 昭和の日, "
    "5/3 憲法記念日, 5/4 みどりの日, 5/5 こどもの日, 7/19 海の日, 8/11 山の日, 9/20 敬老の日, 9/23 秋分の日, "
    "10/11 スポーツの日, 11/3 文化の日, 11/23 勤労感謝の日",
}


def table_of(year: int) -> dict[date, str]:
    rows = (row.split() for row in JAPAN[year].split(", "))
    return {date(year, *map(int, day.split("/"))): name for day, name in rows}


def days_of(year: int) -> list[date]:
    length = (date(year + 1, 1, 1) - date(year, 1, 1)).days
    return [date(year, 1, 1) + timedelta(days=ahead) for ahead in range(length)]


@pytest.mark.parametrize("year", JAPAN)
def test_the_japanese_holidays_are_those_of_the_law(year: int) -> None:
    names_on = holiday_names("JP")

    found = {day: names["ja"] for day in days_of(year) if (names := names_on(day))}

    assert found == table_of(year)


@pytest.mark.parametrize("year", JAPAN)
def test_each_japanese_holiday_has_an_english_name(year: int) -> None:
    names_on = holiday_names("JP")

    english = [names["en"] for day in days_of(year) if (names := names_on(day))]

    assert all(name.isascii() for name in english)


def test_a_country_that_the_library_has_not_translated_keeps_its_own_names() -> None:
    names_on = holiday_names("BB")

    assert names_on(date(2026, 11, 30)) == {"en": "Independence Day"}


def test_a_part_of_a_country_has_its_own_holidays() -> None:
    all_saints = date(2027, 11, 1)

    assert holiday_names("DE", "BY")(all_saints) == {"en": "All Saints' Day"}
    assert holiday_names("DE", "BE")(all_saints) is None


@pytest.mark.parametrize(("country", "subdiv"), [("XX", None), ("", None), ("jp", None), ("JP", "XX")])
def test_an_unknown_place_is_refused_at_once(country: str, subdiv: str | None) -> None:
    with pytest.raises(UnknownCountryError):
        holiday_names(country, subdiv)


def test_the_known_countries_are_those_that_are_taken() -> None:
    assert {"JP", "DE", "US", "AU"} <= set(known_countries())
    assert "XX" not in known_countries()


def test_threads_that_ask_at_once_all_see_the_whole_year() -> None:
    names_on = holiday_names("JP")

    with ThreadPoolExecutor(8) as pool:
        asked = [pool.submit(names_on, date(year, 1, 1)) for year in range(2030, 2050) for _ in range(8)]

    assert all(answer.result() for answer in asked)
