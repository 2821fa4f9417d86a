"""The card of one alert: six blocks at most, read on a phone in five seconds; shown by the Slack deliverer."""

from __future__ import annotations

from bot.domain.alert import Alert, AlertState
from bot.domain.decision import Decision
from bot.slack.blocks import likeness, other_cause, speech, where
from bot.slack.blocks.buttons import alert_button, level_buttons, more_menu
from bot.slack.blocks.drill_mark import marked
from bot.slack.blocks.elements import actions, block_id, option, section, select
from bot.slack.blocks.folded import folded_text
from bot.slack.blocks.incident_part import part_of_incident, titled
from bot.slack.blocks.lock_screen import lock_screen
from bot.slack.blocks.look import Json, Look, Message
from bot.slack.text import code, inert

BEFORE = ("hand_over", "runbook", "history", "not_ours")
AFTER = ("note", "extend", "hand_over", "runbook", "history")
FOLDED = ("note", "runbook", "history")
"""What the overflow `more` offers before a decision, after it, and when nothing more is awaited."""
ENDED = (AlertState.RESPONDED, AlertState.CLOSED)
"""The rounds that are over: there is nothing left to ask about."""
GONE_ON = ("came_back", "other_cause")
"""Why a round ended that a newer card goes on with."""


def card(alert: Alert, look: Look) -> Message:
    """The card as it is now: to be judged, being responded to, or folded to two lines."""
    if alert.state is AlertState.OPEN:
        blocks = _to_judge(alert, look)
    elif alert.is_waiting_for_response and alert.decision is not None:
        blocks = _to_respond(alert, alert.decision, look)
    else:
        blocks = _folded(alert, look)
    return marked(Message(lock_screen(alert, look), blocks), alert, look)


def _to_judge(alert: Alert, look: Look) -> list[Json]:
    return [
        titled(alert, look, look.incident(alert)),
        *_warning(alert, look),
        _where(alert, look),
        section(_facts(alert, look), block_id(alert.id, "facts")),
        _suggestion(alert, look),
        actions(
            [
                *level_buttons(alert, look),
                alert_button("guide", alert, look),
                alert_button("consult", alert, look),
                more_menu(alert, BEFORE, look),
            ],
            block_id(alert.id, "row"),
        ),
    ]


def _to_respond(alert: Alert, decision: Decision, look: Look) -> list[Json]:
    return [
        titled(alert, look),
        *_warning(alert, look),
        _where(alert, look),
        section(_facts(alert, look), block_id(alert.id, "facts")),
        section(
            _decision_text(alert, decision, look),
            block_id(alert.id, "answers", decision.id),
            _open_answers(alert, look),
        ),
        actions(
            [
                alert_button("responded", alert, look),
                alert_button("change", alert, look),
                alert_button("consult", alert, look),
                more_menu(alert, AFTER, look),
            ],
            block_id(alert.id, "row"),
        ),
    ]


def _folded(alert: Alert, look: Look) -> list[Json]:
    decision = alert.decision
    accessory = _open_answers(alert, look) if alert.state is AlertState.SMALL else None
    part = block_id(alert.id, "answers", decision.id if decision else "none")
    row: list[Json] = []
    has_gone_on = alert.closing is not None and alert.closing.why in GONE_ON
    if decision is not None and not has_gone_on and not alert.is_drill_over:
        row.append(alert_button("change", alert, look))
    if alert.state not in ENDED:
        row.append(alert_button("consult", alert, look))
    row.append(more_menu(alert, FOLDED if decision else ("history",), look))
    return [
        section(folded_text(alert, look), part, accessory),
        actions(row, block_id(alert.id, "row")),
    ]


def _warning(alert: Alert, look: Look) -> list[Json]:
    """One block at most: that it may be large, that it came back, which earlier one it looks like."""
    lines: list[str] = []
    if alert.is_suspected_large:
        reasons = speech.suspicions((why.value for why in alert.suspicions), alert, look)
        lines.append(look.text("card.may_be_large", reasons=reasons))
    if alert.comeback is not None and alert.state is AlertState.OPEN:
        back = look.text("card.came_back", why=look.text(f"return.{alert.comeback.why.value}"))
        lines.append(other_cause.warning(alert, look) or f"{back} {_last_time(alert, look)}".rstrip())
    beside: Json | None = None
    if alert.state is AlertState.OPEN:
        lines += () if other_cause.names_its_twin(alert) else likeness.lines(alert, look)
        beside = likeness.accessory(alert, look)
    return [section("\n".join(lines), block_id(alert.id, "warning"), beside)] if lines else []


