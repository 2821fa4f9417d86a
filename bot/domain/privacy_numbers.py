"""Numbers that belong to a person (phone, card, My Number, documents) and network addresses; a part of the mask.

Told from issue ids, process ids, timestamps and versions by their shape and their check digits.
"""

from __future__ import annotations

import re
from ipaddress import AddressValueError, IPv6Address

from bot.domain.privacy_mark import Mark

_N = "[0-9０-９]"
_DASH = "\\-‐‑‒–—―−－ー"
_GAP = f"[{_DASH} \u3000]"
_BRACKET = f"[{_DASH} ()（）\u3000]"
_ANY = f"[{_DASH} .()（）\u3000]"
_END_OF_GROUPS = rf"(?![0-9A-Za-z０-９]|[{_DASH}][0-9A-Za-z０-９]|[ \u3000]{_N}{{4}})"
"""Words, a date or a security code may follow a card number; another group of four belongs to it."""
_NUMBER = re.compile(
    rf"(?=[0-9０-９+＋(（〒A-ZＡ-Ｚ])(?<![0-9A-Za-z_０-９])(?<!{_N}[.．])(?<![0-9A-Fa-f]{{4}}-)(?:"
    rf"(?P<abroad>[+＋]{_ANY}?[1-9１-９](?:{_ANY}{{0,2}}+{_N}){{6,14}}+(?!{_N}))"
    rf"|(?P<groups>{_N}{{4}}{_GAP}{_N}{{4}}{_GAP}{_N}{{4}}(?:{_GAP}{_N}{{1,7}})?{_END_OF_GROUPS}"
    rf"|{_N}{{4}}{_GAP}{_N}{{6}}{_GAP}{_N}{{4,5}}{_END_OF_GROUPS})"
    rf"|(?P<home>[(（]?[0０][1-9１-９]{_N}{{0,3}}{_BRACKET}{{1,2}}{_N}{{1,4}}{_BRACKET}{{1,2}}{_N}{{3,4}}(?!{_N}))"
    rf"|(?P<usa>(?:\({_N}{{3}}\) ?|{_N}{{3}}[-.]){_N}{{3}}[-.]{_N}{{4}}(?![0-9A-Za-z０-９]))"
    rf"|(?P<digits>{_N}{{10,19}}+)(?![0-9A-Za-z_０-９]|[.．]{_N})"
    rf"|(?P<postcode>〒[ \u3000]?{_N}{{3}}[{_DASH}]?{_N}{{4}}(?!{_N}))"
    r"|(?P<document>[A-Z]{2}(?:[0-9]{8}[A-Z]{2}|[0-9]{7})(?![0-9A-Za-z_])"
    r"|[Ａ-Ｚ]{2}[０-９]{7,8}[Ａ-Ｚ]{0,2}))"
)
_TIMESTAMP = re.compile(
    r"20[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])(?:[01][0-9]|2[0-3])(?:[0-5][0-9]){1,2}"
)
"""`202611021140` or `20261102114059`: a log line or a migration, not a document."""

_CARD_LENGTHS = {"4": (13, 16, 19), "5": (16,), "2": (16,), "6": (16, 17, 18, 19), "3": (14, 15, 16)}
"""First digit to lengths (ISO/IEC 7812): Visa, Mastercard, Discover, UnionPay, and 3 for Amex, Diners, JCB."""

_MY_NUMBER_WEIGHTS = (6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2)
"""Weights of the first eleven digits: ordinance 85/2014 of the Ministry of Internal Affairs, article 5."""

_OCTET = r"(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])"
_IPV4 = re.compile(
    rf"(?=[0-9])(?<![0-9@])(?<![0-9]\.)(?<![A-Za-z][/\-])(?<![vV])(?:{_OCTET}\.){{3}}{_OCTET}"
    r"(?![0-9]|\.[0-9])(?!\)\s(?:lib|app|ext|exe|bin)/)"
)
_IPV6 = re.compile(
    r"(?<![0-9A-Za-z:.])(?=[0-9A-Fa-f]{1,4}:)(?:[0-9A-Fa-f]{0,4}:){2,7}+[0-9A-Fa-f]{0,4}(?![0-9A-Za-z:])"
)
_IPV6_PREFIX = re.compile(r"(?:[23][0-9a-f]{3}|f[cd][0-9a-f]{2}|fe80|64):", re.IGNORECASE)
_NOBODYS = frozenset({"127.0.0.1", "0.0.0.0"})  # noqa: S104 - a pattern, nothing listens on it


def mask_numbers(text: str) -> str:
    """Mask phone, card, My Number and document numbers."""
    return _NUMBER.sub(_mask_number, text)


def mask_addresses(text: str) -> str:
    """Mask IP addresses, save those of the machine itself and the versions that look like one."""
    if "." in text:
        text = _IPV4.sub(lambda found: found[0] if found[0] in _NOBODYS else Mark.IP, text)
    if ":" in text:
        text = _IPV6.sub(_mask_ipv6, text)
    return text


def _mask_number(found: re.Match[str]) -> str:
    digits = "".join(str(int(letter)) for letter in found[0] if letter.isdecimal())
    match found.lastgroup:
        case "abroad":
            return Mark.PHONE if len(digits) >= 9 else found[0]
        case "home":
            return Mark.PHONE if len(digits) in (10, 11) else found[0]
        case "usa":
            return Mark.PHONE
        case "groups" | "digits":
            return _mark_of_digits(digits) or found[0]
        case "document":
            return Mark.DOCUMENT
        case "postcode":
            return Mark.ADDRESS
        case _:
            return found[0]


def _mark_of_digits(digits: str) -> Mark | None:
    if _TIMESTAMP.fullmatch(digits):
        return None
    if len(digits) == 12:
        return Mark.MY_NUMBER if is_my_number(digits) else Mark.DOCUMENT
    if len(digits) in _CARD_LENGTHS.get(digits[0], ()) and has_luhn_digit(digits):
        return Mark.CARD
    is_fixed = len(digits) == 10 and digits[0] == "0" and digits[1] != "0"
    is_mobile = len(digits) == 11 and digits[0] == "0" and digits[1] in "56789" and digits[2] == "0"
    return Mark.PHONE if is_fixed or is_mobile else None


def is_my_number(digits: str) -> bool:
    """Whether twelve digits carry the check digit of a Japanese individual number."""
    total = sum(int(digit) * weight for digit, weight in zip(digits[:11], _MY_NUMBER_WEIGHTS, strict=True))
    return int(digits[11]) == (0 if total % 11 <= 1 else 11 - total % 11)


def has_luhn_digit(digits: str) -> bool:
    """Whether the last digit is the check digit of ISO/IEC 7812 that payment cards carry."""
    doubled = (sum(divmod(2 * int(digit), 10)) for digit in digits[-2::-2])
    return (sum(doubled) + sum(int(digit) for digit in digits[-1::-2])) % 10 == 0


def _mask_ipv6(found: re.Match[str]) -> str:
    address = found[0]
    try:
        IPv6Address(address)
    except AddressValueError:
        return address
    return Mark.IP if _IPV6_PREFIX.match(address) or address.count(":") == 7 else address
