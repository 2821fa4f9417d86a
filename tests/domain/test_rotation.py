"""Who is on duty: by weekday, with swaps and absences, and never nobody."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.calendar import BusinessCalendar
from bot.domain.rotation import Duty, DutyWhy, Rotation, duty_at, duty_on, next_duties

TOKYO = ZoneInfo("Asia/Tokyo")
CALENDAR = BusinessCalendar(TOKYO, ((time(10), time(19)),), {date(2026, 11, 3): {"en": "Culture Day"}}.get)
ROTATION = Rotation(
    weekdays={0: ("aoki", "new"), 1: ("baba",), 2: ("chiba",), 3: ("doi",), 4: ("endo",)},
    backup=("boss",),
    team=("aoki", "baba", "chiba", "doi", "endo", "new"),
)
MONDAY, WEDNESDAY, THURSDAY = date(2026, 11, 2), date(2026, 11, 4), date(2026, 11, 5)


def away(*people: str):
    return lambda person, _day: person in people


def test_the_first_of_the_day_responds_and_the_others_back_up() -> None:
    duty = duty_on(MONDAY, ROTATION, CALENDAR)

    assert duty == Duty(MONDAY, "aoki", ("new", "boss"), DutyWhy.ROTATION)


@pytest.mark.parametrize(
    ("absent", "responder", "backups"),
    [
        (("aoki",), "new", ("boss",)),
        (("aoki", "new"), "boss", ("baba",)),
        (("aoki", "new", "boss"), "baba", ("chiba",)),
        (("aoki", "new", "boss", "baba"), "chiba", ("doi",)),
    ],
)
def test_who_is_away_is_skipped_and_the_next_one_takes_over(
    absent: tuple[str, ...], responder: str, backups: tuple[str, ...]
) -> None:
    duty = duty_on(MONDAY, ROTATION, CALENDAR, absent=away(*absent))

    assert duty == Duty(MONDAY, responder, backups, DutyWhy.STAND_IN, instead_of="aoki")


def test_absence_is_asked_for_the_day_in_question() -> None:
    def on_leave(person: str, day: date) -> bool:
        return (person, day) in {("doi", WEDNESDAY), ("chiba", THURSDAY), ("doi", THURSDAY)}

    assert duty_on(WEDNESDAY, ROTATION, CALENDAR, absent=on_leave).responder == "chiba"
    assert duty_on(THURSDAY, ROTATION, CALENDAR, absent=on_leave).responder == "boss"


def test_without_a_team_the_coming_days_people_are_asked() -> None:
    rotation = Rotation({0: ("aoki",), 1: ("baba",), 2: ("chiba",), 4: ("endo",)})

    duty = duty_on(MONDAY, rotation, CALENDAR, absent=away("aoki"))

    assert (duty.responder, duty.backups) == ("chiba", ("endo",)), (
        "Tuesday is a holiday, Thursday is nobody's"
    )


def test_a_single_person_of_the_day_is_backed_up_by_the_next_of_the_team() -> None:
    rotation = Rotation({2: ("chiba",)}, team=("aoki", "chiba", "doi"))

    assert duty_on(WEDNESDAY, rotation, CALENDAR).backups == ("doi",)


def test_a_day_without_people_falls_to_the_backup_and_then_to_the_team() -> None:
    saturday = date(2026, 11, 7)

    with_backup = duty_on(saturday, ROTATION, CALENDAR)
    without = duty_on(saturday, Rotation(ROTATION.weekdays, team=("new",)), CALENDAR)

    assert (with_backup.responder, with_backup.why) == ("boss", DutyWhy.NOBODY_PLANNED)
    assert (without.responder, without.why) == ("new", DutyWhy.NOBODY_PLANNED)


def test_when_all_are_away_somebody_is_named_all_the_same() -> None:
    duty = duty_on(MONDAY, ROTATION, CALENDAR, absent=lambda _person, _day: True)

    assert duty == Duty(MONDAY, "aoki", (), DutyWhy.EVERYBODY_AWAY)


def test_a_rotation_that_names_no_one_says_so() -> None:
    assert duty_on(MONDAY, Rotation({}), CALENDAR) == Duty(MONDAY, None, (), DutyWhy.EMPTY_ROTATION)


def test_who_takes_a_turn_responds_and_the_other_is_free_that_day() -> None:
    swaps = {MONDAY: "doi"}

    duty = duty_on(MONDAY, ROTATION, CALENDAR, swaps=swaps)

    assert duty == Duty(MONDAY, "doi", ("new", "boss"), DutyWhy.SWAP, instead_of="aoki")
    assert duty_on(WEDNESDAY, ROTATION, CALENDAR, swaps=swaps).responder == "chiba"


def test_when_the_one_who_took_the_turn_is_away_the_days_others_stand_in() -> None:
    duty = duty_on(MONDAY, ROTATION, CALENDAR, absent=away("doi"), swaps={MONDAY: "doi"})

    assert (duty.responder, duty.why, duty.instead_of) == ("new", DutyWhy.STAND_IN, "doi")


def test_who_has_given_a_turn_away_is_the_last_to_be_asked() -> None:
    rotation = Rotation({2: ("chiba",)}, team=("aoki", "chiba", "doi"))

    duty = duty_on(WEDNESDAY, rotation, CALENDAR, swaps={WEDNESDAY: "doi"})

    assert (duty.responder, duty.backups) == ("doi", ("aoki",))


@pytest.mark.parametrize(
    ("at", "responder"),
    [
        ("2026-11-02T08:00", "aoki"),
        ("2026-11-02T11:40", "aoki"),
        ("2026-11-02T18:59", "aoki"),
        ("2026-11-02T19:00", "chiba"),
        ("2026-11-03T12:00", "chiba"),
        ("2026-11-06T21:00", "aoki"),
        ("2026-11-07T02:00", "aoki"),
    ],
)
def test_after_hours_belongs_to_the_next_business_day(at: str, responder: str) -> None:
    instant = datetime.fromisoformat(at).replace(tzinfo=TOKYO)

    assert duty_at(instant, ROTATION, CALENDAR).responder == responder


def test_the_next_duties_skip_days_off() -> None:
    duties = next_duties(MONDAY, 4, ROTATION, CALENDAR)

    assert [(duty.date.day, duty.responder) for duty in duties] == [
        (4, "chiba"),
        (5, "doi"),
        (6, "endo"),
        (9, "aoki"),
    ]


PEOPLE = st.lists(st.sampled_from("abcdefg"), max_size=3).map(tuple)
ROTATIONS = st.builds(Rotation, st.dictionaries(st.integers(0, 6), PEOPLE), PEOPLE, PEOPLE, PEOPLE)
ZONES = st.sampled_from(["Asia/Tokyo", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe"]).map(
    ZoneInfo
)
INSTANTS = st.datetimes(datetime(2024, 1, 1), datetime(2028, 12, 31), timezones=st.just(UTC))


@settings(max_examples=300)
@given(ROTATIONS, ZONES, INSTANTS, st.frozensets(st.sampled_from("abcdefg")), st.sampled_from(["", "a", "z"]))
def test_nothing_is_ever_without_an_owner(
    rotation: Rotation, zone: ZoneInfo, at: datetime, absent: frozenset[str], taken_by: str
) -> None:
    calendar = BusinessCalendar(zone, ((time(9), time(17)),))
    day = calendar.business_day_of(at)
    swaps = {day: taken_by} if taken_by else {}

    duty = duty_at(at, rotation, calendar, absent=away(*absent), swaps=swaps)

    everybody = {*rotation.people, *swaps.values()}
    present = everybody - absent
    assert duty.date == day
    assert (duty.responder is None) is (not everybody)
    assert duty.responder in present if present else duty.responder not in present
    assert duty.responder not in duty.backups
    assert len(set(duty.backups)) == len(duty.backups)
    assert set(duty.backups) <= present
    assert bool(duty.backups) is (len(present) > 1)


@given(ROTATIONS, INSTANTS)
def test_a_whole_business_day_has_one_duty(rotation: Rotation, at: datetime) -> None:
    opening = CALENDAR.next_opening(at)

    assert duty_at(opening, rotation, CALENDAR) == duty_at(
        CALENDAR.close_of(CALENDAR.date_of(opening)) - timedelta(seconds=1), rotation, CALENDAR
    )