def _last_time(alert: Alert, look: Look) -> str:
    last = speech.last_time(alert, look)
    if last is None:
        return ""
    key = "card.came_back_reason" if last.reason else "card.came_back_last"
    return look.text(
        key, level=last.level, date=last.date, **({"reason": last.reason} if last.reason else {})
    )


def _where(alert: Alert, look: Look) -> Json:
    told = alert.state is AlertState.OPEN
    return section(where.where(alert, look, told=told), block_id(alert.id, "where"))


def _facts(alert: Alert, look: Look) -> str:
    to_judge = alert.state is AlertState.OPEN
    first = alert.first_seen_at
    when = ""
    if first is not None:
        same_day = look.words.same_day(first, alert.arrived_at)
        when = look.words.time(first) if same_day else look.words.moment(first, look.now)
    known = speech.facts(
        where.count(alert, look),
        where.users(alert, look),
        look.text("card.first", when=when) if when else "",
        *(
            _whose(alert, look)
            if to_judge
            else (look.text("card.owner", who=speech.person(alert.owner, look)),)
        ),
        look.text("card.assigned", name=inert(alert.assignee, speech.NAME_MOST)) if alert.assignee else "",
        look=look,
    )
    return "\n".join(filter(None, (known, where.discussed(alert, look), where.repeated(alert, look))))


def _whose(alert: Alert, look: Look) -> tuple[str, ...]:
    """Who judges it, by when. What came after hours rings at nobody: the next duty stands there as plain words."""
    judge_by = where.until(alert, look)
    if not alert.after_hours:
        return (look.text("card.duty", who=speech.person(alert.owner, look)), judge_by)
    name = speech.named(alert.owner, look)
    return (look.text("card.after_hours"), look.text("card.next_duty", name=name), judge_by)


def _suggestion(alert: Alert, look: Look) -> Json:
    step = alert.effective_step
    menu = select("journey_step", look.text("button.journey_step"), speech.step_options(look), step)
    return section(_suggested(alert, look), block_id(alert.id, "step", step or "none"), menu)


def _suggested(alert: Alert, look: Look) -> str:
    suggestion = alert.suggestion
    if suggestion.level is None:
        if earlier := likeness.suggested(alert, look):
            return earlier
        if suggestion.step is None or suggestion.rule_name is None:
            return look.text("card.no_suggestion")
        return look.text("card.suggested_step", rule=code(suggestion.rule_name, 40))
    level = speech.level_name(suggestion.level.value, look)
    because = speech.because(alert, look)
    until = look.respond_by(suggestion.level)
    if until is None:
        return look.text("card.suggested", level=level, because=because)
    when = look.words.moment(until, look.now)
    return look.text("card.suggested_then", level=level, because=because, when=when)


def _decision_text(alert: Alert, decision: Decision, look: Look) -> str:
    values = {
        "emoji": speech.EMOJI[alert.state],
        "level": speech.level_name(decision.verdict.value, look),
        "when": look.words.moment(decision.at, look.now),
        "who": speech.decided_by(decision, look),
    }
    answers = inert(speech.answer_words(decision.answers, look))
    line = speech.facts(
        look.text("card.decided", **values, answers=answers)
        if answers
        else look.text("card.decided_plain", **values),
        look.text("card.respond_by", when=look.words.moment(alert.respond_by_at, look.now))
        if alert.respond_by_at
        else "",
        part_of_incident(alert, look),
        speech.quoted(decision.reason, look),
        speech.not_written(look),
        look=look,
    )
    return "\n".join(filter(None, (line, speech.retrying(alert, look))))


def _open_answers(alert: Alert, look: Look) -> Json | None:
    """The question that a quick press left open, to be answered when there is time."""
    decision = alert.decision
    if decision is None or (
        decision.answers.affected is not None and decision.answers.workaround is not None
    ):
        return None
    rows = {row.key.split("/", 1)[1]: row for row in look.open_rows(alert)}
    offered = [option(value, speech.row_words(row, look)) for value, row in rows.items()]
    return select("answers", look.text("button.answers"), offered) if offered else None
