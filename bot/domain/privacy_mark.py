"""The marks that stand where personal data stood; written by the rules of `bot.domain.privacy`."""

from __future__ import annotations

from enum import StrEnum


class Mark(StrEnum):
    """What was there, in one or two words; the same in every language, for people search for it."""

    ACCOUNT = "[account]"
    ADDRESS = "[address]"
    BIRTH_DATE = "[birth date]"
    CARD = "[card]"
    DATA = "[data]"
    DOCUMENT = "[document]"
    IP = "[ip]"
    MAIL = "[mail]"
    MY_NUMBER = "[mynumber]"
    NAME = "[name]"
    PHONE = "[phone]"
    QUERY = "[query]"
    SECRET = "[secret]"  # noqa: S105 - a mark, not a secret
    TOKEN = "[token]"  # noqa: S105 - a mark, not a token
    USER = "[user]"
    WITHHELD = "[withheld]"
