"""What stands below each of the three questions, in small print: where an answer leads, how it was answered before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeVar

from bot.domain.guiding import Example, Guide, Levels
from bot.domain.impact import Affected
from bot.domain.journey import OUTSIDE, UNSURE
from bot.slack.blocks import speech
from bot.slack.blocks.elements import context
from bot.slack.blocks.look import Json, Look
from bot.slack.blocks.read import Judged
from bot.slack.text import inert

Answer = TypeVar("Answer", Affected, bool)

REASON_MOST = 60
"""Characters of an example's reason: two lines of a phone."""
NAME_MOST = 40
NO_EXAMPLES = (OUTSIDE, UNSURE)
"""Where no row of the matrix applies: a level and a reason are asked for, and other steps' examples would mislead."""
SHORT: Mapping[Affected | bool, str] = {
    Affected.ALL: "form.short_all",
    Affected.FEW: "form.short_few",
    True: "form.short_yes",
    False: "form.short_no",
}


def below_step(guide: Guide, step: str | None, look: Look) -> list[Json]:
    """How to name the step, by this journey, and what was decided about this step before."""
    lines = [look.text("form.hint_outside") if step == OUTSIDE else _between(step, look)]
    if guide.of_step:
        said = speech.step_name(guide.of_step.answers.step, look)
        lines.append(_example(inert(said, NAME_MOST), guide.of_step, look))
    return _small_print(lines, "step_guide")


def below_affected(guide: Guide, step: str | None, look: Look) -> list[Json]:
    """All or a few: where each leads, and one example each: the team's own, else one of the chosen step."""
    lines = _leads(guide.affected, step, look)
    for affected in Affected if step not in NO_EXAMPLES else ():
        if own := guide.of_affected.get(affected):
            lines.append(_example(look.text(SHORT[affected]), own, look))
        elif name := _chosen_name(step, look):
            lines.append(look.text(f"form.example_{affected.value}", step=name))
    return _small_print(lines, "affected_guide")


def below_workaround(guide: Guide, step: str | None, look: Look) -> list[Json]:
    """Without us or not: where each leads, and an example of it; what No means stands in the question's own hint."""
    lines = _leads(guide.workaround, step, look)
    if step in NO_EXAMPLES:
        return _small_print(lines, "workaround_guide")
    if True not in guide.of_workaround and (name := _chosen_name(step, look)):
        lines.append(look.text("form.example_yes", step=name))
    lines += [_example(look.text(SHORT[given]), own, look) for given, own in guide.of_workaround.items()]
    return _small_print(lines, "workaround_guide")


def known_words(filled: Judged, look: Look) -> str:
    """What is known so far and what is not, for those who are asked; plain text, not yet escaped."""
    given = {"step": filled.step, "affected": filled.affected, "workaround": filled.workaround}
    answers = filled.answers
    if answers.step == UNSURE:
        answers = Judged(affected=filled.affected, workaround=filled.workaround).answers
    said = speech.answer_words(answers, look)
    unsure = [look.text(f"form.not_{name}") for name, answer in given.items() if answer == UNSURE]
    lines = (
        look.text("form.known", answers=said) if said else "",
        look.text("form.known_not", questions=look.text("joint.list").join(unsure)) if unsure else "",
    )
    return "\n".join(filter(None, lines))


def _between(step: str | None, look: Look) -> str:
    """An error between two steps belongs to the one that cannot begin: told of the steps in question."""
    ids = look.journey.ids
    if len(ids) < 2:
        return ""
    at = max(ids.index(step), 1) if step in ids else 1
    one, two = (inert(speech.step_name(name, look), NAME_MOST) for name in ids[at - 1 : at + 1])
    return look.text("form.example_step", one=one, two=two)


def _chosen_name(step: str | None, look: Look) -> str:
    """The name of the step that was chosen, made inert; empty while none is: an example of another would mislead."""
    return inert(speech.step_name(step, look), NAME_MOST) if step in look.journey.ids else ""


def _leads(found: Mapping[Answer, Levels], step: str | None, look: Look) -> list[str]:
    """`All → Large · A few → Medium or Small · Not sure → Ask`; nothing where no answer leads anywhere."""
    if step == OUTSIDE:
        return []
    parts = [
        look.text("form.lead", answer=look.text(SHORT[answer]), levels=_either(levels, look))
        for answer, levels in found.items()
        if levels
    ]
    return [speech.facts(*parts, look.text("form.lead_unsure"), look=look)]


def _either(levels: Levels, look: Look) -> str:
    *first, last = (f"*{speech.level_name(level.value, look)}*" for level in levels)
    if not first:
        return last
    return look.text("form.either", one=look.text("joint.list").join(first), other=last)


def _example(answer: str, example: Example, look: Look) -> str:
    return look.text(
        "form.example",
        answer=answer,
        id=inert(example.name, NAME_MOST),
        date=look.words.day(example.at, look.now),
        reason=inert(example.reason, REASON_MOST),
    )


def _small_print(lines: Sequence[str], block: str) -> list[Json]:
    text = "\n".join(filter(None, lines))
    return [context(text, block)] if text else []
