"""Normal forms: texts, names and paths without what changes from one occurrence of a cause to the next. Pure.

Used by `fingerprint`. Every function takes time in proportion to its input's length and never raises; inputs are cut
at `LOOKED_AT`, for titles and messages are written by strangers.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

LOOKED_AT = 1_000
"""Characters of a text that are looked at; ours: what tells two causes apart stands in the first lines."""

ANY = "*"
"""Stands for whatever changes: a number, an id, an address in memory, a value."""

_UUID = r"[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}"
_MOMENT = (
    r"\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:[.,]\d{1,9})?)?(?:Z|[+-]\d{2}:?\d{2}| ?UTC)?)?"
    r"|\d{4}/\d{1,2}/\d{1,2}|\d{4}年\d{1,2}月\d{1,2}日|\d{1,2}:\d{2}:\d{2}(?:[.,]\d{1,9})?"
)
_HEX = r"0x[0-9a-fA-F]{2,}|(?<![0-9A-Za-z])(?=[0-9a-f]{0,40}[0-9])(?=[0-9a-f]{0,40}[a-f])[0-9a-f]{7,64}(?![0-9A-Za-z])"
_MARK = r"\[[a-z][a-z -]{1,30}\]"
_ADDRESS = r"(?<![\d.])\d{1,3}(?:\.\d{1,3}){3}(?::\d{1,5})?(?![\d.])|\[[0-9a-fA-F:]{2,39}\](?::\d{1,5})?"
_VOLATILE = re.compile(f"{_UUID}|{_MOMENT}|{_HEX}|{_MARK}|{_ADDRESS}")
"""What is never part of a cause. `_MARK` is a mark of the privacy mask, such as `[mail]`."""

_GLUED_ID = re.compile(
    r"(?<![0-9A-Za-z])(?:[A-Za-z]{1,12}[_-])(?=[0-9A-Za-z]*\d)[0-9A-Za-z]{3,40}(?![0-9A-Za-z_-])"
)
"""`ap_7781`, `sub-55120`, `doc_8f3aQ1`: a prefix and an id."""
_NUMBER = re.compile(
    r"(?<![A-Za-z0-9_])[-+]?\d[\d,._]*(?:e[-+]?\d+)?(?:ns|us|µs|ms|s|m|h|kb|mb|gb|kib|mib|gib|%)?(?![A-Za-z0-9_])",
    re.I,
)
_TRAILING_NUMBER = re.compile(r"(?<=[A-Za-z])[-_]\d+(?![A-Za-z0-9])|(?<=[A-Za-z])\d{3,}(?![A-Za-z0-9])")
"""`worker-12`, `events_2026_08`, `host4021`: a number at the end of a name. `oauth2` and `step2` keep theirs."""

_URL = re.compile(
    r"\b(?P<scheme>[a-z][a-z0-9+.-]{1,15})://(?P<host>[^\s/?#\"'<>()]{1,253})(?P<path>[^\s?#\"'<>()]*)"
)
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
_CODES = re.compile(
    r"\b(?:ORA-\d{3,5}|SQLSTATE\[?\s?\w{5}\]?|E[A-Z]{4,}|errno[ :=]*\d+|0x8\d{7}|[A-Z]{2,}_[A-Z_]{2,}"
    r"|(?:SQL|DB2?|MYSQL|PG) ?(?:error )?\d{4,5})"
)
_QUOTED = re.compile(
    r"`([^`'\n]{1,120})['`]|\"([^\"\n]{1,120})\"|(?<![A-Za-z0-9])'([^'\n]{1,120})'|‘([^’\n]{1,120})’|“([^”\n]{1,120})”|「([^」\n]{1,60})」|『([^』\n]{1,60})』"
)
_IDENTIFIER = re.compile(r"[A-Za-z_$@][\w$]*(?:(?:::|\.|#|->|/|-)[A-Za-z_$@:\[][\w$\]]*)*[?!=]?")
_WORD = re.compile(
    r"[A-Za-z_$][\w$]*(?:(?:::|\.|#|->)[A-Za-z_$][\w$]*)*[?!]?|\*|[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]+"
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
    text = _one_text(text)
    hosts, paths = _addresses(text)
    statuses = frozenset(
        found["status"] or found["bare"] or found["paren"] for found in _STATUS.finditer(text)
    )
    codes = frozenset(code.casefold() for code in _CODES.findall(text))
    bare = _URL.sub(" url ", text)
    names = frozenset(_names(bare))
    return Message(tuple(_words(bare)), names, hosts, statuses, codes, paths)


def _one_text(text: str) -> str:
    """The head of a text. Lines that only explain (hints, process numbers) change and stay out of words by `*`."""
    return text[:LOOKED_AT]


def _addresses(text: str) -> tuple[frozenset[str], frozenset[str]]:
    hosts: set[str] = set()
    paths: set[str] = set()
    for found in _URL.finditer(text):
        hosts.add(host_name(found["host"]))
        if found["path"].strip("/"):
            paths.add(route(found["path"]))
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


def host_name(host: str) -> str:
    """A host without user, port and the number of its shard: `db-3.internal:5432` is `db-*.internal`."""
    name = host.rpartition("@")[2].lower()
    name = re.sub(r":\d+$", "", name)
    if re.fullmatch(r"[\d.]+|\[.*", name):
        return ANY
    return ".".join(_host_label(label) for label in name.split("."))


def _host_label(label: str) -> str:
    if re.fullmatch(r"[0-9a-f]{8,}|\d+", label):
        return ANY
    return re.sub(r"(?<=[a-z])-?\d+(?=$|-)", ANY, label)


def route(path: str) -> str:
    """A path with its ids out: `/applicants/7781` and `/applicants/:id` are one route."""
    parts = [_segment(part) for part in path.split("?")[0].split("/") if part]
    return "/" + "/".join(parts)


_PARAMETER = re.compile(r":\w+|\{[^}]*\}|<[^>]*>|\[[^\]]*\]|\(\?P?<.*|\*+|\$\w+")
_OPAQUE = re.compile(
    r"\d+|(?=.*\d)[0-9a-fA-F-]{6,}|(?=.*\d)(?=.*[A-Za-z])[0-9A-Za-z_-]{10,}|[A-Za-z]{1,12}[_-](?=\w*\d)[0-9A-Za-z]{2,}"
)


def _segment(part: str) -> str:
    if _PARAMETER.fullmatch(part):
        return ANY
    if re.fullmatch(r"v\d{1,2}", part, re.I):
        return part.lower()
    return ANY if _OPAQUE.fullmatch(part) else _digits_out(part.lower())


def _digits_out(name: str) -> str:
    name = _VOLATILE.sub(ANY, name)
    name = _GLUED_ID.sub(ANY, name)
    return _TRAILING_NUMBER.sub(ANY, name)


_POD = re.compile(
    r"-(?:[0-9a-f]{8,10}|(?=[a-z0-9]*\d)[a-z0-9]{9,10})-[a-z0-9]{5}(?![a-z0-9])|-(?=[a-z0-9]*\d)[a-z0-9]{5}(?![a-z0-9-])"
)
_VERB = re.compile(r"^(?:get|post|put|patch|delete|head|options)\s+", re.I)


def transaction_name(name: str | None) -> str | None:
    """A transaction or culprit without ids, pods and lambdas' numbers; None when nothing is left that says anything."""
    if not name or not name.strip():
        return None
    name = name.strip()[:LOOKED_AT]
    verb = _VERB.match(name)
    rest = name[verb.end() :] if verb else name
    if "://" in rest:
        rest = rest.partition("://")[2].partition("/")[2]
        rest = "/" + rest
    if rest.startswith("/"):
        plain = route(rest)
    else:
        plain = _digits_out(_POD.sub("", rest)).lower()
        plain = _lambda_out(plain)
        plain = re.sub(r"(?<![\w])\d+(?![\w])", ANY, plain)
        plain = re.sub(r"\s+", " ", plain)
    if plain.strip("/* ?<>()") in ("", "anonymous", "unknown", "global code", "unlabeled event"):
        return "/" if rest == "/" else None
    return f"{verb[0].strip().lower()} {plain}" if verb else plain


