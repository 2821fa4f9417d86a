"""One mistake said in several ways is one message: by another browser, another version, with other values behind."""

from __future__ import annotations

import re

_WORDINGS: tuple[tuple[re.Pattern[str], str], ...] = (
    (
        re.compile(r"cannot read propert(?:y|ies)(?: of (?:undefined|null))? ?\(reading '([^']+)'\)", re.I),
        r"no property '\1'",
    ),
    (re.compile(r"cannot read property '([^']+)' of (?:undefined|null)", re.I), r"no property '\1'"),
    (
        re.compile(
            r"(?:undefined|null) is not an object \(evaluating '(?:[^'\n]{0,200}[.\[])?([\w$]+)[^'\n]{0,20}'\)",
            re.I,
        ),
        r"no property '\1'",
    ),
    (
        re.compile(r"can't access property \"([^\"]+)\",.{0,200}? is (?:undefined|null)", re.I),
        r"no property '\1'",
    ),
    (
        re.compile(
            r"failed to fetch(?! dynamically)|networkerror when attempting to fetch resource\.?|\bload failed|"
            r"the network connection was lost\.?|network request failed",
            re.I,
        ),
        "browser got no answer",
    ),
    (
        re.compile(
            r"resizeobserver loop (?:limit exceeded|completed with undelivered notifications)\.?", re.I
        ),
        "resizeobserver loop",
    ),
    (
        re.compile(
            r"(?:loading (?:css )?chunk \S+ failed|failed to fetch dynamically imported module|"
            r"error loading dynamically imported module|importing a module script failed)",
            re.I,
        ),
        "chunk not loaded",
    ),
    (re.compile(r"\bnil:NilClass\b"), "nil"),
    (re.compile(r"\n\n[^\n]{0,300}\n[ \t]{0,200}\^+[^\n]*"), ""),
    (
        re.compile(r"(?i)\b(values|bindings|params|parameters|args)(?: ?[:=])? ?[(\[][^)\]\n]{0,400}[)\]]?"),
        r"\1",
    ),
    (
        re.compile(
            r"(?i)\b((?:request|host|trace|correlation|message|session)[ _-]?id)[:= ]{1,3}[\w+/=.-]{4,200}"
        ),
        r"\1",
    ),
    (re.compile(r"\ban instance of (?=[A-Z])"), ""),
    (re.compile(r"#<([A-Z]\w{0,60}(?:::[A-Z]\w{0,60}){0,6})[^>\n]{0,300}>(?::[A-Z][\w:]{0,80})?"), r"\1"),
    (re.compile(r"with \d+ (?:out of -?\d+ )?bytes received", re.I), "with bytes received"),
    (re.compile(r"\bmissed check-ins?\b|\bcheck-ins? (?:was|were) missed", re.I), "missed check-in"),
)
"""One mistake in the words of each browser engine: V8 (Chrome), SpiderMonkey (Firefox), JavaScriptCore (Safari);
Ruby's and libcurl's words of two versions; and Sentry's own words for one and for several missed check-ins."""


def one_wording(text: str) -> str:
    """The text with each known wording in the one that we compare."""
    for pattern, wording in _WORDINGS:
        text = pattern.sub(wording, text)
    return text
