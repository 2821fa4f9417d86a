"""The forms of a large impact: declare, next word, draft for customers, restored; and the whole timeline to read."""

from __future__ import annotations

import json
from dataclasses import dataclass

from bot.domain.alert import Alert
from bot.domain.customer_notice import NOTICE_MOST, CustomerNotice, filled
from bot.domain.journey import OUTSIDE, UNSURE, WHOLE
from bot.i18n import Words
from bot.slack.blocks import read, speech
from bot.slack.blocks.elements import field, option, plain, radio, section, select, typed
from bot.slack.blocks.incident import timeline_line
from bot.slack.blocks.look import Json, Look
from bot.slack.blocks.modal import form, page, remembered
from bot.slack.text import clean, is_user_id

DECLARE = "incident_declare"
WORD = "incident_word"
NOTICE = "incident_notice"
RESTORED = "incident_restored"
TIMELINE = "incident_timeline"

SEEN, STEP = "declare_seen", "declare_step"
TEXT_OF = {"en": "notice_en", "ja": "notice_ja"}
HAPPENED, HELPED, CASES, TOLD, OWNER = (
    "review_happened",
    "review_helped",
    "review_cases",
    "review_told",
    "review_owner",
)
"""action_ids of the inputs."""
SEEN_MOST = 500
"""Characters that say what is seen; ours: its beginning is the title of the card."""
TIMELINE_MOST = 80
"""Lines of the timeline that a page shows, the newest; `triage log` has all."""


@dataclass(frozen=True)
class Declared:
    """The form *Declare Large*: what is seen, and which step stops."""

    seen: str
    step: str


@dataclass(frozen=True)
class Reviewed:
    """The form *Restored*."""

    happened: str
    helped: str
    cases: str
    told: str
    owner: str


def declare_form(look: Look, text: str = "", link: str = "") -> Json:
    """What other monitors saw, declared Large. `link`: our address of the message that it is about."""
    warned = look.text("confirm_large.text" if look.tells_support else "confirm_large.text_without_support")
    seen = speech.way(link, "line.declared_link", look)
    blocks = [
        section("\n".join(filter(None, (f":red_circle: {warned}", seen))), "head"),
        field(
            "seen",
            look.text("form.declare_seen"),
            typed(SEEN, initial=clean(text), lines=True, most=SEEN_MOST),
            hint=look.text("form.masked"),
        ),
        field(
            "step",
            look.text("form.question_step"),
            select(STEP, look.text("button.journey_step"), speech.step_options(look), WHOLE),
        ),
    ]
    return form(
        DECLARE,
        look.text("form.declare_title"),
        look.text("confirm_large.confirm"),
        blocks,
        json.dumps({"link": link}),
        look,
        close=look.text("confirm_large.deny"),
    )


def word_form(alert: Alert, look: Look) -> Json:
    """How it stands now, for the thread and for support."""
    blocks = [
        section(f"*{speech.title(alert, look)}*\n{look.text('form.word_head')}", "head"),
        _written(read.TEXT, "form.word", look),
    ]
    return form(
        WORD, look.text("form.word_title"), look.text("form.word_submit"), blocks, remembered(alert), look
    )


def notice_form(alert: Alert, templates: CustomerNotice, look: Look) -> Json:
    """The draft in both languages, to edit; what is emptied is left out."""
    head = f"*{speech.title(alert, look)}*\n{look.text('form.notice_head')}"
    blocks = [section(head, "head")]
    for language, template in templates.by_language.items():
        draft = filled(template, _placeholders(alert, look, language))
        blocks.append(
            field(
                language,
                look.text(f"form.notice_{language}"),
                typed(TEXT_OF[language], initial=draft, lines=True, most=NOTICE_MOST),
                hint=look.text("form.masked"),
                optional=True,
            )
        )
    submit = look.text("form.notice_submit")
    return form(NOTICE, look.text("form.notice_title"), submit, blocks, remembered(alert), look)


def restored_form(alert: Alert, look: Look, user_id: str) -> Json:
    """What happened, what helped, who mends it for good. Whoever leads is filled in as its owner."""
    incident = alert.incident
    owner: Json = {
        "type": "users_select",
        "action_id": OWNER,
        "placeholder": plain(look.text("form.choose_person"), 150),
    }
    first = (incident.lead if incident else None) or user_id
    if is_user_id(first):
        owner["initial_user"] = first
    told = [option(value, look.text(f"form.told_{value}")) for value in ("yes", "no", "support")]
    blocks = [
        section(f"*{speech.title(alert, look)}*\n{look.text('form.restored_head')}", "head"),
        _written(HAPPENED, "form.restored_happened", look),
        _written(HELPED, "form.restored_helped", look),
        field("cases", look.text("form.restored_cases"), typed(CASES, most=60), optional=True),
        field("told", look.text("form.told"), radio(TOLD, told)),
        field("owner", look.text("form.restored_owner"), owner, hint=look.text("form.restored_owner_hint")),
    ]
    title, submit = look.text("form.restored_title"), look.text("button.incident_restored")
    return form(RESTORED, title, submit, blocks, remembered(alert), look)


def timeline_page(alert: Alert, look: Look) -> Json:
    """Everything that was noted, newest first."""
    moments = alert.incident.timeline if alert.incident else ()
    blocks = [section(f"*{speech.title(alert, look)}*", "head")]
    for number, moment in enumerate(reversed(moments[-TIMELINE_MOST:])):
        blocks.append(section(timeline_line(moment, look), f"moment:{number}"))
    return page(TIMELINE, look.text("incident.timeline"), blocks, look, remembered(alert))


def declared(values: read.State) -> Declared:
    """The form *Declare Large*, read."""
    return Declared(read.typed_in(values, SEEN), read.chosen_in(values, STEP) or WHOLE)


def noticed(values: read.State) -> dict[str, str]:
    """The drafts by language; one that was emptied is left out."""
    drafts = {language: read.typed_in(values, action) for language, action in TEXT_OF.items()}
    return {language: text for language, text in drafts.items() if text}


def reviewed(values: read.State) -> Reviewed:
    """The form *Restored*, read."""
    return Reviewed(
        happened=read.typed_in(values, HAPPENED),
        helped=read.typed_in(values, HELPED),
        cases=read.typed_in(values, CASES),
        told=read.chosen_in(values, TOLD),
        owner=read.person_in(values, OWNER),
    )


def _placeholders(alert: Alert, look: Look, language: str) -> dict[str, str]:
    """What the template of a language is filled in with; what is not known is said in a careful word."""
    words = Words(language, look.words.timezone)
    answers = alert.decision.answers if alert.decision else None
    step = (answers.step if answers else None) or alert.effective_step
    if step in (None, WHOLE, OUTSIDE, UNSURE) or not look.journey.is_known(str(step)):
        name = words.text("notice.whole")
    else:
        names = look.journey.step(str(step)).name
        name = names.get(language) or next(iter(names.values()), str(step))
    affected = answers.affected.value if answers and answers.affected else "unknown"
    began = alert.arrived_at
    return {
        "step": name,
        "since": words.moment(began, look.now),
        "affected": words.text(f"notice.affected_{affected}"),
    }


def _written(action_id: str, label: str, look: Look) -> Json:
    """A question that is answered in one's own words, which are masked before they are saved."""
    return field(action_id, look.text(label), typed(action_id, lines=True), hint=look.text("form.masked"))