def _lambda_out(name: str) -> str:
    name = re.sub(r"lambda\$(\w+)\$\d+", r"\1", name)
    name = re.sub(r"\$\$?lambda\$?[\d/x0-9a-f]*", "", name)
    name = re.sub(r"(?:\.func\d+)+(?:\.\d+)*|\$\d+(?=\b|$)", "", name)
    return re.sub(r"<locals>\.|\.<locals>", "", name)


def function_name(name: str | None) -> str | None:
    """A function without its blocks and numbers; None when it is anonymous or minified away."""
    if not name:
        return None
    name = name.strip()
    name = re.sub(r"^(?:(?:block|rescue|ensure)(?: \(\d+ levels\))? in )+", "", name)
    name = re.sub(
        r"^(?:async |new |get |set |static |Object\.|HTML\w+\.|Array\.|Function\.|Module\.)+", "", name
    )
    name = re.sub(r"\[as [^\]]*\]|\(.*\)$|/<+$|/</.*$", "", name).strip()
    name = _lambda_out(name.lower())
    name = re.sub(r"#\d+$|_\d{3,}$|\{closure[^}]*\}", "", name)
    last = re.split(r"::|#|\.|->|/|\\", name)[-1] if not name.startswith("<") else name
    last = last.strip()
    if last in (
        "",
        "?",
        "<anonymous>",
        "anonymous",
        "<unknown>",
        "unknown",
        "<module>",
        "<lambda>",
        "lambda",
        "apply",
        "<computed>",
        "eval",
    ):
        return None
    return None if len(last.rstrip("0123456789$_")) <= 2 and re.fullmatch(r"[a-z$_]{1,2}\d*", last) else last


