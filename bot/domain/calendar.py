"""When the team works: business days and hours in its own zone; read by deadlines, rotation and jobs."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

HolidayNames = Callable[[date], Mapping[str, str] | None]
"""The names of a public holiday by language (`en`, `ja`), or None on a day that is none."""

WEEKEND = frozenset({5, 6})
"""Saturday and Sunday, as `date.weekday` numbers them."""

MAX_DAYS_WITHOUT_BUSINESS = 366
"""Our own bound: a calendar without a business day for a year is a slip in rules.yaml, not a long holiday."""

_DAY = timedelta(days=1)
_MIDNIGHT = time(0, 0)
_Open = tuple[datetime, datetime]


class CalendarError(ValueError):
    """The calendar cannot answer: no business day within a year, or spans of hours that are not in order."""


def no_holidays(_: date) -> None:
    """The public holidays of nowhere."""


def to_utc(at: datetime) -> datetime:
    """The same instant in UTC; raises ValueError for a naive datetime, which is no instant."""
    if at.utcoffset() is None:
        raise ValueError(f"an instant needs a time zone: {at.isoformat()}")
    return at.astimezone(UTC)


@dataclass(frozen=True)
class BusinessCalendar:
    """Business days and hours of one team.

    Instants go in aware and come out in UTC; every reckoning of days and hours is local to `timezone`. A time
    that a clock change skips is the moment of the change; of one that it repeats, the first pass counts.
    A naive datetime raises ValueError; a calendar without a business day for a year raises CalendarError.
    """

    timezone: ZoneInfo
    spans: tuple[tuple[time, time], ...] = ()
    """Opening and closing times of each business day, in order; an end of 00:00 is midnight at the day's end.
    Empty: open always, on weekends and holidays too."""
    holiday_names: HolidayNames = no_holidays
    holidays: frozenset[date] = frozenset()
    """The company's own days off."""
    workdays: frozenset[date] = frozenset()
    """Days on which the company works although they are a weekend or a holiday; these win over all others."""

    def __post_init__(self) -> None:
        ends = [(start, _END_OF_DAY if end == _MIDNIGHT else end) for start, end in self.spans]
        if any(start >= end for start, end in ends) or any(a[1] > b[0] for a, b in pairwise(ends)):
            raise CalendarError("each span of hours must end after it begins and before the next one begins")

    @property
    def is_always_open(self) -> bool:
        """Whether the team works round the clock, every day."""
        return not self.spans

    @property
    def day_length(self) -> timedelta:
        """The business hours of one ordinary business day, breaks left out."""
        return sum((_length_of(span) for span in self.spans), timedelta()) if self.spans else _DAY

    def date_of(self, at: datetime) -> date:
        """The team's local date at that instant."""
        return self.to_local(at).date()

    def to_local(self, at: datetime) -> datetime:
        """The same instant in the team's time zone, to be shown to people."""
        return to_utc(at).astimezone(self.timezone)

    def is_business_day(self, day: date) -> bool:
        """Whether the team works on that day at all."""
        if self.is_always_open or day in self.workdays:
            return True
        if day in self.holidays or day.weekday() in WEEKEND:
            return False
        return self.holiday_names(day) is None

    def day_off_name(self, day: date, lang: str) -> str | None:
        """The public holiday's name in `lang`, else in English; None on a business day and a nameless day off."""
        if self.is_business_day(day):
            return None
        names = self.holiday_names(day) or {}
        return names.get(lang) or names.get("en") or next(iter(names.values()), None)

    def is_open(self, at: datetime) -> bool:
        """Whether the team works at that instant; a span's end no longer belongs to it."""
        return self.next_opening(at) == at

    def next_opening(self, at: datetime) -> datetime:
        """That instant itself while the team is at work, else the next moment at which it begins."""
        instant = to_utc(at)
        spans = self._spans_from(instant)
        return next(max(opening, instant) for opening, closing in spans if instant < closing)

    def business_day_of(self, at: datetime) -> date:
        """The business day that an instant counts for: its own until the last close, else the next."""
        return self.date_of(self.next_opening(at))

    def open_of(self, day: date) -> datetime:
        """When work begins on that day, if it is a business day."""
        return self._instant(day, self.spans[0][0] if self.spans else _MIDNIGHT)

    def close_of(self, day: date) -> datetime:
        """Close of business on that day, if it is a business day; its end where the team never closes."""
        return self._end(day, self.spans[-1][1] if self.spans else _MIDNIGHT)

    def next_business_day(self, day: date) -> date:
        """The first business day after that day."""
        return next(self._business_days(day + _DAY, _DAY))

    def add_business_days(self, day: date, number: int) -> date:
        """The n-th business day after that day (before it when negative); the day itself for zero."""
        step = _DAY if number >= 0 else -_DAY
        days = self._business_days(day + step, step) if number else iter(())
        for _ in range(abs(number)):
            day = next(days)
        return day

    def business_hours_between(self, start: datetime, end: datetime) -> timedelta:
        """How much business time lies between two instants; zero when `end` is not after `start`."""
        first, last = to_utc(start), to_utc(end)
        total, day = timedelta(), self.date_of(first)
        while day <= self.date_of(last):
            for opening, closing in self._spans_on(day):
                total += max(min(closing, last) - max(opening, first), timedelta())
            day += _DAY
        return total

    def add_business_time(self, at: datetime, length: timedelta) -> datetime:
        """When so much business time will have passed; a span's end rather than the next one's beginning."""
        instant, left = to_utc(at), length
        for opening, closing in self._spans_from(instant):
            begin = max(opening, instant)
            if begin < closing and left <= closing - begin:
                return begin + left
            left -= max(closing - begin, timedelta())
        raise AssertionError("the walk through the calendar ends only by an error")

    def subtract_business_time(self, at: datetime, length: timedelta) -> datetime:
        """Since when so much business time has passed; a span's beginning rather than an earlier end."""
        instant, left = to_utc(at), length
        for opening, closing in self._spans_until(instant):
            end = min(closing, instant)
            if opening < end and left <= end - opening:
                return end - left
            left -= max(end - opening, timedelta())
        raise AssertionError("the walk through the calendar ends only by an error")

    def _spans_from(self, at: datetime) -> Iterator[_Open]:
        for day in self._business_days(self.date_of(at), _DAY):
            yield from self._spans_on(day)

    def _spans_until(self, at: datetime) -> Iterator[_Open]:
        for day in self._business_days(self.date_of(at), -_DAY):
            yield from reversed(self._spans_on(day))

    def _business_days(self, day: date, step: timedelta) -> Iterator[date]:
        days_off = 0
        while days_off < MAX_DAYS_WITHOUT_BUSINESS:
            if self.is_business_day(day):
                days_off = 0
                yield day
            else:
                days_off += 1
            day += step
        raise CalendarError(f"no business day within {MAX_DAYS_WITHOUT_BUSINESS} days before or after {day}")

    def _spans_on(self, day: date) -> tuple[_Open, ...]:
        if not self.is_business_day(day):
            return ()
        spans = self.spans or ((_MIDNIGHT, _MIDNIGHT),)
        return tuple((self._instant(day, start), self._end(day, end)) for start, end in spans)

    def _end(self, day: date, end: time) -> datetime:
        return self._instant(day + _DAY if end == _MIDNIGHT else day, end)

    def _instant(self, day: date, local: time) -> datetime:
        """The instant of a local time; of a time that a clock change skips, the instant of the change.

        This never runs backwards as the local time runs forwards, so spans never overlap.
        """
        wall = datetime.combine(day, local, self.timezone)
        late = wall.astimezone(UTC)
        if late.astimezone(self.timezone).replace(tzinfo=None) == wall.replace(tzinfo=None):
            return late
        early = wall.replace(fold=1).astimezone(UTC)
        while late - early > timedelta(seconds=1):
            middle = early + (late - early) // 2
            if middle.astimezone(self.timezone).utcoffset() == early.astimezone(self.timezone).utcoffset():
                early = middle
            else:
                late = middle
        return late.replace(microsecond=0)


_END_OF_DAY = time.max


def _length_of(span: tuple[time, time]) -> timedelta:
    start, end = (datetime.combine(date.min, moment) for moment in span)
    return (end if span[1] != _MIDNIGHT else end + _DAY) - start
