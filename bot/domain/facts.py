"""What is known of one occurrence: title, place, exceptions, tags; masked, and never changed. Read by every floor."""

from __future__ import annotations

from dataclasses import dataclass

from bot.domain.match import Features


@dataclass(frozen=True)
class Frame:
    """One stack frame; `in_app` as the SDK judged it."""

    filename: str
    lineno: int | None = None
    function: str | None = None
    in_app: bool = True

    @property
    def spot(self) -> str:
        """The file without its folders, the line, the function: `submission.rb:164 promote_to_review!`."""
        name = self.filename.rsplit("/", 1)[-1]
        place = name if self.lineno is None else f"{name}:{self.lineno}"
        return f"{place} {self.function}" if self.function else place


@dataclass(frozen=True)
class Facts:
    """What is known of the deciding occurrence; every text in it has been masked."""

    title: str
    project: str | None = None
    culprit: str | None = None
    transaction: str | None = None
    environment: str | None = None
    release: str | None = None
    level: str | None = None
    category: str | None = None
    issue_type: str | None = None
    exceptions: tuple[str, ...] = ()
    """Exception types, oldest cause first; the last one was raised."""
    message: str | None = None
    frame: Frame | None = None
    """The deciding frame: the last in-app frame of the raised exception."""
    frames: tuple[Frame, ...] = ()
    tags: tuple[tuple[str, str], ...] = ()
    event_id: str | None = None
    values: tuple[str, ...] = ()
    """The exceptions' texts, beside `exceptions`; empty where one has none."""
    hint: Frame | None = None
    """Where Sentry's issue says that it broke: a file and a function, without a line."""
    job: str | None = None
    """The worker's class or task, as the queue runner's context names it."""
    platform: str | None = None
    request: str | None = None
    """Verb and route of the web request, its ids left out: `POST /v1/applicants/*/documents`."""

    @property
    def is_server(self) -> bool:
        """Code that runs on a server of ours although its platform is that of browsers: it answers a request."""
        return (self.platform or "").startswith("node") or any(key == "server_name" for key, _ in self.tags)

    @property
    def features(self) -> Features:
        """What a match rule may look at."""
        return Features(
            project=self.project,
            transaction=self.transaction,
            culprit=self.culprit,
            title=self.title,
            exceptions=self.exceptions,
            level=self.level,
            environment=self.environment,
            tags=self.tags,
        )

    @property
    def is_background_job(self) -> bool:
        """A worker has no user in front of it, so a user count says nothing about who is affected."""
        names = " ".join(filter(None, (self.transaction, self.culprit))).lower()
        return any(mark in names for mark in BACKGROUND_MARKS)


BACKGROUND_MARKS = (
    "sidekiq/",
    "worker",
    "celery",
    "resque",
    "activejob",
    "delayed::",
    "job#",
    "/job",
    "queue",
)
"""How queue runners name their transactions: Sentry's SDKs for Sidekiq, Celery, Resque, Active Job, Delayed Job."""
