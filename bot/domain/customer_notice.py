"""The message to customers about a large impact, as a template of `rules.yaml`. Filled in by the notice's form."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from bot.domain.spelling import FROM_FILE

PLACEHOLDERS = ("step", "since", "affected")
"""What a template may name in braces: which step stops, since when, and what is affected."""
NOTICE_MOST = 1200
"""Characters of a template and of a draft; ours: both languages stand in one message, of 3,000 each at Slack."""

_NAMED = re.compile(r"\{([^{}]*)\}")


@dataclass(frozen=True)
class CustomerNotice:
    """Drafts of what customers are told; `{step}`, `{since}`, `{affected}` are filled in; a person sends them."""

    __pydantic_config__ = FROM_FILE

    en: str = (
        "We apologise for the inconvenience. Since {since}, {step} has not been working for {affected}. "
        "We are working on it and will write again as soon as we know more. "
        "If you have questions, please reply to this message."
    )
    """In English."""
    ja: str = (
        "平素よりお世話になっております。{since} より、「{step}」において障害が発生しております。"
        "対象は{affected}です。現在、復旧に向けて対応を進めており、状況が分かり次第、あらためてご連絡いたします。"
        "ご不便をおかけし、誠に申し訳ございません。"
    )
    """In Japanese."""

    @property
    def by_language(self) -> dict[str, str]:
        """The templates by language."""
        return {"en": self.en, "ja": self.ja}


def filled(template: str, values: Mapping[str, str]) -> str:
    """The template with its placeholders filled in; any other braces stay as they are."""
    return _NAMED.sub(lambda found: values.get(found[1], found[0]), template)


def unknown_placeholders(template: str) -> tuple[str, ...]:
    """Names in braces that nothing is filled in for."""
    return tuple(name for name in _NAMED.findall(template) if name not in PLACEHOLDERS)
