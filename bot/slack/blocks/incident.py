"""The incident message: one message in the thread of a large impact, edited in place until it is restored."""

from __future__ import annotations

from bot.domain.alert import Alert, Source
from bot.domain.effects import Revise, effect_id
from bot.domain.incident import Happened, Incident, Moment, Role, Tick
from bot.slack.blocks import speech, urgent
from bot.slack.blocks.buttons import alert_button
from bot.slack.blocks.elements import PLACEHOLDER, actions, block_id, button, plain, section
from bot.slack.blocks.look import Json, Look, Message
from bot.slack.blocks.spoken import Spoken
from bot.slack.text import inert, is_user_id, link

NEWEST = 4
"""Lines of the timeline that stand in the message; the rest is behind a button."""
DONE, STILL_OPEN = ":white_check_mark:", ":white_large_square:"
POINTS = ((1, Tick.REACH), (2, Tick.ROLES), (3, Tick.SUPPORT))
"""The checklist by its numbers; the fourth point is the next word."""


def large(effect: Spoken, alert: Alert, look: Look) -> Message:
    """The incident message; of a decision that has no incident (any more) the plain words."""
    of = effect.of if isinstance(effect, Revise) else effect_id(effect)
    incident = alert.incident
    if incident is None or incident.message != of:
        return urgent.large(effect, alert, look)
    stands, people = _stands(alert, incident, look), _people(alert, incident, look)
    if incident.is_open:
        text = urgent.large(effect, alert, look).text
        head = urgent.large_head(effect, alert, look)
        handling = [_selects(alert, incident, look), _checklist(alert, incident, look)]
        more = [*handling, _ticks(alert, incident, look)]
    else:
        head, more = urgent.large_title(alert, look), []
        text = f"{head} {stands}"
    said = section(f"{head}\n{stands}", "line:large")
    return Message(text, [said, people, *more, _newest(alert, incident, look), _row(alert, incident, look)])


def timeline_line(moment: Moment, look: Look) -> str:
    """When, what, by whom."""
    about = moment.about
    if moment.what is Happened.ROLE:
        about = look.text(
            "timeline.role_of", role=look.text(f"role.{about}"), to=speech.named(moment.to, look)
        )
    elif moment.what is Happened.TICKED:
        about = _point(next(number for number, tick in POINTS if tick == about), look)
    elif moment.what in (Happened.JOINED, Happened.LEFT):
        about = _linked(about, look)
    return look.text(
        f"timeline.{moment.what.value}",
        when=look.words.moment(moment.at, look.now),
        name=inert(moment.by_name, speech.NAME_MOST),
        about=about,
    )


def _stands(alert: Alert, incident: Incident, look: Look) -> str:
    """Since when it is handled, or how it ended; how many alerts are part of it."""
    if incident.ended_at is not None:
        state = look.text("incident.ended", when=look.words.moment(incident.ended_at, look.now))
    elif incident.restored_at is not None:
        state = look.text("incident.restored", when=look.words.moment(incident.restored_at, look.now))
    else:
        state = look.text("incident.since", when=look.words.moment(incident.declared_at, look.now))
    joined = look.text("incident.joined", n=len(incident.joined)) if incident.joined else ""
    return speech.facts(state, joined, fix_of(alert, look), look=look)


def fix_of(alert: Alert, look: Look) -> str:
    """Whose the permanent fix is, or that it is done; nothing before it is restored."""
    incident = alert.incident
    if incident is None or incident.restored_at is None:
        return ""
    if incident.fix_done_at is not None:
        return look.text("incident.fixed", when=look.words.moment(incident.fix_done_at, look.now))
    return look.text("incident.fix", owner=speech.named(incident.fix_owner, look))


def _people(alert: Alert, incident: Incident, look: Look) -> Json:
    """Who does what; a role that nobody has yet says so. Edits ring nowhere."""
    said: list[str] = []
    for role in Role:
        who = incident.has(role)
        shown = (
            speech.person(who, look)
            if who
            else look.text(f"incident.nobody{'_yet' if incident.is_open else ''}")
        )
        said.append(look.text("incident.role", role=look.text(f"role.{role.value}"), who=shown))
    return section(speech.facts(*said, look=look), block_id(alert.id, "people"))


def _selects(alert: Alert, incident: Incident, look: Look) -> Json:
    """Three selects; the block's id changes with what they show first, so that Slack shows the new choice."""
    menus: list[Json] = []
    for role in Role:
        words = plain(look.text(f"button.incident_{role.value}"), PLACEHOLDER)
        menu: Json = {"type": "users_select", "action_id": f"incident_{role.value}", "placeholder": words}
        if (who := incident.has(role)) and is_user_id(who):
            menu["initial_user"] = who
        menus.append(menu)
    return actions(menus, block_id(alert.id, "roles", *(incident.has(role) or "none" for role in Role)))


def _checklist(alert: Alert, incident: Incident, look: Look) -> Json:
    lines = [f"*{look.text('line.large_first')}*"]
    for number, tick in POINTS:
        done = incident.ticked(tick) if tick in incident.ticks else None
        said = f"{DONE if done else STILL_OPEN} {_point(number, look)}"
        lines.append(speech.facts(said, _ticked_by(done, look) if done else "", look=look))
    time = look.words.time(incident.next_word_at)
    lines.append(f"{STILL_OPEN} {look.text('line.large_list_4', time=time)}")
    return section("\n".join(lines), block_id(alert.id, "checklist"))


def _ticked_by(moment: Moment, look: Look) -> str:
    return look.text(
        "incident.ticked",
        when=look.words.moment(moment.at, look.now),
        name=inert(moment.by_name, speech.NAME_MOST),
    )


def _ticks(alert: Alert, incident: Incident, look: Look) -> Json:
    """A button for each point that is open, and the next word, which opens a form."""
    row = [
        alert_button(f"incident_tick_{tick.value}", alert, look)
        for _, tick in POINTS
        if tick not in incident.ticks
    ]
    row.append(alert_button("incident_word", alert, look))
    return actions(row, block_id(alert.id, "ticks"))


def _newest(alert: Alert, incident: Incident, look: Look) -> Json:
    lines = [timeline_line(moment, look) for moment in reversed(incident.timeline[-NEWEST:])]
    return section("\n".join((f"*{look.text('incident.timeline')}*", *lines)), block_id(alert.id, "timeline"))


def _row(alert: Alert, incident: Incident, look: Look) -> Json:
    row: list[Json] = []
    if incident.is_open:
        row = [
            alert_button("take", alert, look),
            alert_button("incident_notice", alert, look),
            alert_button("incident_restored", alert, look),
        ]
    words = look.text("button.incident_timeline", n=len(incident.timeline))
    row.append(button("incident_timeline", words, alert.id, look.text("label.incident_timeline")))
    return actions(row, block_id(alert.id, "said"))


def _point(number: int, look: Look) -> str:
    return look.text(f"line.large_list_{number}")


def _linked(alert_id: str, look: Look) -> str:
    """An alert by its id, linked to its card where that stands; plain where it is not known any more."""
    alert = look.known(alert_id)
    return card_link(alert, look) if alert else inert(alert_id, 40)


def card_link(alert: Alert, look: Look) -> str:
    """What the alert is called, linked to its card. One made by hand has no id to show, so its title stands there."""
    name = alert.facts.title if alert.source is Source.PERSON else alert.display_id
    url = look.card_url(alert)
    return link(url, name, speech.NAME_MOST) if url else inert(name, speech.NAME_MOST)
