"""Public holidays with their names, from the `holidays` library; built by `app` for the team's calendar."""

from __future__ import annotations

from datetime import date
from functools import lru_cache

import holidays

from bot.domain.calendar import HolidayNames

LANGUAGES = {"en": ("en_US", "en_GB", "en_AU", "en"), "ja": ("ja",)}
"""Our languages and, in order of preference, what the library calls them."""

YEARS_KEPT = 64
"""Our own bound of the cache; a year is reckoned in about a millisecond."""


class UnknownCountryError(ValueError):
    """The library knows no such country, or no such part of it."""


def known_countries() -> tuple[str, ...]:
    """Every code that `holiday_names` takes: ISO 3166-1, two letters or three."""
    return tuple(sorted(holidays.list_supported_countries(include_aliases=True)))


def holiday_names(country: str, subdiv: str | None = None) -> HolidayNames:
    """A look-up of public holidays, substitute days included: the names by language (`en`, `ja`), or None.

    Where the country's holidays have no name in a language, that language is left out; English falls back to the
    country's own. Safe to ask from several threads. Raises UnknownCountryError.
    """
    _open(country, subdiv)

    def names_on(day: date) -> dict[str, str] | None:
        return _names_in(country, subdiv, day.year).get(day)

    return names_on


@lru_cache(maxsize=YEARS_KEPT)
def _names_in(country: str, subdiv: str | None, year: int) -> dict[date, dict[str, str]]:
    """A year at a time: the library's own lazy look-up shows other threads a year that is only half filled."""
    own = _open(country, subdiv, year)
    names = {day: {"en": name} for day, name in own.items()}
    for ours, theirs in LANGUAGES.items():
        language = next((each for each in theirs if each in own.supported_languages), None)
        if language is not None:
            for day, name in _open(country, subdiv, year, language).items():
                names.setdefault(day, {})[ours] = name
    return names


def _open(
    country: str, subdiv: str | None, year: int | None = None, language: str | None = None
) -> holidays.HolidayBase:
    try:
        return holidays.country_holidays(country, subdiv, years=year, language=language)
    except NotImplementedError as error:
        raise UnknownCountryError(str(error)) from error
