"""Messages taken apart: what a hurried eye sees of them, and the few things in them that tell causes apart."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from bot.domain.code_names import POD, host_name, route
from bot.domain.volatile import (
    ANY,
    GLUED_ID,
    LOOKED_AT,
    NUMBER,
    NUMBER_WORD,
    OPAQUE,
    TRAILING_NUMBER,
    VOLATILE,
    digits_out,
    is_mixed,
)
from bot.domain.wordings import one_wording

_URL = re.compile(
    r"\b(?P<scheme>[a-z][a-z0-9+.-]{1,15})://(?P<host>[^\s/?#\"'<>()]{1,253})(?P<path>[^\s?#\"'<>()]*)"
)
_BARE_PATH = re.compile(
    r"(?:\b(?:GET|POST|PUT|PATCH|DELETE|HEAD) |(?<=\s)(?=/(?:api|v\d)/))(/[\w./:{}-]{1,200})"
)
"""A path without a host: behind a verb, or one that begins as APIs do."""
_HOST = re.compile(
    r"(?<![\w@.-])(?=[\w.-]{4,253}(?![\w-]))(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+(?:[a-z]{2,})(?::\d{1,5})?(?![\w(-])",
    re.I,
)
_CODE_FILE = re.compile(
    r"\.(?:rb|py|js|jsx|ts|tsx|mjs|java|kt|go|php|swift|cs|vue|erb|html|css|json|csv|xml|yml|yaml|pdf|png|jpe?g|heic|tiff?|txt|log|so|dll|gz|zip)$",
    re.I,
)
_STATUS = re.compile(
    r"(?:\bHTTP(?:/\d(?:\.\d)?)?|\bstatus(?:[ _]?code)?|\bresponse(?:[ _]code)?|\bresponded(?: with)?|\breturned|"
    r"\bcode|\berror|ステータス(?:コード)?|応答)"
    r"[^\w\n]{0,4}(?:was |is |of |with )?[^\w\n]{0,2}(?P<status>[1-5]\d{2})(?![\d.])"
    r"|(?<![\d.#:/-])(?P<bare>[45]\d{2})(?= (?:[A-Z][a-z]+|for |from |on |response|error|\())"
    r"|\((?P<paren>[45]\d{2})\)",
    re.IGNORECASE,
)
_ERRNO = (
    "CONNREFUSED|CONNRESET|CONNABORTED|TIMEDOUT|SOCKETTIMEDOUT|NOTFOUND|PIPE|NOSPC|ACCES|PERM|NOENT|HOSTUNREACH|"
    "NETUNREACH|AI_AGAIN|MFILE|EXIST|ADDRINUSE|PROTO|ROFS|NOMEM|BUSY|IO|LOOP|INVAL|AGAIN"
)
"""Names of the system's errors without their E (POSIX `errno.h`; Node.js `os.constants.errno`)."""
_CODES = re.compile(
    rf"\b(?:ORA-\d{{3,5}}|SQLSTATE\[?\s?\w{{5}}\]?|E(?:{_ERRNO})\b|errno[ :=]*\d+|0x8\d{{7}}|[A-Z]{{2,}}_[A-Z_]{{2,}}"
    r"|(?:SQL|DB2?|MYSQL|PG) ?(?:error )?\d{4,5})",
)
_OWN_CODE = re.compile(
    r"(?:^|(?<=[\s:(]))\[(\d{3,6})\](?=\s)"
    r"|\b(?:error|reject|reason|result|vendor|response)[ _]?code[ :=#]{1,3}(\d{2,6})\b",
    re.IGNORECASE,
)
"""A supplier's own code: `[30007] carrier filtered message`, `error code 21610`."""
_EXIT = re.compile(
    r"\bexit(?:ed)?(?: with)?(?: status| code)?[ :=]{1,3}(\d{1,3})\b|\bsignal[ :=]{1,3}(?:\d{1,2})\b", re.I
)
_QUOTED = re.compile(
    r"`([^`'\n]{1,120})['`]|\"([^\"]{1,120})\"|(?<![A-Za-z0-9])'([^'\n]{1,120})'|‘([^’\n]{1,120})’|“([^”\n]{1,120})”|「([^」\n]{1,60})」|『([^』\n]{1,60})』"
)
_EXPLAINED = re.compile(
    r"\s(?:DETAIL|HINT|CONTEXT|STATEMENT|QUERY):\s|\[parameters: |\binput_value=|'input': |\(Background on this error"
)
"""From here on PostgreSQL and SQLAlchemy explain one case: rows, keys, parameters. What was violated stands before."""
_RELATION = re.compile(r"\b(?:relation|table|index|constraint) [\"']([A-Za-z_][\w.]{0,99})[\"']")
"""What a lock or a violation is about counts also where it is only explained."""
_DIGIT_FIRST = re.compile(r"(?<![\w.$])(?!(?:2fa|3ds)\b)\d\w*[A-Za-z]\w*", re.IGNORECASE)
"""`4XkZ91`: an id that begins with a digit."""
_FILE_PATH = re.compile(
    r"(?<![\w/.:])(?:(?:[A-Za-z]:)?(?:/[\w.+@~-]+){2,}|[\w.+@~-]+(?:/[\w.+@~-]+){2,}(?=\.\w))[\w.]*"
)
_DATA_FILE = re.compile(
    r"\.(?:jpe?g|png|gif|heic|tiff?|webp|bmp|pdf|csv|tsv|xlsx?|zip|gz|mp4|mov|txt)$", re.I
)
"""What people upload: its name is one of a single case."""
_SET_VALUE = re.compile(r"(?<=[\w\"'])\s?[=:]\s?[\"']?(?=(?:[\w-]*\d){3})(?=[\w-]*[-_a-zA-Z])[\w-]{4,80}")
"""`request_id=9c1d-77aa`: a value behind its name, with digits and more than digits in it."""
_KEYED_VALUE = re.compile(r"\)=\([^)\n]{0,200}\)?")
"""`Key (email)=(...)`, as PostgreSQL names the value that was in the way."""
_IDENTIFIER = re.compile(r"[A-Za-z_$@][\w$]*(?:(?:::|\.|#|->|/|-)[A-Za-z_$@:\[][\w$\]]*)*[?!=]?")
_WORD = re.compile(
    r"[A-Za-z_$][A-Za-z0-9_$]*(?:(?:::|\.|#|->)[A-Za-z_$][A-Za-z0-9_$]*)*[?!]?|\*"
    r"|[\u3041-\u309f]+|[\u30a0-\u30ff]+|[\u3400-\u9fff]+|[\uac00-\ud7af]+"
)
_CAMEL_OR_SNAKE = re.compile(r"[a-z0-9]_[a-zA-Z]|[a-z][A-Z]|::|\w\.\w|#|\$")


