"""What a card says of an incident of which its alert may be, or is, a part. Used by the card."""

from __future__ import annotations

from bot.domain.alert import Alert
from bot.slack.blocks.elements import BUTTON_TEXT, block_id, button, section
from bot.slack.blocks.incident import card_link
from bot.slack.blocks.look import Json, Look
from bot.slack.blocks.speech import issue_name, title
from bot.slack.text import clean, cut

TITLE = "title"
ID = "part_of_incident"


def titled(alert: Alert, look: Look, lead: Alert | None = None) -> Json:
    """The title; beside it, while an incident is open, the one click that joins it.

    The button carries the alert's id as every button does; the block tells which incident was on show.
    """
    shown = f"*{title(alert, look)}*"
    if lead is None:
        return section(shown, block_id(alert.id, TITLE))
    name = cut(clean(f"{issue_name(lead, look)} {lead.facts.title}"), BUTTON_TEXT // 2)
    label = look.text(f"label.{ID}", id=name)
    offer = button(ID, look.text(f"button.{ID}"), alert.id, label)
    return section(shown, block_id(alert.id, TITLE, lead.id), offer)


def lead_on_show(block: str) -> str:
    """The id of the alert that leads the incident which a card offered; empty for a block that offers none."""
    parts = block.split(":")
    return parts[3] if len(parts) == 4 and parts[2] == TITLE else ""


def part_of_incident(alert: Alert, look: Look) -> str:
    """Of which incident it is a part, with the way there; nothing where it stands for itself."""
    lead = look.known(alert.part_of) if alert.part_of else None
    return look.text("card.part_of", id=card_link(lead, look)) if lead is not None else ""
