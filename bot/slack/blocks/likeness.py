"""What the card, the one question and the comparison say of an earlier alert that this one could be taken for. Pure."""

from __future__ import annotations

from bot.domain.alert import Alert
from bot.domain.guard import Doubt
from bot.domain.journey import OUTSIDE, UNSURE
from bot.domain.likeness import Comparison, Difference, Feature, Likeness
from bot.domain.twin import last_verdict
from bot.slack.blocks import speech
from bot.slack.blocks.buttons import alert_button, confirm_large
from bot.slack.blocks.elements import button, context, mrkdwn, section
from bot.slack.blocks.look import Json, Look
from bot.slack.blocks.modal import page, remembered
from bot.slack.text import inert

COMPARE = "compare"
SAME_AGAIN = "same_again"
ON_CARD = 3
"""Differences on the card; the others are one press away."""
VALUE_MOST = 60
WIDE_MOST = 300
"""Characters of a value on the card, and in the comparison."""
ORDER = tuple(
    dict.fromkeys(
        (
            Feature.STEP,
            Feature.KIND,
            Feature.PLACE,
            Feature.TRANSACTION,
            Feature.CULPRIT,
            Feature.JOB,
            *Feature,
        )
    )
)
"""Which differences a hurried eye needs first."""
BARE_TAG = "tag "


def lines(alert: Alert, look: Look) -> list[str]:
    """The warning, or the offer of the earlier decision; nothing without a twin, or when only the card's own past
    says the same."""
    earlier = look.earlier(alert)
    if alert.twin is None or earlier is None:
        return []
    if alert.twin.likeness is Likeness.SAME_CAUSE:
        is_own_past = earlier.issue_id == alert.issue_id
        return [] if is_own_past else [_with_decision("card.same_cause", earlier, look)]
    head = _with_decision("card.look_alike", earlier, look)
    told = [difference(each, look) for each in _first(alert.twin.differs)]
    shown = look.text("card.different", differs=look.text("joint.differs").join(filter(None, told)))
    return [head, shown] if any(told) else [head]


def accessory(alert: Alert, look: Look) -> Json | None:
    """One press further: the decision taken over where the cause is the same, else both side by side."""
    earlier = look.earlier(alert)
    if alert.twin is None or earlier is None:
        return None
    if alert.twin.likeness is Likeness.LOOK_ALIKE:
        return alert_button(COMPARE, alert, look)
    if earlier.decision is None:
        return None
    level = earlier.decision.verdict
    words = look.text("button.same_again", level=speech.level_name(level.value, look))
    question = confirm_large(look) if level.value == "large" else None
    return button(SAME_AGAIN, words, alert.id, words, question)


def suggested(alert: Alert, look: Look) -> str:
    """What the earlier decision on the same cause suggests, where no rule does; a look-alike never suggests."""
    earlier = look.earlier(alert)
    last = last_verdict(alert, earlier)
    if earlier is None or last is None:
        return ""
    name = inert(speech.issue_name(earlier, look), 40)
    return look.text("card.suggested_again", level=speech.level_name(last.value, look), id=name)


def lock_screen(alert: Alert, look: Look) -> str:
    """For a locked phone: that it is not the one it looks like."""
    earlier = look.earlier(alert)
    if earlier is None or alert.twin is None or alert.twin.likeness is not Likeness.LOOK_ALIKE:
        return ""
    return look.text("lock_screen.look_alike", id=inert(speech.issue_name(earlier, look), 40))


def question(alert: Alert, doubt: Doubt, look: Look) -> str:
    """The one question before a Small that an earlier alert speaks against; empty where none does."""
    earlier = look.earlier(alert)
    if earlier is None or alert.twin is None or doubt is Doubt.MATRIX:
        return ""
    values = {"id": inert(speech.issue_name(earlier, look), 40)}
    decision = earlier.decision
    if doubt is Doubt.LAST_TIME and decision is not None:
        values |= _decided(earlier, look)
        return look.text("form.small_check_last_time", **values)
    step = alert.effective_step
    other_step = any(each.feature is Feature.STEP for each in alert.twin.differs) and step not in (
        OUTSIDE,
        UNSURE,
    )
    told = [difference(each, look) for each in _first(alert.twin.differs)]
    values["differs"] = look.text("joint.facts").join(filter(None, told))
    if decision is None:
        return look.text("form.small_check_unjudged", **values)
    values["level"] = speech.level_name(decision.verdict.value, look)
    if other_step:
        return look.text("form.small_check_twin_step", step=inert(speech.step_name(step, look), 60), **values)
    return look.text("form.small_check_twin", **values)