@dataclass(frozen=True)
class Message:
    """A message taken apart: what a hurried eye sees of it, and the few things in it that tell causes apart."""

    words: tuple[str, ...] = ()
    """Its words in order, small letters; `*` for what changes."""
    names: frozenset[str] = frozenset()
    """Names of code and data in it: fields, columns, constraints, classes, keys."""
    hosts: frozenset[str] = frozenset()
    statuses: frozenset[str] = frozenset()
    codes: frozenset[str] = frozenset()
    paths: frozenset[str] = frozenset()

    @property
    def is_empty(self) -> bool:
        return not self.words


def message_of(text: str | None) -> Message:
    """The message taken apart; an empty one for None."""
    if not text:
        return Message()
    whole = one_wording(text[:LOOKED_AT])
    said = str(_EXPLAINED.split(whole, maxsplit=1)[0])
    hosts, paths = _addresses(said)
    statuses = frozenset(
        found["status"] or found["bare"] or found["paren"] for found in _STATUS.finditer(said)
    )
    codes = frozenset(code.casefold() for code in _CODES.findall(said)) | frozenset(_EXIT.findall(said))
    codes |= {number for found in _OWN_CODE.findall(said) for number in found if number}
    bare = _KEYED_VALUE.sub(f")={ANY} ", _URL.sub(" url ", said))
    bare = _FILE_PATH.sub(_file_word, bare)
    bare = VOLATILE.sub(f" {ANY} ", POD.sub("", bare))
    bare = _SET_VALUE.sub(f"={ANY} ", bare)
    names = frozenset(_names(bare)) | {digits_out(found.lower()) for found in _RELATION.findall(whole)}
    return Message(tuple(_words(bare)), names, hosts, statuses, codes, paths)


