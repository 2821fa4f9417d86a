"""The forms that lead to a decision: three questions, and the one before a doubtful Small. Opened by listeners."""

from __future__ import annotations

from bot.domain.alert import Alert, AlertState
from bot.domain.decision import Decision, Verdict
from bot.domain.guard import Doubt
from bot.domain.guiding import Guide
from bot.domain.impact import Impact
from bot.domain.journey import OUTSIDE, UNSURE
from bot.slack.blocks import likeness, read, speech
from bot.slack.blocks.buttons import alert_button
from bot.slack.blocks.elements import field, option, radio, section, select, typed
from bot.slack.blocks.guide import below_affected, below_step, below_workaround
from bot.slack.blocks.look import Json, Look
from bot.slack.blocks.modal import form, remembered, still_remembered
from bot.slack.blocks.read import Judged
from bot.slack.text import inert

NO_GUIDE = Guide()
ASKED_NO_MORE = (AlertState.CLOSED, AlertState.RESPONDED)
"""Nothing is left to ask about; `domain.consulting` refuses it."""
JUDGE = "judge"
SMALL_CHECK = "small_check"


def judge(
    alert: Alert,
    look: Look,
    filled: Judged,
    matrix_says: Impact | None,
    *,
    against: Impact | None = None,
    last: Decision | None = None,
    metadata: str = "",
    guide: Guide = NO_GUIDE,
) -> Json:
    """The three questions with what follows from them; also how a decision is looked at again.

    `matrix_says`: the level of the row that the answers hit, None when none does. `against`, `last`: shown once, when
    the level sent is not the matrix's, or not the last decision's on the same cause; the form then remembers that as
    `asked`, and what was typed stays. `metadata`: the open form's own, when it is brought up to date. `guide`: what
    helps with the questions.
    """
    kept = metadata or remembered(alert)
    if asked := asked_about(against, last):
        kept = still_remembered(kept, asked=asked)
    level = filled.level if _still_chosen(filled, matrix_says) else matrix_says
    blocks = [
        *_head(alert, look),
        *_questions(filled, guide, look),
        *([_way_out(alert, look)] if filled.is_unsure else []),
        section(_result(filled, matrix_says, look), "result"),
        *([section(_against(against, look), "against")] if against else []),
        *([section(_against_last(last, look), "against_last")] if last else []),
        _level(level, matrix_says, look),
        _reason(alert, filled, look),
    ]
    title = look.text("form.change_title" if alert.decision else "form.judge_title")
    submit = look.text("form.submit", level=speech.level_name(level.value, look)) if level else ""
    return form(JUDGE, title, submit or look.text("form.submit_open"), blocks, kept, look)


def asked_about(against: Impact | None, last: Decision | None) -> str:
    """What the form asks about once, as it remembers it; empty when nothing contradicts."""
    return "+".join([*([against.value] if against else []), *([f"last {last.id}"] if last else [])])


def _still_chosen(filled: Judged, matrix_says: Impact | None) -> bool:
    """Whether the person's own choice of a level still stands: it falls when the matrix says something else now."""
    return filled.level is not None and filled.level_for in ("", _level_key(matrix_says))


def _level_key(matrix_says: Impact | None) -> str:
    return matrix_says.value if matrix_says else read.NO_LEVEL


def _head(alert: Alert, look: Look) -> list[Json]:
    lines = [f"*{speech.title(alert, look)}*"]
    if decision := alert.decision:
        level = speech.level_name(decision.verdict.value, look)
        now = look.text("form.now", level=level, when=look.words.moment(decision.at, look.now))
        lines.append(" ".join(filter(None, (now, speech.quoted(decision.reason, look)))))
    elif alert.twin:
        lines += likeness.lines(alert, look)
    ask = None if alert.state in ASKED_NO_MORE else alert_button("consult_from_form", alert, look)
    return [section("\n".join(lines), "head", ask)]


def _questions(filled: Judged, guide: Guide, look: Look) -> list[Json]:
    step = select(read.JUDGE_STEP, look.text("button.journey_step"), speech.step_options(look), filled.step)
    affected = [option(value, look.text(f"form.affected_{value}")) for value in ("all", "few", UNSURE)]
    workaround = [option(value, look.text(f"form.workaround_{value}")) for value in ("yes", "no", UNSURE)]
    return [
        field("step", look.text("form.question_step"), step, live=True),
        *below_step(guide, filled.step, look),
        field(
            "affected",
            look.text("form.question_affected"),
            radio(read.JUDGE_AFFECTED, affected, filled.affected),
            optional=_asks(filled),
            live=True,
        ),
        *below_affected(guide, filled.step, look),
        field(
            "workaround",
            look.text("form.question_workaround"),
            radio(read.JUDGE_WORKAROUND, workaround, filled.workaround),
            hint=look.text("form.hint_workaround"),
            optional=_asks(filled),
            live=True,
        ),
        *below_workaround(guide, filled.step, look),
    ]


