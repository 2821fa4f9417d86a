"""A fingerprint: what of an alert's facts tells its cause, in normal form. Made here, compared by `lookalike`."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache

from bot.domain.code_names import (
    function_name,
    host_name,
    is_bundle,
    path_parts,
    route,
    transaction_name,
)
from bot.domain.facts import Facts, Frame
from bot.domain.messages import Message, message_of
from bot.domain.volatile import ANY


class Kind(StrEnum):
    """Who stands in front of the code: a request that someone awaits, a worker, a person's browser or phone."""

    WEB = "web"
    BACKGROUND = "background"
    CLIENT = "client"


@dataclass(frozen=True)
class Place:
    """Where it broke: the deciding frame in normal form."""

    path: tuple[str, ...] = ()
    function: str | None = None

    @property
    def is_known(self) -> bool:
        return bool(self.path) or self.function is not None

    @property
    def is_built(self) -> bool:
        """In a bundle, whose file and function names change with each build."""
        return is_bundle(self.path)


@dataclass(frozen=True)
class Fingerprint:
    """The features that are compared. None and empty mean "not known", and nothing differs from that."""

    headline: str
    """The title as a person reads it."""
    beginning: str
    """The first characters of what was said, before wordings are made one."""
    title: Message
    type: str | None
    message: Message
    """What was raised or logged; empty where only the title says it."""
    chain: tuple[str, ...]
    """Exception types in normal form, oldest cause first, the raised one last."""
    causes: tuple[Message, ...]
    """The messages of the causes below the raised one, oldest first."""
    project: str | None
    transaction: str | None
    culprit: str | None
    place: Place
    hint: Place
    """Where Sentry's issue says that it broke; it may come from another exception of the chain."""
    entry: str | None
    """The outermost function of our own code, where more than one is on the way to the place."""
    kind: Kind | None
    job: str | None
    step: str | None
    page: str | None
    """The route of the `url` tag, which browsers' SDKs set."""
    environment: str | None
    tags: dict[str, str] = field(default_factory=dict[str, str])
    """Tags that speak of a cause, by key, in normal form."""


BEGINNING = 15
"""Characters at which a hurried eye has read enough; ours."""
REMEMBERED = 512
"""Fingerprints kept in memory, the ones asked for last; ours: about 2 MiB."""

CAUSE_TAGS = frozenset(
    (
        "endpoint scope queue route path peer callback upstream remote vendor provider service partner integration "
        "webhook worker job task topic consumer monitor status component operation action feature field code "
        "table bucket page screen view controller command cron pipeline stage phase handler subscriber "
        "exchange activity workflow flag operationname op rpc method model resource document_type doc_type "
        "check kind error_code reason channel target dependency downstream api client_api subsystem module "
        "step"
    ).split()
)
"""Words of tag keys that name a part of the cause. A tag with none of them (a host, a user, a browser) names a case."""
CASE_WORDS = frozenset(
    (
        "user tenant customer business company account org organization organisation client os device browser "
        "runtime server pod node zone region release dist version sdk trace span request "
        "session id ip locale lang retry retries attempt level handled mechanism environment level site "
        "transaction logger replica shard partition instance container build deployment journey_step "
        "applicant applicant_id submission user_agent machine thread pid worker_id consumer_id tenant_id"
    ).split()
)
"""Words that mark a tag as one of the single case, whatever else its key says."""
CASE_TAGS = frozenset({"host", "hostname", "url", "http.url"})
"""Whole keys that name where a case ran or what it asked for; `callback_host` names whom we call."""


@lru_cache(maxsize=REMEMBERED)
def fingerprint(facts: Facts, step: str | None = None) -> Fingerprint:
    """The fingerprint of what is known. `step`: the step of the journey, where a rule or a person has said it.

    Remembered, for a new alert is compared with several earlier ones, and those with several new ones.
    """
    title = facts.title if facts.title and not facts.title.startswith("<") else None
    raised = facts.exceptions[-1] if facts.exceptions else None
    return Fingerprint(
        headline=facts.title.casefold(),
        beginning=(facts.message or _value_of(title, raised) or "")[:BEGINNING].casefold(),
        title=message_of(_uncut(title)),
        type=_type(raised),
        message=message_of(facts.message or (_value_of(title, raised) if raised else None)),
        chain=tuple(filter(None, map(_type, facts.exceptions))),
        causes=tuple(message_of(value) for value in facts.values[:-1]),
        project=facts.project,
        transaction=transaction_name(facts.transaction),
        culprit=transaction_name(facts.culprit),
        place=_place(facts.frame),
        hint=_place(facts.hint),
        entry=_entry(facts),
        kind=_kind(facts),
        job=transaction_name(facts.job),
        step=step or _step_tag(facts),
        page=_page(facts),
        environment=facts.environment,
        tags=dict(_cause_tags(facts)),
    )


