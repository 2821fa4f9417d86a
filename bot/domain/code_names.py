"""Names of code and machines in normal form: transactions, functions, files, routes, hosts. Used by `fingerprint`."""

from __future__ import annotations

import re

from bot.domain.volatile import ANY, LOOKED_AT, OPAQUE, digits_out, is_mixed

_INSIDE = frozenset({"internal", "local", "svc", "cluster", "lan", "intra"})
"""Names of networks of one's own, whose hosts are lettered: `queue-a.internal` and `queue-b.internal`."""


def host_name(host: str) -> str:
    """A host without user, port and the number of its shard: `db-3.internal:5432` is `db-*.internal`."""
    name = host.rpartition("@")[2].lower()
    name = re.sub(r":\d+$", "", name)
    if re.fullmatch(r"[\d.]+|\[.*", name):
        return ANY
    labels = [_host_label(label) for label in name.split(".")]
    if labels[1:] and _INSIDE & set(labels[1:]):
        labels[0] = re.sub(r"-[a-z]$", ANY, labels[0])
    return ".".join(labels)


def _host_label(label: str) -> str:
    if re.fullmatch(r"[0-9a-f]{8,}|\d+", label):
        return ANY
    return re.sub(r"(?<=[a-z])-?\d+(?=$|-)", ANY, label)


_PARAMETER = re.compile(r":\w+|\{[^}]*\}|<[^>]*>|\[[^\]]*\]|\(\?P?<.*|\*+|\$\w+")


def route(path: str) -> str:
    """A path with its ids out: `/applicants/7781` and `/applicants/:id` are one route."""
    parts = [_segment(part) for part in path.split("?")[0].split("/") if part]
    return "/" + "/".join(parts)


def _segment(part: str) -> str:
    if _PARAMETER.fullmatch(part):
        return ANY
    if re.fullmatch(r"v\d{1,2}", part, re.I):
        return part.lower()
    return ANY if OPAQUE.fullmatch(part) or is_mixed(part) else digits_out(part.lower())


POD = re.compile(
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
        plain = digits_out(POD.sub("", rest)).lower()
        plain = _lambda_out(plain)
        plain = re.sub(r"(?<![\w])\d+(?![\w])", ANY, plain)
        plain = re.sub(r"\s+", " ", plain)
    if plain.strip("/* ?<>()") in ("", "anonymous", "unknown", "global code", "unlabeled event"):
        return "/" if rest == "/" else None
    return f"{verb[0].strip().lower()} {plain}" if verb else plain


def _lambda_out(name: str) -> str:
    name = re.sub(r"\$\$\w{1,60}?\$\$[0-9a-f]+", "", name)
    name = re.sub(r"lambda\$(\w+)\$\d+", r"\1", name)
    name = re.sub(r"\$\$?lambda\$?[\d/x0-9a-f]*", "", name)
    name = re.sub(r"(?:\.func\d+)+(?:\.\d+)*|\$\d+(?=\b|$)", "", name)
    name = re.sub(r"::h[0-9a-f]{16}$|(?<=[a-z])fu\d*_\w{0,20}$", "", name)
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
    if re.fullmatch(r"<\w+>", name):
        return None
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
    if not re.search(r"[^\W\d_]{2}", last):
        return None
    return None if len(last.rstrip("0123456789$_")) <= 2 and re.fullmatch(r"[a-z$_]{1,2}\d*", last) else last


_BUNDLE = re.compile(
    r"(?:[.-](?=[0-9A-Za-z_-]*\d)[0-9A-Za-z_-]{6,40}|[.-][0-9a-f]{8,40}|[.](?=[a-f]{0,4}\d)[0-9a-f]{4,5}|~[0-9a-z]+"
    r"|-(?=(?:[a-z0-9_-]*[A-Z]){2}|[A-Za-z_-]*\d)[A-Za-z0-9_-]{8})(?=\.(?:js|mjs|css|bundle)\b)"
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
