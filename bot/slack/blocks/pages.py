"""Modals that are only read: a history, a runbook, and why something did not work. Opened by listeners."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.alert import Alert
from bot.domain.entries import Entry
from bot.slack.blocks import speech
from bot.slack.blocks.buttons import alert_button
from bot.slack.blocks.elements import VIEW_TITLE, actions, context, plain, section
from bot.slack.blocks.entries import entry_text
from bot.slack.blocks.look import Json, Look
from bot.slack.blocks.modal import page, remembered
from bot.slack.text import inert

HISTORY = "history"
PROBLEM = "problem"
RUNBOOK = "runbook"
MOST_ENTRIES = 40
"""The newest ones are shown; `triage log` has all."""
MOST_SECTIONS = 40
HEADING_MOST = 150
RUNBOOK_BYTES = 200_000
"""Slack takes views of 250 kB."""


def history(alert: Alert, entries: Sequence[Entry], look: Look) -> Json:
    """What happened to this issue, newest first. `entries`: the log of all its rounds, oldest first."""
    blocks = [section(f"*{speech.title(alert, look)}*", "head")]
    for number, entry in enumerate(reversed(entries[-MOST_ENTRIES:])):
        blocks.append(section(entry_text(entry, look), f"entry:{number}"))
    if not entries:
        blocks.append(section(look.text("form.history_none"), "none"))
    elif (left_out := len(entries) - MOST_ENTRIES) > 0:
        issue = inert(speech.issue_name(alert, look), 40)
        blocks.append(context(look.text("entry.left_out", n=left_out, id=issue), "left_out"))
    return page(HISTORY, look.text("form.history_title"), blocks, look, remembered(alert))


def problem(text: str, look: Look, title: str = "") -> Json:
    """A sentence for the person who acted, such as a UserError's; `text` is plain, not yet escaped."""
    shown = section(inert(text, 1000) or look.text("error.went_wrong"), "text")
    return page(PROBLEM, title or look.text("form.problem_title"), [shown], look)


def runbook_page(
    title: str, sections: Sequence[tuple[str, str]], look: Look, alert: Alert | None = None
) -> Json:
    """A runbook to read: headings as they are, texts that are Slack's mrkdwn already.

    With the alert that it was opened for, its checklist can be posted in the thread.
    """
    blocks: list[Json] = []
    if len(title) > VIEW_TITLE:
        blocks.append(_heading(title, "title"))
    if alert is not None and look.checklist(alert) is not None:
        post = alert_button("post_checklist", alert, look)
        blocks += [actions([post], "checklist"), context(look.text("form.checklist"), "checklist_why")]
    size = 0
    for number, (heading, text) in enumerate(sections):
        size += len(text.encode()) + len(heading.encode())
        if number >= MOST_SECTIONS or size > RUNBOOK_BYTES:
            blocks.append(context(look.text("form.runbook_left_out"), "left_out"))
            break
        if heading.strip():
            blocks.append(_heading(heading, f"heading:{number}"))
        if text.strip():
            blocks.append(section(text, f"text:{number}"))
    if not blocks:
        blocks = [section(look.text("form.runbook_empty"), "none")]
    metadata = remembered(alert) if alert else ""
    return page(RUNBOOK, title or look.text("form.runbook_title"), blocks, look, metadata)


def _heading(text: str, block: str) -> Json:
    return {"type": "header", "block_id": block, "text": plain(text, HEADING_MOST)}
