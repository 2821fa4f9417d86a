"""`triage demo` and `triage serve`: what runs until it is stopped."""

from __future__ import annotations

import errno
import signal
import threading
from types import FrameType

import click

from bot.cli.operator import Refusal, rules_or_exit, settings_or_exit
from bot.config.settings import Settings


@click.command()
@click.option("--port", type=int, default=0, help="Port of the page (0: any free one).")
@click.option("--no-browser", is_flag=True, help="Do not open a browser.")
@click.option(
    "--language", type=click.Choice(["en", "ja"]), default=None, help="Language of the team's channels."
)
def demo(port: int, no_browser: bool, language: str | None) -> None:
    """The real bot against a local Slack and a local Sentry, on one page. No account is needed."""
    from bot.sandbox.demo import run_demo

    run_demo(port=port or None, open_browser=not no_browser, language=language)


@click.command()
def serve() -> None:
    """Run the bot: HTTP, jobs and delivery in one process."""
    from bot.app import build
    from bot.domain.errors import StoreUnavailable
    from bot.observability import set_up_logs
    from bot.stores.errors import StoreNotOpened

    settings = settings_or_exit()
    rules = rules_or_exit(settings.rules_file)
    set_up_logs(settings.log_level, settings.log_format, settings.secrets())
    try:
        bot = build(settings, rules.rules)
        bot.start()
    except (StoreNotOpened, StoreUnavailable) as error:
        raise Refusal(str(error)) from error
    except OSError as error:
        raise Refusal(not_listening(settings, error)) from error
    stop = threading.Event()

    def ask_to_stop(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, ask_to_stop)
    stop.wait()
    bot.stop()


def not_listening(settings: Settings, error: OSError) -> str:
    """Why the HTTP door did not open, and what to do."""
    where = f"{settings.host}:{settings.port}"
    if error.errno == errno.EADDRINUSE:
        return f"{where} is taken by another program: stop that one, or set PORT to a free port."
    return f"Cannot listen on {where} ({error.strerror or error}): correct HOST or PORT."
