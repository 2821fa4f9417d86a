"""Business days and hours: tables for Tokyo, and the clock changes of other zones."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.domain.calendar import BusinessCalendar, CalendarError

TOKYO = ZoneInfo("Asia/Tokyo")
HOLIDAYS = {
    date(2026, 11, 3): {"en": "Culture Day", "ja": "文化の日"},
    date(2026, 11, 23): {"en": "Labor Thanksgiving Day", "ja": "勤労感謝の日"},
}
OFFICE = BusinessCalendar(TOKYO, ((time(10), time(19)),), HOLIDAYS.get)
LUNCH = BusinessCalendar(TOKYO, ((time(10), time(12)), (time(13), time(19))), HOLIDAYS.get)
ALWAYS = BusinessCalendar(TOKYO, (), HOLIDAYS.get)
NIGHT = ((time(0, 30), time(2, 15)), (time(2, 20), time(4)))


def tokyo(text: str) -> datetime:
    """`11-02 11:40` in Tokyo, in the year of the story."""
    return datetime.fromisoformat(f"2026-{text}").replace(tzinfo=TOKYO)


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2026, 11, 2), True),
        (date(2026, 11, 3), False),
        (date(2026, 11, 7), False),
        (date(2026, 11, 8), False),
        (date(2026, 11, 9), True),
        (date(2026, 12, 31), True),
    ],
)
def test_weekends_and_holidays_are_off(day: date, expected: bool) -> None:
    assert OFFICE.is_business_day(day) is expected


def test_the_companys_own_days_win_over_the_country_and_its_workdays_over_all() -> None:
    calendar = BusinessCalendar(
        TOKYO,
        OFFICE.spans,
        HOLIDAYS.get,
        holidays=frozenset({date(2026, 12, 31), date(2026, 12, 30)}),
        workdays=frozenset({date(2026, 11, 3), date(2026, 11, 7), date(2026, 12, 30)}),
    )

    assert not calendar.is_business_day(date(2026, 12, 31))
    assert calendar.is_business_day(date(2026, 12, 30))
    assert calendar.is_business_day(date(2026, 11, 3))
    assert calendar.is_business_day(date(2026, 11, 7))
    assert calendar.day_off_name(date(2026, 11, 3), "en") is None


@pytest.mark.parametrize(
    ("day", "lang", "name"),
    [
        (date(2026, 11, 3), "ja", "文化の日"),
        (date(2026, 11, 3), "en", "Culture Day"),
        (date(2026, 11, 3), "fr", "Culture Day"),
        (date(2026, 11, 2), "ja", None),
        (date(2026, 11, 7), "ja", None),
    ],
)
def test_a_day_off_is_called_by_its_name(day: date, lang: str, name: str | None) -> None:
    assert OFFICE.day_off_name(day, lang) == name


@pytest.mark.parametrize(
    ("at", "opening"),
    [
        ("11-02 09:59", "11-02 10:00"),
        ("11-02 10:00", "11-02 10:00"),
        ("11-02 11:40", "11-02 11:40"),
        ("11-02 12:00", "11-02 13:00"),
        ("11-02 12:30", "11-02 13:00"),
        ("11-02 18:59", "11-02 18:59"),
        ("11-02 19:00", "11-04 10:00"),
        ("11-03 11:00", "11-04 10:00"),
        ("11-06 21:00", "11-09 10:00"),
        ("11-08 02:00", "11-09 10:00"),
    ],
)
def test_the_next_opening_is_the_instant_itself_while_at_work(at: str, opening: str) -> None:
    assert LUNCH.next_opening(tokyo(at)) == tokyo(opening)
    assert LUNCH.is_open(tokyo(at)) is (at == opening)


def test_instants_come_out_in_utc() -> None:
    assert OFFICE.next_opening(tokyo("11-02 11:40")).tzinfo is UTC
    assert OFFICE.close_of(date(2026, 11, 2)) == datetime(2026, 11, 2, 10, 0, tzinfo=UTC)
    assert OFFICE.close_of(date(2026, 11, 2)).tzinfo is UTC
    assert OFFICE.to_local(datetime(2026, 11, 2, 10, 0, tzinfo=UTC)).hour == 19


@pytest.mark.parametrize(
    ("at", "day"),
    [
        ("11-02 08:00", date(2026, 11, 2)),
        ("11-02 12:30", date(2026, 11, 2)),
        ("11-02 19:00", date(2026, 11, 4)),
        ("11-07 12:00", date(2026, 11, 9)),
    ],
)
def test_an_instant_counts_for_the_day_on_which_it_can_be_worked_on(at: str, day: date) -> None:
    assert LUNCH.business_day_of(tokyo(at)) == day


@pytest.mark.parametrize(
    ("number", "day"),
    [
        (0, date(2026, 11, 2)),
        (1, date(2026, 11, 4)),
        (3, date(2026, 11, 6)),
        (4, date(2026, 11, 9)),
        (-1, date(2026, 10, 30)),
        (-6, date(2026, 10, 23)),
        (999, date(2030, 9, 3)),
    ],
)
def test_business_days_are_counted_over_weekends_and_holidays(number: int, day: date) -> None:
    assert OFFICE.add_business_days(date(2026, 11, 2), number) == day


@pytest.mark.parametrize(
    ("start", "end", "hours"),
    [
        ("11-02 11:40", "11-02 11:52", 0.2),
        ("11-02 11:30", "11-02 13:30", 1),
        ("11-02 18:00", "11-04 11:00", 2),
        ("11-02 00:00", "11-09 00:00", 32),
        ("11-03 10:00", "11-03 19:00", 0),
        ("11-04 11:00", "11-04 10:00", 0),
    ],
)
def test_only_business_time_counts_between_two_instants(start: str, end: str, hours: float) -> None:
    assert LUNCH.business_hours_between(tokyo(start), tokyo(end)) == timedelta(hours=hours)


@pytest.mark.parametrize(
    ("start", "hours", "end"),
    [
        ("11-02 11:00", 2, "11-02 14:00"),
        ("11-02 11:00", 1, "11-02 12:00"),
        ("11-02 18:00", 2, "11-04 11:00"),
        ("11-02 18:00", 1, "11-02 19:00"),
        ("11-06 21:00", 3, "11-09 14:00"),
        ("11-02 10:00", 8, "11-02 19:00"),
        ("11-02 10:00", 16, "11-04 19:00"),
    ],
)
def test_business_time_is_added_and_taken_off_across_breaks(start: str, hours: float, end: str) -> None:
    length = timedelta(hours=hours)

    assert LUNCH.add_business_time(tokyo(start), length) == tokyo(end)
    assert LUNCH.subtract_business_time(tokyo(end), length) == LUNCH.next_opening(tokyo(start))


def test_a_team_that_never_closes_works_on_holidays_too() -> None:
    assert ALWAYS.is_open(tokyo("11-08 03:00"))
    assert ALWAYS.is_business_day(date(2026, 11, 3))
    assert ALWAYS.day_off_name(date(2026, 11, 3), "en") is None
    assert ALWAYS.close_of(date(2026, 11, 3)) == ALWAYS.open_of(date(2026, 11, 4)) == tokyo("11-04 00:00")
    assert ALWAYS.add_business_time(tokyo("11-02 20:00"), timedelta(hours=30)) == tokyo("11-04 02:00")
    assert ALWAYS.day_length == timedelta(hours=24)


def test_hours_may_end_at_midnight() -> None:
    calendar = BusinessCalendar(TOKYO, ((time(16), time(0)),))

    assert calendar.is_open(tokyo("11-02 23:59"))
    assert calendar.close_of(date(2026, 11, 2)) == tokyo("11-03 00:00")
    assert calendar.day_length == timedelta(hours=8)


@pytest.mark.parametrize(
    "spans",
    [
        ((time(19), time(10)),),
        ((time(10), time(10)),),
        ((time(10), time(14)), (time(13), time(19))),
        ((time(13), time(19)), (time(10), time(12))),
        ((time(10), time(0)), (time(13), time(19))),
    ],
)
def test_hours_out_of_order_are_refused(spans: tuple[tuple[time, time], ...]) -> None:
    with pytest.raises(CalendarError):
        BusinessCalendar(TOKYO, spans)


def test_a_calendar_that_never_opens_says_so_instead_of_searching_for_ever() -> None:
    never = BusinessCalendar(TOKYO, OFFICE.spans, lambda _: {"en": "Holiday"})
    at = tokyo("11-02 11:00")

    with pytest.raises(CalendarError, match="no business day within 366 days"):
        never.next_opening(at)
    with pytest.raises(CalendarError):
        never.add_business_days(date(2026, 11, 2), 1)
    with pytest.raises(CalendarError):
        never.subtract_business_time(at, timedelta(hours=1))


def test_an_instant_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="needs a time zone"):
        OFFICE.is_open(datetime(2026, 11, 2, 11, 0))


@pytest.mark.parametrize(
    ("zone", "day", "minutes"),
    [
        ("Asia/Tokyo", date(2027, 3, 28), 105 + 100),
        ("Europe/Berlin", date(2027, 3, 28), 90 + 60),  # 02:00 becomes 03:00
        (
            "Europe/Berlin",
            date(2026, 10, 25),
            105 + 160,
        ),  # 03:00 becomes 02:00; 02:15 is taken the first time
        ("America/New_York", date(2027, 3, 14), 90 + 60),
        ("Australia/Lord_Howe", date(2026, 10, 4), 90 + 90),  # 02:00 becomes 02:30
        ("Australia/Lord_Howe", date(2027, 4, 4), 135 + 100),  # 02:00 becomes 01:30
    ],
)
def test_a_clock_change_neither_overlaps_nor_invents_spans(zone: str, day: date, minutes: int) -> None:
    calendar = BusinessCalendar(ZoneInfo(zone), NIGHT, workdays=frozenset({day}))
    start, end = calendar.open_of(day), calendar.close_of(day)

    total = calendar.business_hours_between(start, end)

    assert total == timedelta(minutes=minutes)
    assert calendar.add_business_time(start, total) == end
    assert calendar.subtract_business_time(end, total) == start


def test_a_midnight_that_a_clock_change_skips_is_the_moment_of_the_change() -> None:
    calendar = BusinessCalendar(ZoneInfo("America/Sao_Paulo"))
    skipped = date(2018, 11, 4)

    assert calendar.open_of(skipped) == datetime(2018, 11, 4, 3, 0, tzinfo=UTC)
    assert calendar.close_of(date(2018, 11, 3)) == calendar.open_of(skipped)
