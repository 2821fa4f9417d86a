"""The template of what customers are told: filled in where it names something, and left alone elsewhere."""

from __future__ import annotations

import pytest

from bot.domain.customer_notice import PLACEHOLDERS, CustomerNotice, filled, unknown_placeholders
from bot.domain.privacy import mask


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ("{step} since {since}", "Result since Sat"),
        ("{step}{step}", "ResultResult"),
        ("{other} {} {", "{other} {} {"),
        ("{step.__class__}", "{step.__class__}"),
    ],
)
def test_what_is_named_is_filled_in_and_nothing_else(template: str, text: str) -> None:
    assert filled(template, {"step": "Result", "since": "Sat"}) == text


@pytest.mark.parametrize(
    ("template", "unknown"), [("{step}", ()), ("{stp} {since} {}", ("stp", "")), ("{{step}}", ())]
)
def test_names_that_nothing_is_filled_in_for_are_found(template: str, unknown: tuple[str, ...]) -> None:
    assert unknown_placeholders(template) == unknown


@pytest.mark.parametrize("language", ["en", "ja"])
def test_the_shipped_drafts_say_step_since_and_affected_and_pass_the_mask(language: str) -> None:
    template = CustomerNotice().by_language[language]

    assert all(f"{{{name}}}" in template for name in PLACEHOLDERS)
    values = {"step": "4 Result", "since": "11/7(土) 02:00", "affected": "all"}
    assert mask(filled(template, values)) == filled(template, values)
