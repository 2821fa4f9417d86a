"""What changes from one occurrence of a cause to the next: ids, numbers, times, addresses. The normal forms lack it.

Each pattern reads a text once, without going back over what it has read; texts are cut at `LOOKED_AT` before.
"""

from __future__ import annotations

import re

LOOKED_AT = 1_000
"""Characters of a text that are looked at; ours: what tells two causes apart stands in the first lines."""
ANY = "*"
"""Stands for whatever changes: a number, an id, an address in memory, a value."""
_UUID = r"[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}"
_MOMENT = (
    r"\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:[.,]\d{1,9})?)?(?:Z|[+-]\d{2}:?\d{2}| ?UTC)?)?"
    r"|\d{4}/\d{1,2}/\d{1,2}|\d{4}年\d{1,2}月\d{1,2}日|\d{1,2}:\d{2}:\d{2}(?:[.,]\d{1,9})?"
    r"|(?:令和|平成|昭和|大正)(?:\d{1,2}|元)年(?:\d{1,2}月)?(?:\d{1,2}日)?|\d{1,4}年\d{1,2}月(?:\d{1,2}日)?"
    r"|(?:\d+(?:時間|分|秒|日間|か月|ヶ月))+"
)
_HEX = r"0x[0-9a-fA-F]{2,}|(?<![0-9A-Za-z])(?=[0-9a-f]{0,40}[0-9])(?=[0-9a-f]{0,40}[a-f])[0-9a-f]{7,64}(?![0-9A-Za-z])"
_MARK = r"\[[a-z][a-z -]{1,30}\]"
_ADDRESS = r"(?<![\d.])\d{1,3}(?:\.\d{1,3}){3}(?::\d{1,5})?(?![\d.])|\[[0-9a-fA-F:]{2,39}\](?::\d{1,5})?"
_SYMBOL = r"(?<=\w)#(?=[a-f]{0,4}\d)[0-9a-f]{5}(?![0-9A-Za-z])|::h[0-9a-f]{16}(?![0-9a-f])"
_OBJECT = r"@[0-9a-f]{4,16}(?![0-9A-Za-z])|\\[uUx]\{?[0-9a-fA-F]{2,8}\}?|U\+[0-9A-F]{4,6}"
VOLATILE = re.compile(f"{_UUID}|{_MOMENT}|{_HEX}|{_MARK}|{_ADDRESS}|{_SYMBOL}|{_OBJECT}")
"""What is never part of a cause. `_MARK` is a mark of the privacy mask, such as `[mail]`."""
GLUED_ID = re.compile(
    r"(?<![0-9A-Za-z])(?:[A-Za-z]{1,12}[_-])(?!v\d{1,2}(?![0-9A-Za-z]))(?=[0-9A-Za-z]*\d)[0-9A-Za-z]{3,40}(?![0-9A-Za-z_-])"
)
"""`ap_7781`, `sub-55120`, `doc_8f3aQ1`: a prefix and an id."""
_UNIT = (
    r"ns|us|µs|ms|s|m|h|kb|mb|gb|kib|mib|gib|ki|mi|gi|%|(?:milli|micro)?seconds?|secs?|minutes?|hours?|bytes?"
)
NUMBER = re.compile(
    rf"(?<![A-Za-z0-9_])[-+]?\d[\d,._]*(?:e[-+]?\d+)?(?: ?(?:{_UNIT}))?(?![A-Za-z0-9_])", re.IGNORECASE
)
"""A number with its unit: what took 900 ms today takes 2 s tomorrow."""
NUMBER_WORD = re.compile(
    r"(?<![\w-])(?:one|two|three|four|five|six|seven|eight|nine|ten|twenty|hundred)(?![\w-])", re.I
)
TRAILING_NUMBER = re.compile(r"(?<=[A-Za-z])(?:[-_]\d+)+(?![A-Za-z0-9])|(?<=[A-Za-z])\d{3,}(?![A-Za-z0-9])")
"""`worker-12`, `events_2026_08`, `host4021`: a number at the end of a name. `oauth2` and `step2` keep theirs."""
OPAQUE = re.compile(
    r"\d+|(?=.*\d)[0-9a-fA-F-]{6,}|(?=(?:.*\d){3})(?=.*[A-Za-z])[0-9A-Za-z_-]{10,}|[A-Za-z]{1,12}[_-](?!v\d{1,2}$)(?=\w*\d)[0-9A-Za-z]{2,}"
)


_SHORT_FORMS = frozenset("k8s i18n l10n a11y e2e b2b b2c p2p o2o c2c 2fa 3ds h2o".split())
_MIXED = re.compile(r"(?=.{3,40}$)[a-z]*\d+[a-z][a-z0-9]*", re.IGNORECASE)


_LISTED = re.compile(r"[A-Za-z]\d{1,3}")
"""`X114`: the rows, cells and codes that a list names."""
_REQUEST_MARK = re.compile(r"(?=[A-Z]*\d)[A-Z0-9]{8,40}")
"""`EXAMPLEB44`: how object stores and mail servers mark a request."""


def is_mixed(word: str) -> bool:
    """A digit with a letter behind it: a piece of an id (`d0c7`). `oauth2`, `sha256` and `k8s` are words."""
    is_mark = _MIXED.fullmatch(word) or _REQUEST_MARK.fullmatch(word) or _LISTED.fullmatch(word)
    return is_mark is not None and word.lower() not in _SHORT_FORMS


def digits_out(name: str) -> str:
    """A name without the ids and numbers in it."""
    name = VOLATILE.sub(ANY, name)
    name = GLUED_ID.sub(ANY, name)
    return TRAILING_NUMBER.sub(ANY, name)