def comparison_page(alert: Alert, earlier: Alert, comparison: Comparison, look: Look) -> Json:
    """Both side by side: what differs, what is alike, and what became of the earlier one."""
    mine, theirs = (inert(speech.issue_name(each, look), 40) for each in (alert, earlier))
    blocks: list[Json] = [
        section(f"*{speech.title(earlier, look)}*\n{_past(earlier, look)}", "earlier"),
    ]
    for number, each in enumerate(_sorted(comparison.differs)):
        before, now = values(each, look, WIDE_MOST)
        label = look.text(f"feature.{each.feature.value}")
        label = f"{label} ({inert(each.tag, 40)})" if each.tag and each.feature is Feature.TAG else label
        nothing = look.text("differs.nothing")
        fields = [
            mrkdwn(f"*{label}*\n{theirs}: {before or nothing}"),
            mrkdwn(f"{mine}: *{now or nothing}*"),
        ]
        blocks.append({"type": "section", "block_id": f"differs:{number}", "fields": fields})
    if not comparison.differs:
        blocks.append(section(look.text("form.compare_nothing"), "nothing"))
    alike = look.text("joint.list").join(
        look.text(f"feature.{feature.value}") for feature in comparison.alike
    )
    if alike:
        blocks.append(context(look.text("form.compare_alike", features=alike), "alike"))
    return page(COMPARE, look.text("form.compare_title"), blocks, look, remembered(alert))


def difference(each: Difference, look: Look) -> str:
    """`stops step 3, not 2`: one difference as a short phrase."""
    before, now = values(each, look, VALUE_MOST)
    label = inert(each.tag, 40) if each.tag else look.text(f"feature.{each.feature.value}")
    if not before and not now:
        return ""
    if not before or not now:
        key = "differs.only_now" if now else "differs.only_before"
        return look.text(key, label=look.text(f"feature.{each.feature.value}"), value=now or before)
    if each.feature is Feature.PLACE and (lines := _lines(before, now)):
        return look.text("differs.line", **lines)
    if each.feature is Feature.STEP and all(look.journey.is_known(step) for step in (each.before, each.now)):
        numbers = [str(look.journey.number(step)) for step in (each.before, each.now)]
        return look.text("differs.step_numbered", before=numbers[0], now=numbers[1])
    key = f"differs.{each.feature.value}"
    return look.text(key if look.words.has(key) else "differs.other", label=label, before=before, now=now)


def values(each: Difference, look: Look, most: int) -> tuple[str, str]:
    """Both values in words, made inert: steps by their names, kinds by ours, all else as Sentry said it."""
    return _value(each.feature, each.before, look, most), _value(each.feature, each.now, look, most)


def _value(feature: Feature, value: str, look: Look, most: int) -> str:
    if feature is Feature.STEP:
        return inert(value.removeprefix(BARE_TAG) if value.startswith(BARE_TAG) else _step(value, look), most)
    if feature is Feature.KIND and look.words.has(f"kind.{value}"):
        return look.text(f"kind.{value}")
    return inert(value, most)


def _step(step: str, look: Look) -> str:
    return speech.step_name(step, look)


def _lines(before: str, now: str) -> dict[str, str] | None:
    """Two lines of one file, told apart by their numbers; None where the files or the functions tell."""
    theirs, mine = (spot.split(" ")[0].rpartition(":") for spot in (before, now))
    is_one_file = bool(theirs[1]) and theirs[0] == mine[0] and theirs[2] != mine[2]
    return {"file": mine[0], "before": theirs[2], "now": mine[2]} if is_one_file else None


def _first(differs: tuple[Difference, ...]) -> list[Difference]:
    """The three that tell most; where the kind differs, the transaction says it again."""
    found = _sorted(differs)
    if any(each.feature is Feature.KIND for each in found):
        found = [each for each in found if each.feature is not Feature.TRANSACTION]
    return found[:ON_CARD]


def _sorted(differs: tuple[Difference, ...]) -> list[Difference]:
    return sorted(differs, key=lambda each: ORDER.index(each.feature))


def _with_decision(key: str, earlier: Alert, look: Look) -> str:
    """`... 1A: Small on 30 Oct, "double submit, user sent again"`, or that it is not judged yet."""
    linked, name = speech.id_link(earlier, look), inert(speech.issue_name(earlier, look), 40)
    if earlier.decision is None:
        return look.text(f"{key}_unjudged", link=linked, id=name)
    reason = "_reason" if earlier.decision.reason else ""
    return look.text(f"{key}{reason}", link=linked, id=name, **_decided(earlier, look))


def _decided(earlier: Alert, look: Look) -> dict[str, str]:
    decision = earlier.decision
    assert decision is not None
    return {
        "level": speech.level_name(decision.verdict.value, look),
        "date": look.words.day(decision.at, look.now),
        "reason": inert(decision.reason, speech.WORDS_MOST),
    }


def _past(earlier: Alert, look: Look) -> str:
    """What was decided then, by whom and why, and how it ended."""
    decision = earlier.decision
    if decision is None:
        return look.text("form.compare_unjudged")
    decided = look.text(
        "form.compare_decided",
        **(_decided(earlier, look) | {"who": inert(decision.by_name, speech.NAME_MOST)}),
    )
    answers = inert(speech.answer_words(decision.answers, look))
    ended = look.text(f"form.compare_state_{earlier.state.value}")
    told = speech.facts(decided, answers, speech.quoted(decision.reason, look), ended, look=look)
    way = speech.way(look.card_url(earlier), "form.compare_card", look)
    return "\n".join(filter(None, (told, way)))
