"""A drill's own messages and its form: its opening, its end, the call to support staff. Used by lines and listeners."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from bot.domain.drill import Said, Scenario
from bot.slack.blocks.buttons import confirm
from bot.slack.blocks.elements import actions, button, context, field, option, section, select
from bot.slack.blocks.look import Json, Look, Message
from bot.slack.blocks.modal import form
from bot.slack.blocks.spoken import Spoken, instant, message
from bot.slack.text import inert

FORM = "drill"
SCENARIO, WHEN = "drill_scenario", "drill_when"
NOW = "now"
END = "drill_end"
WORDS_MOST = 500


def said(by_language: Said, look: Look) -> str:
    """A scenario's words in the language of the reader, made inert."""
    return inert(by_language.get(look.words.language) or next(iter(by_language.values()), ""), WORDS_MOST)


def opened(effect: Spoken, look: Look) -> Message:
    """What is played, what it trains, who may join, and the way to end it."""
    ends = instant(effect.values.get("until", ""))
    drill_id = effect.values.get("drill", "")[:200] or "-"
    sure = confirm(
        look.text("confirm_drill.title"),
        look.text("confirm_drill.text"),
        look.text("confirm_drill.confirm"),
        look.text("confirm_large.deny"),
    )
    text = "\n".join(
        filter(
            None,
            (
                f"*{look.text('drill.mark')}*",
                look.text("line.drill_opened", name=_of("name", effect, look)),
                _of("story", effect, look),
                look.text("drill.trains", trains=_of("trains", effect, look)),
            ),
        )
    )
    rules = [
        look.text("drill.join"),
        look.text("drill.join_support") if effect.values.get("support") else "",
        look.text("drill.until", time=look.words.time(ends)) if ends else "",
    ]
    end = button(END, look.text("button.drill_end"), drill_id, confirm=sure)
    return message(
        text, effect, context(" ".join(filter(None, rules)), "drill:rules"), actions([end], "drill:row")
    )


def ended(effect: Spoken, look: Look) -> Message:
    """Where the opening stood: it is over, and the debrief is in the thread."""
    at = instant(effect.values.get("at", ""))
    name = _of("name", effect, look)
    time = look.words.time(at) if at else ""
    text = look.text("line.drill_ended", name=name, time=time)
    return message(f"*{look.text('drill.mark')}*\n{text}", effect)


def support(effect: Spoken, look: Look) -> Message:
    """Support staff are asked to join; nothing of it is to be told to a customer."""
    text = look.text("line.drill_support", name=_of("name", effect, look))
    return message(f"*{look.text('drill.mark')}*\n{text}", effect)


def drill_form(
    scenarios: Mapping[str, Scenario],
    times: Sequence[datetime],
    look: Look,
    *,
    is_now: bool,
    chosen: str = "",
    planned: str = "",
) -> Json:
    """Which scenario, and when; `is_now`: the first of the times is this moment. `planned`: what would be replaced."""
    names = [option(name, said(scenario.name, look)) for name, scenario in scenarios.items()]
    moments = [option(at.isoformat(), look.words.moment(at, look.now)) for at in times]
    if is_now:
        moments[0] = option(NOW, look.text("drill.now"))
    trains = "\n".join(
        f"*{said(scenario.name, look)}*  {said(scenario.trains, look)}" for scenario in scenarios.values()
    )
    first = chosen if chosen in scenarios else next(iter(scenarios))
    blocks = [
        section(look.text("form.drill_head"), "head"),
        section(trains, "trains"),
        *([section(planned, "planned")] if planned else []),
        field(
            "scenario",
            look.text("form.drill_scenario"),
            select(SCENARIO, look.text("form.drill_scenario"), names, first),
        ),
        field(
            "when",
            look.text("form.drill_when"),
            select(WHEN, look.text("form.drill_when"), moments, moments[0]["value"]),
            hint=look.text("form.drill_hours"),
        ),
    ]
    return form(FORM, look.text("form.drill_title"), look.text("form.drill_start"), blocks, "", look)


def _of(key: str, effect: Spoken, look: Look) -> str:
    """One of the scenario's texts, which the effect carries in each language."""
    found = effect.values.get(f"{key}.{look.words.language}") or effect.values.get(f"{key}.en", "")
    return inert(found, WORDS_MOST)
