"""Where concrete things meet: `build` makes the bot of one team from its settings and rules; for the CLI and demo."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from functools import partial
from uuid import uuid4

from bot import __version__
from bot.config.drills import load_scenarios
from bot.config.settings import Settings
from bot.config.team_files import InForce, TeamFiles
from bot.domain.alert import Alert, AlertState, MessageRef
from bot.domain.consulting import head_of
from bot.domain.effects import Service
from bot.domain.impact import MatrixRow
from bot.domain.joining import incident_for
from bot.domain.rules import Rules
from bot.i18n import Words
from bot.jobs import JOBS, Crew, Timetable
from bot.listeners import Room, make_slack_app
from bot.observability import Figures, set_up_reports
from bot.outbox import Outbox
from bot.places import BOT_USER, address, channel_of, learn_places, permalink, ref_of
from bot.ports import Clock, Deliverer, Store
from bot.running import Bot, SystemClock
from bot.sentry.client import SentryClient
from bot.sentry.deliver import SentryDeliverer
from bot.services import follow, reconcile
from bot.services.desk import Desk
from bot.services.drill import Drills
from bot.services.likeness import earlier_of
from bot.services.overview import Overview
from bot.services.people import People
from bot.services.receive import INSTALLATION
from bot.services.reconcile import set_watermark
from bot.slack.blocks.look import Look
from bot.slack.client import REQUEST_TIMEOUT, web_client
from bot.slack.deliver import SlackDeliverer
from bot.slack.pace import Pace
from bot.slack.people import SlackPeople
from bot.slack.runbook_checklist import checklist_for
from bot.slack.runbook_text import RunbookTexts
from bot.stores import open_store
from bot.web.doors import Doors, make_web
from bot.web.drill_door import DrillDoor, add_drill_door, key_of
from bot.web.knock import knock_by_http, knock_in_poll_mode

log = logging.getLogger(__name__)


def build(
    settings: Settings,
    rules: Rules,
    *,
    clock: Clock | None = None,
    store: Store | None = None,
    monotonic: Callable[[], float] = time.monotonic,
    wait: Callable[[float], None] = time.sleep,
) -> Bot:
    """Make the bot; nothing runs yet. Raises StoreLocked and the other errors of opening the store.

    `monotonic`, `wait`: the seconds by which calls to both services are spaced; the demo hurries them while days pass.
    """
    clock = clock or SystemClock()
    set_up_reports(settings.sentry_dsn, release=f"triage@{__version__}")
    store = store or open_store(settings.database_url, clock=clock)
    figures = Figures()
    files = TeamFiles(rules, settings.rules_file, settings.runbooks_dir)
    for problem in files.now.runbooks.problems:
        log.warning("a runbook is left out", extra={"why": problem})
    slow = web_client(settings.slack_bot_token, settings.slack_api_url)
    quick = web_client(settings.slack_bot_token, settings.slack_api_url, timeout=REQUEST_TIMEOUT)
    people = People(store, clock, SlackPeople(quick, clock.machine), files.rules, files.calendar)
    outboxes: list[Outbox] = []
    desk = Desk(
        store, clock, people.policy, wake=lambda: _wake(outboxes), refresh_policy=people.forget_policy
    )
    look = _look_maker(settings, files, people, store, clock)
    sentry = SentryClient(
        settings.sentry_url,
        settings.sentry_org,
        settings.sentry_auth_token,
        machine=clock.machine,
        monotonic=monotonic,
        wait=wait,
    )
    deliverers = (
        SlackDeliverer(
            slow,
            Pace(monotonic),
            channel_of(store, files.rules),
            look,
            ref_of=ref_of(store),
            bot_user_id=lambda: store.value(BOT_USER) or "",
            language_of=people.language_of,
        ),
        SentryDeliverer(
            sentry,
            permalink=permalink(store),
            installation_id=lambda: settings.sentry_installation_id or store.value(INSTALLATION),
            email_of=people.email_of,
            notes_ail=partial(figures.ails, "sentry_notes"),
        ),
    )
    outboxes += [_make_outbox(desk, deliverer) for deliverer in deliverers]
    made: list[Bot] = []
    drills = Drills(
        desk,
        load_scenarios(),
        knock=(
            knock_in_poll_mode(desk)
            if settings.poll_mode
            else knock_by_http(lambda: made[0].url, settings.sentry_client_secret)
        ),
        new_id=lambda: uuid4().hex,
    )
    overview = Overview(
        store,
        clock,
        is_running=lambda: made[0].is_running,
        parts_alive=lambda: made[0].parts_alive(),
        unresolved_people=lambda: people.unresolved,
    )
    crew = Crew(
        desk=desk,
        people=people,
        reader=sentry,
        overview=overview,
        figures=figures,
        clock=clock,
        poll_mode=settings.poll_mode,
        identify=lambda: learn_places(store, slow, files.rules()),
        files=files,
        drills=drills,
    )
    room = Room(
        desk,
        people,
        quick,
        look,
        figures,
        channel=channel_of(store, files.rules),
        rules=files.rules,
        drills=drills,
    )
    slack_app = make_slack_app(room, settings.slack_signing_secret)
    doors = Doors(
        desk=desk,
        clock=clock,
        figures=figures,
        overview=overview,
        client_secret=settings.sentry_client_secret or None,
        slack=None if settings.socket_mode else slack_app.handle_http,
        missed=lambda: made[0].hurry_poll(),
    )
    web = make_web(doors)
    add_drill_door(
        web,
        DrillDoor(drills, key_of(settings.slack_bot_token), clock.machine, Words("en", rules.zone)),
    )
    socket = partial(slack_app.socket_handler, settings.slack_app_token, settings.slack_api_url)
    made.append(
        Bot(
            settings=settings,
            store=store,
            desk=desk,
            people=people,
            figures=figures,
            timetable=Timetable(crew, JOBS),
            outboxes=tuple(outboxes),
            web=web,
            socket=socket if settings.socket_mode else None,
        )
    )
    _add_gauges(figures, store)
    return made[0]


def _make_outbox(desk: Desk, deliverer: Deliverer) -> Outbox:
    """The outbox of one service: its receipts and failures go back through the use case `follow`."""
    return Outbox(
        desk.store,
        desk.clock,
        deliverer,
        on_receipt=partial(follow.apply, desk),
        on_failure=partial(follow.fail, desk),
        ring=desk.wake,
    )


def _add_gauges(figures: Figures, store: Store) -> None:
    """What `/metrics` asks at the moment of reading."""
    for service in Service:
        figures.gauges[f"triage_outbox_{service.value}_waiting"] = partial(_waiting, store, service)
    figures.gauges["triage_alerts_to_judge"] = partial(_real, store, (AlertState.OPEN,))
    figures.gauges["triage_alerts_to_respond"] = partial(_real, store, (AlertState.MEDIUM, AlertState.LARGE))


def _real(store: Store, states: tuple[AlertState, ...]) -> float:
    """How many alerts are in these states; a drill's are not counted."""
    return sum(1 for alert in store.alerts(states) if not alert.drill)


