"""What a card says of an incident of which its alert may be, or is, a part. Used by the card."""

from __future__ import annotations

from bot.domain.alert import Alert
from bot.slack.blocks.elements import BUTTON_TEXT, button
from bot.slack.blocks.incident import card_link
from bot.slack.blocks.look import Json, Look
from bot.slack.blocks.speech import issue_name
from bot.slack.text import clean, cut

BETWEEN = "|"
"""In the button's value: between the alert and the one that leads the incident which was on show."""
ID = "part_of_incident"


def incident_offer(alert: Alert, look: Look) -> Json | None:
    """One click joins the incident that is open now; nothing while there is none."""
    lead = look.incident(alert)
    if lead is None:
        return None
    name = cut(clean(f"{issue_name(lead, look)} {lead.facts.title}"), BUTTON_TEXT // 2)
    label = look.text(f"label.{ID}", id=name)
    return button(ID, look.text(f"button.{ID}"), f"{alert.id}{BETWEEN}{lead.id}", label)


def part_of_incident(alert: Alert, look: Look) -> str:
    """Of which incident it is a part, with the way there; nothing where it stands for itself."""
    lead = look.known(alert.part_of) if alert.part_of else None
    return look.text("card.part_of", id=card_link(lead, look)) if lead is not None else ""
