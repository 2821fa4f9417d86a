"""Secrets that give themselves away by their looks: tokens with a known prefix, keys, long random text."""

from __future__ import annotations

import re

from bot.domain.privacy_mark import Mark

LOOKED_AT = 4096
"""Our own bound: so much of a long run of letters decides whether it is random."""

RANDOM_CHANGES = 0.45
"""Share of neighbours of different kind (digit, capital, small letter). Random base64 has 0.62, CamelCase 0.3."""

_TOKEN = re.compile(
    r"-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----[\w+/=\s\\:,.-]{0,8000}+"
    r"|\b(?:eyJ[\w-]{8,}+\.[\w-]{4,}+(?:\.[\w-]*+){0,3}"  # JSON Web Token
    r"|xox[a-z]-[\w-]{6,}+|xapp-[\w-]{6,}+"  # Slack
    r"|sntry[a-z]_[\w+/=.-]{6,}+"  # Sentry
    r"|gh[a-z]_\w{16,}+|github_pat_\w{16,}+|glpat-[\w-]{16,}+|npm_\w{16,}+"
    r"|(?:AKIA|ASIA|AGPA|AIDA|AROA)[0-9A-Z]{16}\b"  # AWS
    r"|(?:sk|pk|rk|whsec)_(?:live|test)_\w{8,}+|whsec_\w{16,}+|sk-[\w-]{20,}+"  # Stripe and others
    r"|AIza[\w-]{30,}+|ya29\.[\w-]{16,}+)"  # Google
    r"|(?<=hooks\.slack\.com/)(?:services|workflows)/[\w/]++"
)
_TOKEN_WORDS = (
    *(
        "-----BEGIN",
        "eyJ",
        "xox",
        "xapp-",
        "sntry",
        "gh",
        "glpat-",
        "npm_",
        "AKIA",
        "ASIA",
        "AGPA",
        "AIDA",
        "AROA",
    ),
    *("_live_", "_test_", "whsec_", "sk-", "AIza", "ya29.", "hooks.slack.com/"),
)
_SCHEME_WORDS = ("earer", "EARER", "asic", "ASIC")
_SCHEME = re.compile(r"\b(?P<scheme>bearer|basic)(?P<gap>\s{1,3})(?P<value>[\w.~+/=-]{8,}+)", re.IGNORECASE)
_RUN = re.compile(r"[A-Za-z0-9+/_-]{32,}+={0,2}")
_HEX = re.compile(r"(?<![0-9A-Za-z])(?=[A-Fa-f]{0,31}[0-9])(?:[0-9a-f]{32,}+|[0-9A-F]{32,}+)(?![0-9A-Za-z])")
_UUID = re.compile(r"[0-9A-Fa-f]{8}-(?:[0-9A-Fa-f]{4}-){3}[0-9A-Fa-f]{12}")
_KINDS = re.compile(r"[A-Z]+|[a-z]+|[0-9]+")


def mask_tokens(text: str) -> str:
    """Mask tokens that begin as such: JWT, Slack, Sentry, cloud keys, `Bearer ...`, private keys."""
    if any(word in text for word in _TOKEN_WORDS):
        text = _TOKEN.sub(Mark.TOKEN, text)
    if any(word in text for word in _SCHEME_WORDS):
        text = _SCHEME.sub(_mask_credentials, text)
    return text


def mask_blobs(text: str) -> str:
    """Mask long hexadecimal numbers and long random text, such as a key or an image in base64.

    A long number right after an `@` stays: `kyc-api@9f3e...` is a release.
    """
    return _RUN.sub(_mask_run, text)


def _mask_credentials(found: re.Match[str]) -> str:
    """`basic authentication` is a word, `Basic dXNlcjpwdw==` is not."""
    value = found["value"]
    if value.isalpha() and (value.islower() or value.istitle()):
        return found[0]
    return f"{found['scheme']}{found['gap']}{Mark.TOKEN}"


def _mask_run(run: re.Match[str]) -> str:
    text = _UUID.sub("", run[0][:LOOKED_AT])
    kinds = _KINDS.findall(text)
    letters = sum(map(len, kinds))
    if letters >= 32 and (len(kinds) - 1) / letters >= RANDOM_CHANGES and _is_mixed(kinds):
        return Mark.DATA if len(run[0]) > 200 else Mark.TOKEN
    if run.start() and run.string[run.start() - 1] == "@":
        return run[0]
    return _HEX.sub(Mark.TOKEN, run[0])


def _is_mixed(kinds: list[str]) -> bool:
    """Whether digits, capitals and small letters all occur more than once."""
    firsts = [kind[0] for kind in kinds]
    return all(sum(map(belongs, firsts)) >= 2 for belongs in (str.isdigit, str.isupper, str.islower))