def _way_out(alert: Alert, look: Look) -> Json:
    """Not sure is an answer, and this is where it leads."""
    ask = alert_button("consult_from_form", alert, look)
    return section(look.text("form.unsure_is_fine"), "unsure", ask)


def _result(filled: Judged, matrix_says: Impact | None, look: Look) -> str:
    answers = filled.answers
    if matrix_says is not None:
        said = inert(speech.answer_words(answers, look))
        return look.text("form.result", level=speech.level_name(matrix_says.value, look), answers=said)
    if _asks(filled):
        return look.text("form.result_outside" if filled.step == OUTSIDE else "form.result_step_unsure")
    is_answered = None not in (filled.step, filled.affected, filled.workaround)
    return look.text("form.result_unsure" if is_answered else "form.result_open")


def _asks(filled: Judged) -> bool:
    """No row can apply: a level and a reason are all that is needed, and it is never Small by itself."""
    return filled.step in (OUTSIDE, UNSURE)


def _against(against: Impact, look: Look) -> str:
    return look.text("form.against", level=speech.level_name(against.value, look))


def _against_last(last: Decision, look: Look) -> str:
    level = speech.level_name(last.verdict.value, look)
    said = look.text("form.against_last", level=level, date=look.words.day(last.at, look.now))
    return " ".join(filter(None, (said, speech.quoted(last.reason, look))))


def _level(level: Impact | None, matrix_says: Impact | None, look: Look) -> Json:
    choices = [option(each.value, look.text(f"button.impact_{each.value}")) for each in Impact]
    return field(
        f"{read.LEVEL_BLOCK}:{_level_key(matrix_says)}",
        look.text("form.level"),
        radio(read.JUDGE_LEVEL, choices, level.value if level else None),
        live=True,
    )


def _reason(alert: Alert, filled: Judged, look: Look) -> Json:
    """Optional, but where nothing else tells why: no row can apply."""
    label = "form.reason_change" if alert.decision else "form.reason"
    return field(
        "reason",
        look.text("form.reason_needed" if _asks(filled) else label),
        typed(read.REASON, initial=filled.reason, lines=True),
        hint=look.text("form.masked"),
        optional=not _asks(filled),
    )


def small_check(alert: Alert, look: Look, doubt: Doubt = Doubt.MATRIX) -> Json:
    """One question before a Small that the matrix or an earlier alert speaks against; Medium is chosen beforehand.

    Small is, where only the matrix has nothing to say of it: outside the journey no customer waits.
    """
    compared = likeness.question(alert, doubt, look)
    question = compared or _matrix_question(alert, look)
    is_outside = not compared and alert.effective_step == OUTSIDE
    first = Verdict.SMALL if is_outside else Verdict.MEDIUM
    ways = [
        option(Verdict.SMALL.value, look.text("form.outside_yes" if is_outside else "form.small_yes")),
        option(Verdict.MEDIUM.value, look.text("form.outside_no" if is_outside else "form.small_no")),
        option(read.ASK, look.text("form.small_ask")),
    ]
    blocks = [
        section(f"*{speech.title(alert, look)}*\n{question}", "question"),
        field("choice", look.text("form.small_check_choice"), radio(read.CHOICE, ways, first.value)),
        field(
            "reason",
            look.text("form.reason"),
            typed(read.REASON, lines=True),
            hint=look.text("form.masked"),
            optional=True,
        ),
    ]
    title = look.text("form.small_check_title")
    kept = remembered(alert, doubt=doubt.value)
    return form(SMALL_CHECK, title, look.text("form.submit_open"), blocks, kept, look)


def _matrix_question(alert: Alert, look: Look) -> str:
    step = alert.effective_step
    key = "form.small_check_unsure"
    if step == OUTSIDE:
        key = "form.small_check_outside"
    elif step not in (None, UNSURE):
        key = "form.small_check_step"
    return look.text(key, step=inert(speech.step_name(step, look), 60))
