"""The settings of one process, from its environment and `.env`; read once by the commands before anything starts."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote, unquote, urlsplit

from bot.config.dotenv import read_dotenv
from bot.config.variables import (
    Environment,
    one_of,
    port,
    sentry_dsn,
    sentry_org,
    sentry_token,
    sentry_url,
    slack_token,
    slack_url,
    store_url,
    uuid,
    word,
)

_SENTRY_IO = re.compile(r"(?:.+\.)?sentry\.io")


class SettingsError(Exception):
    """A setting is missing or wrong; its text is all problems, a line each, without the value of any secret."""

    def __init__(self, problems: tuple[str, ...]) -> None:
        self.problems = problems
        super().__init__("\n".join(problems))


@dataclass(frozen=True)
class Settings:
    """What one process was told; secrets do not show in its repr."""

    slack_bot_token: str = field(repr=False)
    sentry_org: str
    sentry_auth_token: str = field(repr=False)
    slack_signing_secret: str = field(default="", repr=False)
    slack_app_token: str = field(default="", repr=False)
    slack_api_url: str = "https://slack.com/api/"
    """Ends with `/`."""
    sentry_url: str = "https://sentry.io"
    """Without `/` at its end."""
    sentry_client_secret: str = field(default="", repr=False)
    sentry_installation_id: str = ""
    database_url: str = field(default="tinydb:///data/triage.db", repr=False)
    rules_file: Path = Path("rules.yaml")
    runbooks_dir: Path = Path("runbooks")
    host: str = "0.0.0.0"  # noqa: S104 - a container's door; design's default
    port: int = 3000
    sentry_dsn: str = field(default="", repr=False)
    log_level: str = "INFO"
    log_format: str = "json"

    @property
    def socket_mode(self) -> bool:
        """Slack is reached over a websocket of ours, so no public URL is needed for it."""
        return bool(self.slack_app_token)

    @property
    def poll_mode(self) -> bool:
        """Sentry's webhooks cannot be verified, so there is no route for them and the poll alone finds alerts."""
        return not self.sentry_client_secret

    @property
    def sentry_web_base(self) -> str:
        """Where the organisation's pages begin in the browser, with `/` at its end."""
        host = urlsplit(self.sentry_url).hostname or ""
        if _SENTRY_IO.fullmatch(host):
            return f"https://{self.sentry_org}.sentry.io/"
        return f"{self.sentry_url}/organizations/{self.sentry_org}/"

    def sentry_issue_url(self, issue_id: str) -> str:
        """The issue's page in the browser, whatever the id holds; never taken from a payload."""
        return f"{self.sentry_web_base}issues/{quote(issue_id, safe='')}/"

    def secrets(self) -> frozenset[str]:
        """The values that may stand in no log, argument or error text."""
        password = urlsplit(self.database_url).password or ""
        values = (
            self.slack_bot_token,
            self.slack_signing_secret,
            self.slack_app_token,
            self.sentry_auth_token,
            self.sentry_client_secret,
            self.sentry_dsn,
            password,
            unquote(password),
        )
        return frozenset(value for value in values if value)


def load_settings(environment: Mapping[str, str], env_file: Path | None = None) -> Settings:
    """The settings; a variable of the environment wins over the same one in `env_file`, which may be missing.

    Raises SettingsError with every problem, each `VARIABLE: what is wrong; how to mend it`."""
    from_file, file_problems = read_dotenv(env_file) if env_file else ({}, [])
    env = Environment({**from_file, **environment})
    settings = _settings(env)
    problems = [problem.told(str(env_file)) for problem in file_problems]
    problems += [f"{problem.key}: {problem.message}" for problem in env.problems]
    if problems:
        raise SettingsError(tuple(problems))
    return settings


def load_store_url(environment: Mapping[str, str], env_file: Path | None = None) -> str:
    """Only where the store is, for commands that read nothing else. Raises SettingsError."""
    from_file, _ = read_dotenv(env_file) if env_file else ({}, [])
    env = Environment({**from_file, **environment})
    url = _store_url(env)
    if env.problems:
        raise SettingsError(tuple(f"{problem.key}: {problem.message}" for problem in env.problems))
    return url


def _store_url(env: Environment) -> str:
    reader = store_url(disk_is_kept=not env.has("DYNO"))
    return env.read("DATABASE_URL", Settings.database_url, reader, default_too=True)


def _settings(env: Environment) -> Settings:
    app_token = env.read("SLACK_APP_TOKEN", "", slack_token("xapp-"))
    secret_hint = "Slack app: Basic Information, Signing Secret; or set SLACK_APP_TOKEN for Socket Mode"  # noqa: S105
    return Settings(
        slack_bot_token=env.need(
            "SLACK_BOT_TOKEN", "Slack app: Install App, Bot User OAuth Token", slack_token("xoxb-")
        ),
        slack_signing_secret=(
            env.read("SLACK_SIGNING_SECRET", "", word)
            if env.has("SLACK_APP_TOKEN")
            else env.need("SLACK_SIGNING_SECRET", secret_hint, word)
        ),
        slack_app_token=app_token,
        slack_api_url=env.read("SLACK_API_URL", Settings.slack_api_url, slack_url),
        sentry_url=env.read("SENTRY_URL", Settings.sentry_url, sentry_url),
        sentry_org=env.need(
            "SENTRY_ORG", "the organisation's slug, as in https://SLUG.sentry.io", sentry_org
        ),
        sentry_auth_token=env.need(
            "SENTRY_AUTH_TOKEN",
            "Sentry: Settings, Developer Settings, your internal integration, Tokens",
            sentry_token,
        ),
        sentry_client_secret=env.read("SENTRY_CLIENT_SECRET", "", word),
        sentry_installation_id=env.read("SENTRY_INSTALLATION_ID", "", uuid),
        database_url=_store_url(env),
        rules_file=Path(env.read("RULES_FILE", str(Settings.rules_file), str)),
        runbooks_dir=Path(env.read("RUNBOOKS_DIR", str(Settings.runbooks_dir), str)),
        host=env.read("HOST", Settings.host, word),
        port=int(env.read("PORT", str(Settings.port), port)),
        sentry_dsn=env.read("SENTRY_DSN", "", sentry_dsn),
        log_level=env.read(
            "LOG_LEVEL", Settings.log_level, one_of("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")
        ),
        log_format=env.read("LOG_FORMAT", Settings.log_format, one_of("json", "text")),
    )
