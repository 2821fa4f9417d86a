"""Deadlines: the rows of a real week, and five years in four time zones."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.calendar import BusinessCalendar
from bot.domain.deadline import (
    MAX_AMOUNT,
    Length,
    LengthUnit,
    due_at,
    half_business_day,
    is_overdue,
    parse_length,
    reminder_at,
)

TOKYO = ZoneInfo("Asia/Tokyo")
CULTURE_DAY = {date(2026, 11, 3): {"en": "Culture Day"}}
OFFICE = BusinessCalendar(TOKYO, ((time(10), time(19)),), CULTURE_DAY.get)
LUNCH = BusinessCalendar(TOKYO, ((time(10), time(12)), (time(13), time(19))), CULTURE_DAY.get)
ALWAYS = BusinessCalendar(TOKYO)


def tokyo(text: str) -> datetime:
    return datetime.fromisoformat(f"2026-{text}").replace(tzinfo=TOKYO)


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("3 business days", Length(3, LengthUnit.BUSINESS_DAYS)),
        ("1 business day", Length(1, LengthUnit.BUSINESS_DAYS)),
        ("3 business hours", Length(3, LengthUnit.BUSINESS_HOURS)),
        ("1 hour", Length(1, LengthUnit.HOURS)),
        (" 30  Minutes ", Length(30, LengthUnit.MINUTES)),
        ("999 business days", Length(MAX_AMOUNT, LengthUnit.BUSINESS_DAYS)),
    ],
)
def test_a_length_is_read_and_written_back(text: str, length: Length) -> None:
    assert parse_length(text) == length
    assert parse_length(str(length)) == length


NO_LENGTHS = (
    *("", "3", "3 days", "business day", "3 business weeks", "3businessdays", "３ business days"),
    *("0 minutes", "1000 hours", "1.5 hours", "-1 hours", "1 minute 30", "9" * 5000 + " minutes"),
)


@pytest.mark.parametrize("text", NO_LENGTHS, ids=lambda text: text[:20])
def test_what_is_no_length_is_refused_with_a_sentence(text: str) -> None:
    with pytest.raises(ValueError, match=r"write a number and a unit|the number must be from 1 to 999"):
        parse_length(text)


@pytest.mark.parametrize(
    ("length", "start", "end"),
    [
        ("1 business day", "11-02 11:40", "11-04 19:00"),
        ("3 business days", "11-02 11:52", "11-06 19:00"),
        ("1 business day", "11-06 18:30", "11-09 19:00"),
        ("1 business day", "11-06 19:00", "11-10 19:00"),
        ("1 business day", "11-06 21:00", "11-10 19:00"),
        ("1 business day", "11-07 02:00", "11-10 19:00"),
        ("1 business day", "11-03 12:00", "11-05 19:00"),
        ("1 business day", "11-04 08:00", "11-05 19:00"),
        ("3 business hours", "11-02 11:40", "11-02 14:40"),
        ("3 business hours", "11-02 17:00", "11-04 11:00"),
        ("3 hours", "11-02 17:00", "11-04 11:00"),
        ("30 minutes", "11-06 18:30", "11-06 19:00"),
        ("30 minutes", "11-06 18:31", "11-09 10:01"),
        ("30 minutes", "11-06 21:00", "11-09 10:30"),
    ],
)
def test_a_deadline_is_counted_in_business_time(length: str, start: str, end: str) -> None:
    assert due_at(parse_length(length), tokyo(start), OFFICE) == tokyo(end)


@pytest.mark.parametrize(
    ("length", "start", "end"),
    [
        ("1 business day", "11-02 12:30", "11-04 19:00"),
        ("3 business hours", "11-02 11:40", "11-02 15:40"),
        ("20 minutes", "11-02 11:40", "11-02 12:00"),
        ("20 minutes", "11-02 12:10", "11-02 13:20"),
    ],
)
def test_the_lunch_break_does_not_count(length: str, start: str, end: str) -> None:
    assert due_at(parse_length(length), tokyo(start), LUNCH) == tokyo(end)


@pytest.mark.parametrize(
    ("length", "end"),
    [("30 minutes", "11-07 02:30"), ("2 business hours", "11-07 04:00"), ("1 business day", "11-08 02:00")],
)
def test_large_impact_ignores_the_calendar(length: str, end: str) -> None:
    saturday_night = tokyo("11-07 02:00")

    assert due_at(parse_length(length), saturday_night, OFFICE, ignore_calendar=True) == tokyo(end)


def test_a_team_that_never_closes_has_until_the_end_of_the_next_day() -> None:
    assert due_at(parse_length("1 business day"), tokyo("11-07 02:00"), ALWAYS) == tokyo("11-09 00:00")


@pytest.mark.parametrize(
    ("remind", "due", "at"),
    [
        ("3 business hours", "11-09 19:00", "11-09 16:00"),
        ("3 business hours", "11-04 11:00", "11-02 17:00"),
        ("9 business hours", "11-04 19:00", "11-04 10:00"),
        ("90 minutes", "11-04 19:00", "11-04 17:30"),
        ("1 business day", "11-04 19:00", "11-04 10:00"),
        ("2 business days", "11-04 19:00", "11-02 10:00"),
    ],
)
def test_the_reminder_comes_that_much_business_time_before(remind: str, due: str, at: str) -> None:
    assert reminder_at(tokyo(due), parse_length(remind), OFFICE) == tokyo(at)


def test_a_reminder_by_days_works_for_a_deadline_at_midnight() -> None:
    midnight = due_at(parse_length("1 business day"), tokyo("11-07 02:00"), ALWAYS)

    assert reminder_at(midnight, parse_length("1 business day"), ALWAYS) == tokyo("11-08 00:00")


def test_half_a_business_day_leaves_breaks_out() -> None:
    assert half_business_day(OFFICE) == timedelta(hours=4, minutes=30)
    assert half_business_day(LUNCH) == timedelta(hours=4)
    assert half_business_day(ALWAYS) == timedelta(hours=12)


def test_a_deadline_has_passed_only_after_its_moment() -> None:
    due = tokyo("11-04 19:00")

    assert not is_overdue(due, due)
    assert is_overdue(due, due + timedelta(seconds=1))


# Five years, four zones: two change their clocks by an hour, one by half an hour, one never.

ZONES = st.sampled_from(["Asia/Tokyo", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe"])
CHANGES = (
    datetime(2026, 3, 29, 1),
    datetime(2026, 10, 3, 15, 30),
    datetime(2027, 3, 14, 7),
    datetime(2026, 11, 1, 6),
)
"""Clock changes of these zones, in UTC; all on a local Sunday, so these Sundays are worked."""
WORKED_SUNDAYS = frozenset({date(2026, 3, 29), date(2026, 10, 4), date(2027, 3, 14), date(2026, 11, 1)})
STARTS = st.one_of(
    st.datetimes(datetime(2024, 1, 1), datetime(2028, 12, 31), timezones=st.just(UTC)),
    st.builds(
        lambda change, away: change.replace(tzinfo=UTC) + away,
        st.sampled_from(CHANGES),
        st.timedeltas(timedelta(days=-2), timedelta(hours=6)),
    ),
)
HOURS = st.sampled_from(
    [
        ((time(10), time(19)),),
        ((time(9), time(12)), (time(13), time(17, 30))),
        ((time(0, 30), time(2, 15)), (time(2, 20), time(4))),
        ((time(1, 45), time(0)),),
        (),
    ]
)
LENGTHS = st.builds(Length, st.integers(1, 30), st.sampled_from(LengthUnit))
DAYS = st.dates(date(2024, 1, 1), date(2028, 12, 31))
CALENDARS = st.builds(
    lambda zone, hours, holidays, workdays: BusinessCalendar(
        ZoneInfo(zone), hours, holidays=holidays, workdays=workdays
    ),
    ZONES,
    HOURS,
    st.frozensets(DAYS, max_size=5),
    st.frozensets(DAYS, max_size=5).map(WORKED_SUNDAYS.union),
)


@settings(max_examples=300)
@given(CALENDARS, STARTS, LENGTHS)
def test_a_deadline_is_a_close_of_business_or_within_business_hours(
    calendar: BusinessCalendar, start: datetime, length: Length
) -> None:
    due = due_at(length, start, calendar)

    assert due > start
    assert due.tzinfo is UTC
    assert calendar.is_open(due - timedelta(microseconds=1))
    if length.unit is LengthUnit.BUSINESS_DAYS:
        assert due == calendar.close_of(calendar.date_of(due - timedelta(microseconds=1)))


@settings(max_examples=300)
@given(CALENDARS, STARTS, st.timedeltas(timedelta(), timedelta(days=9)), LENGTHS)
def test_a_later_start_never_has_an_earlier_deadline(
    calendar: BusinessCalendar, start: datetime, later: timedelta, length: Length
) -> None:
    assert due_at(length, start, calendar) <= due_at(length, start + later, calendar)


@settings(max_examples=300)
@given(CALENDARS, STARTS, LENGTHS.filter(lambda length: length.unit is not LengthUnit.BUSINESS_DAYS))
def test_exactly_the_length_lies_between_start_and_deadline(
    calendar: BusinessCalendar, start: datetime, length: Length
) -> None:
    due = due_at(length, start, calendar)

    unit = timedelta(minutes=1) if length.unit is LengthUnit.MINUTES else timedelta(hours=1)
    assert calendar.business_hours_between(start, due) == length.amount * unit


@settings(max_examples=300)
@given(CALENDARS, STARTS, LENGTHS, LENGTHS)
def test_a_reminder_comes_before_its_deadline_and_while_people_work(
    calendar: BusinessCalendar, start: datetime, length: Length, remind: Length
) -> None:
    due = due_at(length, start, calendar)

    at = reminder_at(due, remind, calendar)

    assert at < due
    assert calendar.is_open(at)