def _waiting(store: Store, service: Service) -> float:
    return store.backlog(service).waiting


def _wake(outboxes: list[Outbox]) -> None:
    for box in outboxes:
        box.wake()


def _look_maker(
    settings: Settings, files: TeamFiles, people: People, store: Store, clock: Clock
) -> Callable[[Alert | None, str | None], Look]:
    """What blocks may know: words of a language (the team's when None), links, names, the policy's open rows."""

    texts = _runbook_texts(files)

    def question_of(alert: Alert) -> MessageRef | None:
        return ref_of(store)(head_of(alert.consultation.id)) if alert.consultation else None

    def look(alert: Alert | None, language: str | None = None) -> Look:
        rules, runbooks = files.rules(), texts()
        return Look(
            words=Words(language or rules.language.value, rules.zone),
            journey=rules.journey,
            issue_url=lambda a: (
                settings.sentry_web_base + a.link_path
                if a.link_path
                else settings.sentry_issue_url(a.issue_id)
            ),
            name_of=people.name_of,
            now=clock.now(),
            write=rules.sentry.write.value,
            tells_support=rules.channels.support is not None,
            open_rows=_open_rows(people),
            runbook_url=runbooks.url,
            has_runbook=runbooks.has,
            runbook=lambda a: runbooks.of(a, language or rules.language.value),
            checklist=lambda a: checklist_for(runbooks, a, language or rules.language.value),
            respond_by=lambda level: people.policy().respond_by(level, clock.now()),
            card_url=lambda a: address(store, a.card),
            question_url=lambda a: address(store, question_of(a)),
            earlier=lambda a: earlier_of(store, a),
            matrix=rules.matrix.rows,
            known=store.alert,
            incident=lambda a: incident_for(a, store.alerts((AlertState.LARGE,))),
            day_off_name=lambda day, spoken: people.policy().calendar.day_off_name(day, spoken),
        )

    return look


def _runbook_texts(files: TeamFiles) -> Callable[[], RunbookTexts]:
    """The runbooks in force as Slack shows them, made once for as long as they are."""
    made: list[tuple[InForce, RunbookTexts]] = []

    def texts() -> RunbookTexts:
        now = files.now
        if not made or made[0][0] is not now:
            made[:] = [(now, RunbookTexts(now.runbooks, now.rules.privacy.may_link))]
        return made[0][1]

    return texts


def _open_rows(people: People) -> Callable[[Alert], tuple[MatrixRow, ...]]:
    """The matrix rows that fit a decision whose answers are still open; none when nothing is open."""

    def open_rows(alert: Alert) -> tuple[MatrixRow, ...]:
        decision = alert.decision
        if decision is None or decision.verdict.level is None:
            return ()
        answers = decision.answers
        if answers.affected is not None and answers.workaround is not None:
            return ()
        return people.policy().rows_for_level(
            decision.verdict.level, answers.step, answers.affected, answers.workaround
        )

    return open_rows


def import_backlog(settings: Settings, rules: Rules, most: int) -> int:
    """Make alerts of up to `most` issues that were unresolved before the first start; their cards wait for the bot.

    Raises StoreNotOpened while a bot runs, TryLater or Refused when Sentry does not answer.
    """
    bot = build(settings, rules)
    try:
        bot.people.refresh()
        set_watermark(bot.desk)
        return reconcile.import_backlog(bot.desk, bot.timetable.crew.reader, most)
    finally:
        bot.store.close()