def _addresses(text: str) -> tuple[frozenset[str], frozenset[str]]:
    hosts: set[str] = set()
    paths: set[str] = set()
    for found in _URL.finditer(text):
        hosts.add(host_name(found["host"]))
        if found["path"].strip("/") and not _CODE_FILE.search(found["path"].rstrip(").,")):
            paths.add(route(found["path"]))
    for found in _BARE_PATH.finditer(_URL.sub(" ", text)):
        paths.add(route(found[1]))
    rest = _URL.sub(" ", text)
    for found in _HOST.finditer(rest):
        name = found[0]
        if not _CODE_FILE.search(name.partition(":")[0]) and _looks_like_host(name):
            hosts.add(host_name(name))
    return frozenset(hosts), frozenset(paths)


_TOP = re.compile(
    r"\.(?:example|com|net|org|io|jp|dev|app|cloud|internal|local|localdomain|test|invalid|co|us|eu|de|uk|svc|cluster)(?::\d+)?$",
    re.I,
)


def _looks_like_host(name: str) -> bool:
    """Dotted names are mostly classes and attributes: only known endings, in small letters, are hosts."""
    return bool(_TOP.search(name)) and name == name.lower()


def _names(text: str) -> Iterator[str]:
    """Names of code and data: identifiers in quotes, and bare ones that no sentence would have."""
    for found in _QUOTED.finditer(text):
        quoted = _inside(found)
        if name := _as_name(quoted, is_quoted=True):
            yield name
    for word in _WORD.findall(_QUOTED.sub(" ", text)):
        if _CAMEL_OR_SNAKE.search(word) and (name := _as_name(word)):
            yield name


def _as_name(word: str, *, is_quoted: bool = False) -> str | None:
    """The name in normal form; None for a value: with an id in it, of several words, or in no Latin letters."""
    if re.match(r"%[-\w]", word):
        return word  # a format, such as `%Y-%m-%d`
    if is_quoted and re.fullmatch(r"[A-Z]{2,}", word):
        return None  # a value of an enumeration
    if re.search(r"\d[^/]*\.[a-z]\w{1,4}$", word) or _DATA_FILE.search(word):
        return None  # a file made for one case
    word = re.sub(r"\([^()]{0,60}\)$", "", word)
    plain = VOLATILE.sub(ANY, digits_out(word))
    if _COMPOUND.fullmatch(plain):
        return plain.lower()
    if OPAQUE.fullmatch(word) and not re.fullmatch(r"[A-Za-z]+\d{1,2}", word):
        return None
    if re.fullmatch(r"[\d*.,_-]+", plain) or len(plain) > 100:
        return None
    found = _IDENTIFIER.fullmatch(plain.replace(ANY, "x"))
    return plain.lower() if found else None


def _words(text: str) -> Iterator[str]:
    """The words of a text in order: values, ids and numbers are `*`, and several `*` in a row are one."""
    text = _KEYED_VALUE.sub(f")={ANY} ", text)
    text = _QUOTED.sub(_quoted_word, text)
    text = GLUED_ID.sub(f" {ANY} ", text)
    text = NUMBER_WORD.sub(f" {ANY} ", NUMBER.sub(f" {ANY} ", text))
    text = _DIGIT_FIRST.sub(f" {ANY} ", TRAILING_NUMBER.sub("", text))
    before = ""
    for word in _WORD.findall(text):
        word = ANY if is_mixed(word) else word.lower().strip(".")
        if (len(word) > 1 or word == ANY or not word.isascii()) and not (word == ANY and before == ANY):
            yield word
        before = word


def _quoted_word(found: re.Match[str]) -> str:
    name = _as_name(_inside(found), is_quoted=True)
    return f" {name} " if name and ANY not in name else f" {ANY} "


def _inside(found: re.Match[str]) -> str:
    """What stands between the quotation marks."""
    return str(found[found.lastindex or 0]).strip()


_COMPOUND = re.compile(r"[A-Za-z]{3,}(?:_[A-Za-z0-9*]+)*_[A-Za-z]{3,}")
"""A name of several words, with perhaps a number inside: `documents_sha256_index`."""
_PASSING_FOLDERS = ("/tmp/", "/var/tmp/", "/private/")  # noqa: S108 - only compared with, nothing is opened


def _file_word(found: re.Match[str]) -> str:
    """A path in a message: its last part, unless it was made for one case (a digit in it, or in a folder for such)."""
    last = found[0].rpartition("/")[2]
    is_passing = found[0].startswith(_PASSING_FOLDERS) or re.search(r"\d", last) or _DATA_FILE.search(last)
    return f" {ANY} " if is_passing else f" {last} "