def _uncut(title: str | None) -> str | None:
    """A title without the word that Sentry has cut through."""
    if title is None or not title.endswith(("...", "…")):
        return title
    return title[: max(title.rfind(" "), 0)]


def _type(name: str | None) -> str | None:
    """An exception's type without its package and its error number's brackets."""
    if not name or name.startswith("<"):
        return None
    return name.strip().lower() or None


def _value_of(title: str | None, raised: str | None) -> str | None:
    """The message inside a title; a title that names only a type has none."""
    if title is None or title == raised:
        return None
    head = f"{raised}: " if raised else ""
    return title[len(head) :] if head and title.startswith(head) else title


def _place(frame: Frame | None) -> Place:
    if frame is None:
        return Place()
    return Place(path_parts(frame.filename), function_name(frame.function))


def _entry(facts: Facts) -> str | None:
    ours = [frame for frame in facts.frames if frame.in_app]
    return function_name(ours[0].function) if len(ours) > 1 else None


def _page(facts: Facts) -> str | None:
    url = next((value for key, value in facts.tags if key == "url"), "")
    path = url.partition("://")[2].partition("/")[2] if "://" in url else ""
    return route(path) if path else None


def _step_tag(facts: Facts) -> str | None:
    for key, value in facts.tags:
        if key == "journey_step":
            return f"tag {value}"
    return None


_WEB_ENTRANCE = re.compile(r"(?:GET |POST |PUT |PATCH |DELETE )?/|[\w:]{1,200}Controller[#@.]")
"""How web frameworks name what answers a request: a route, or a controller's action."""


def _kind(facts: Facts) -> Kind | None:
    if facts.job or facts.is_background_job:
        return Kind.BACKGROUND
    if (facts.platform or "").startswith(
        ("javascript", "cocoa", "android", "swift", "kotlin")
    ) and not facts.is_server:
        return Kind.CLIENT
    is_routed = bool(_WEB_ENTRANCE.match(facts.transaction or facts.culprit or ""))
    return Kind.WEB if facts.request or is_routed else None


def _cause_tags(facts: Facts) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    if facts.request:
        found.append(("request", _request(facts.request)))
    for key, value in facts.tags:
        words = set(key.lower().replace(".", " ").replace("-", " ").replace("_", " ").split()) | {key.lower()}
        if words & CAUSE_TAGS and not words & CASE_WORDS and key.lower() not in CASE_TAGS:
            plain = _address(value) if "://" in value else transaction_name(value) or value.lower()
            if (ANY in plain and not re.search(r"[a-z]{3}", plain)) or _is_opaque(value):
                continue  # an id of one case
            found.append((key.lower(), plain))
    return found


def _address(url: str) -> str:
    host, _, path = url.partition("://")[2].partition("/")
    return f"{host_name(host)}{route(path)}"


def _is_opaque(value: str) -> bool:
    return len(value) >= 10 and re.fullmatch(r"(?=(?:.*\d){3})[0-9a-f-]+", value.lower()) is not None


def _request(request: str) -> str:
    verb, _, path = request.partition(" ")
    return f"{verb.lower()} {route(path)}"


def cause_key(known: Fingerprint) -> str:
    """A short name of the cause: equal for occurrences that differ in nothing that is compared.

    Two keys that differ may still be one cause; the comparison says so. Used to group, never to judge.
    """
    parts = (
        known.type,
        " ".join(known.message.words),
        known.project,
        known.transaction or known.culprit,
        known.place.function,
        "/".join(known.place.path[-2:]),
        known.job,
        known.step,
        *known.chain,
        *sorted(f"{key}={value}" for key, value in known.tags.items()),
    )
    return _short("\x1f".join(part or "" for part in parts))


def face_keys(known: Fingerprint) -> tuple[str, ...]:
    """What a hurried eye would take for the same, as keys of an index: the title, the type, the message's beginning.

    Alerts that look alike share at least one key; most that share one still turn out to be unrelated.
    """
    keys: dict[str, None] = {}
    for name, words in (("t", known.title.words), ("m", known.message.words)):
        plain = [word for word in words if word != ANY]
        if len(plain) >= 2:
            keys[f"{name}:{_short(' '.join(words[:40]))}"] = None
            keys[f"h:{_short(' '.join(plain[:4]))}"] = None
            keys[f"h:{_short(' '.join(plain[:2]))}"] = None
            keys[f"e:{_short(' '.join(plain[-3:]))}"] = None
    if known.type:
        keys[f"x:{known.type[:80]}"] = None
    for name in sorted(known.message.names)[:4]:
        keys[f"n:{name[:80]}"] = None
    return tuple(keys)


def _short(text: str) -> str:
    return hashlib.blake2b(text.encode("utf-8", "replace"), digest_size=9).hexdigest()
