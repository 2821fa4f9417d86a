"""Personal data and secrets out of a text: the mask that every word from outside passes before it is stored or shown.

The mask knows patterns, check digits and the words before a value; it cannot know a name that stands alone. Each
rule reads the text once and never backtracks over it, so hostile text costs time in proportion to its length.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from bot.domain.privacy_keys import kind_of_key, mask_keyed_values
from bot.domain.privacy_mark import Mark
from bot.domain.privacy_numbers import mask_addresses, mask_numbers
from bot.domain.privacy_secrets import mask_blobs, mask_tokens

MAX_ROUNDS = 6
"""Our own bound. A mark can lay bare what its neighbour hid, so the rules run until nothing changes, mostly twice."""

_STOP = r"\s\"'<>、。）」"
_URL = re.compile(rf"://(?P<rest>[^{_STOP}]++)")
_PATH_QUERY = re.compile(rf"\?(?<=[\w/.~%\-\])}}]\?)[\w.\[\]%~+\-]{{1,64}}+=[^{_STOP}]++")
_USER_INFO = re.compile(r"\A[^/?#]*@")

_LETTER = "A-Za-z0-9Ａ-Ｚａ-ｚ０-９"
_MAIL = re.compile(
    rf"(?<![{_LETTER}._%+\-])(?:[{_LETTER}._+\-]|%(?!40))++(?:[@＠]|%40)"
    rf"(?![0-9０-９]{{1,9}}+[.．][0-9０-９])"  # `kyc-api@2026.8.14` is a release
    rf"(?:[{_LETTER}\-]{{1,63}}+[.．]){{1,8}}[A-Za-zＡ-Ｚａ-ｚ]{{2,}}+"
)

_D = "[0-9０-９]"
_ERA = rf"(?:明治|大正|昭和|平成|令和|[mtshr]\s?(?={_D}))"
_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}"
_PLAIN = r"[ :=：＝はがbegiklpuvwxyz\"'>(]"
"""Begins neither a date nor an era nor a month: spares the looks ahead."""
_BIRTH_WORDS = ("生年月日", "誕生日", "生まれ", "irth", "IRTH", "dob", "Dob", "DOB", "born", "Born", "BORN")
_BIRTH_DATE = re.compile(
    rf"(?P<word>生年月日|誕生日|生まれ|birth|dob|born)(?P<gap>(?:{_PLAIN}|(?!{_ERA}|{_MONTH})[^0-9０-９\n]){{0,20}}+)(?:"
    rf"{_ERA}?\s?(?:{_D}{{1,4}}|元)\s?[-/.年／．]\s?{_D}{{1,2}}\s?[-/.月／．]\s?{_D}{{1,4}}日?"
    rf"|{_D}{{8}}(?!{_D})"
    rf"|{_D}{{1,2}}(?:st|nd|rd|th)?[-/. ]{{1,2}}(?:{_MONTH}|{_D}{{1,2}})[-/., ]{{1,2}}{_D}{{4}}"
    rf"|{_MONTH}[-/. ]{{1,2}}{_D}{{1,2}}(?:st|nd|rd|th)?[-/., ]{{1,2}}{_D}{{4}})",
    re.IGNORECASE,
)


def mask(text: str) -> str:
    """The text with personal data and secrets replaced by short typed marks such as `[mail]` or `?[query]`.

    What triage needs stays: class names, file and line, releases, short shas and ids, timestamps, UUIDs. Masking a
    masked text changes nothing. Takes time in proportion to the length and never raises. A text that is still
    changing after `MAX_ROUNDS` is withheld as a whole.
    """
    for _ in range(MAX_ROUNDS):
        masked = _mask_once(text)
        if masked == text:
            return text
        text = masked
    return Mark.WITHHELD


def mask_mapping(pairs: Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    """Tags with their values masked; a key that speaks of a person or a secret loses its value whole."""
    return tuple((mask(key), kind_of_key(key, is_tag=True) or mask(value)) for key, value in pairs)


def _mask_once(text: str) -> str:
    text = mask_tokens(text)
    if "://" in text:
        text = _URL.sub(_mask_url, text)
    if "?" in text:
        text = _PATH_QUERY.sub(f"?{Mark.QUERY}", text)
    text = mask_keyed_values(text)
    if any(word in text for word in _BIRTH_WORDS):
        text = _BIRTH_DATE.sub(rf"\g<word>\g<gap>{Mark.BIRTH_DATE}", text)
    if "@" in text or "＠" in text or "%40" in text:
        text = _MAIL.sub(Mark.MAIL, text)
    return mask_addresses(mask_numbers(mask_blobs(text)))


def _mask_url(url: re.Match[str]) -> str:
    rest = _USER_INFO.sub(f"{Mark.USER}@", url["rest"])
    rest, asks, _ = rest.partition("?")
    place, _, fragment = rest.partition("#")
    if "=" in fragment:
        rest = f"{place}#{Mark.QUERY}"
    return f"://{rest}?{Mark.QUERY}" if asks else f"://{rest}"