_BUNDLE = re.compile(
    r"(?:[.-](?=[0-9A-Za-z_-]*\d)[0-9A-Za-z_-]{6,40}|[.-][0-9a-f]{8,40}|~[0-9a-z]+)(?=\.(?:js|mjs|css|bundle)\b)"
)
_SOURCE_NOISE = re.compile(r"\(.*?\)|^webpack(?:-internal)?:/*|^app:/*|^file:/*|^capacitor:/*|\?.*$")
_HASHED_SEGMENT = re.compile(r"\d{6,}|[0-9a-f]{7,40}|v?\d+(?:\.\d+)+|(?=\w*\d)[0-9A-Za-z]{16,}")


def path_parts(filename: str | None) -> tuple[str, ...]:
    """The folders and the file, small letters, without hosts, release folders and the hashes of bundles."""
    if not filename:
        return ()
    name = _SOURCE_NOISE.sub("", filename.replace("\\", "/"))
    if "://" in name:
        name = name.partition("://")[2].partition("/")[2]
    parts = [part for part in name.split("/") if part not in ("", ".", "..")]
    kept = [part for part in parts[:-1] if not _HASHED_SEGMENT.fullmatch(part)]
    last = _BUNDLE.sub("", parts[-1]) if parts else ""
    last = re.sub(r"^[0-9a-f]{6,40}(?=\.)|^\d+(?=\.)", ANY, last)
    return tuple(part.lower() for part in (*kept, last) if part)


def is_bundle(parts: tuple[str, ...]) -> bool:
    """Whether the file is built, so that its name says little of the place in the source."""
    joined = "/".join(parts)
    return bool(parts) and (
        parts[-1].endswith((".min.js", ".bundle.js", ".bundle"))
        or ANY in parts[-1]
        or any(mark in joined for mark in ("/chunks/", "_next/static", "static/js", "assets/index", "/dist/"))
        or bool(
            re.fullmatch(
                r"(?:main|index|vendor|app|runtime|common|chunk|polyfills|framework)s?\.(?:js|mjs)", parts[-1]
            )
        )
    )


def same_file(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Whether two paths end in the same file of the same folder; the longer one may begin further up."""
    most = min(len(one), len(other), 3)
    return most > 0 and one[-most:] == other[-most:]


def _names(text: str) -> Iterator[str]:
    """Names of code and data: identifiers in quotes, and bare ones that no sentence would have."""
    for found in _QUOTED.finditer(text):
        quoted = _inside(found)
        if name := _as_name(quoted):
            yield name
    for word in _WORD.findall(_QUOTED.sub(" ", text)):
        if _CAMEL_OR_SNAKE.search(word) and (name := _as_name(word)):
            yield name


def _as_name(word: str) -> str | None:
    """The name in normal form; None for a value: with an id in it, of several words, or in no Latin letters."""
    plain = _digits_out(word)
    plain = _VOLATILE.sub(ANY, plain)
    if _OPAQUE.fullmatch(word) and not re.fullmatch(r"[A-Za-z]+\d{1,2}", word):
        return None
    if re.fullmatch(r"[\d*.,_-]+", plain) or len(plain) > 100:
        return None
    found = _IDENTIFIER.fullmatch(plain.replace(ANY, "x"))
    return plain.lower() if found else None


def _words(text: str) -> Iterator[str]:
    """The words of a text in order: values, ids and numbers are `*`, and several `*` in a row are one."""
    text = _QUOTED.sub(_quoted_word, text)
    text = _VOLATILE.sub(f" {ANY} ", text)
    text = _GLUED_ID.sub(f" {ANY} ", text)
    text = _NUMBER.sub(f" {ANY} ", text)
    text = _TRAILING_NUMBER.sub("", text)
    before = ""
    for word in _WORD.findall(text):
        word = word.lower().strip(".")
        if word and not (word == ANY and before == ANY):
            yield word
        before = word


def _quoted_word(found: re.Match[str]) -> str:
    name = _as_name(_inside(found))
    return f" {name} " if name and ANY not in name else f" {ANY} "


def _inside(found: re.Match[str]) -> str:
    """What stands between the quotation marks."""
    return str(found[found.lastindex or 0]).strip()
