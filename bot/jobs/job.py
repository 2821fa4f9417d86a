"""What a job is, and the timetable that runs those that are due. Ticked by APScheduler, and by the demo's clock."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.config.team_files import TeamFiles
from bot.observability import CheckIns, Figures
from bot.ports import Clock, IssueReader, Refused, TryLater
from bot.services.desk import Desk
from bot.services.drill import Drills
from bot.services.overview import Overview
from bot.services.people import People

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Crew:
    """What a job may use; made in `bot.app`."""

    desk: Desk
    people: People
    reader: IssueReader
    overview: Overview
    figures: Figures
    clock: Clock
    poll_mode: bool
    identify: Callable[[], None]
    """Asks Slack who we are and what our channels' ids are. Raises TryLater or Refused."""
    drills: Drills
    files: TeamFiles


@dataclass(frozen=True)
class Job:
    """One thing done again and again; safe to run twice. `every` is machine time."""

    id: str
    every: Callable[[Crew], timedelta]
    run: Callable[[Crew], None]


@dataclass
class Timetable:
    """Runs each job when its time has come, one at a time, and keeps one failing job from stopping the others."""

    crew: Crew
    jobs: Sequence[Job]
    check_ins: CheckIns = field(default_factory=CheckIns)
    _ran_at: dict[str, datetime] = field(default_factory=dict[str, datetime])
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def tick(self, *, everything: bool = False) -> None:
        """Run what is due by the machine's clock; `everything` when the business clock was moved."""
        with self._lock:
            for job in self.jobs:
                now = self.crew.clock.machine()
                ran = self._ran_at.get(job.id)
                if everything or ran is None or now - ran >= job.every(self.crew):
                    self._ran_at[job.id] = now
                    self._run(job)

    def hurry(self, job_id: str) -> None:
        """The next tick runs this job whatever its time."""
        self._ran_at.pop(job_id, None)

    def _run(self, job: Job) -> None:
        well = self._goes_well(job)
        self.check_ins.ran(job.id, well=well, at=self.crew.clock.machine())

    def _goes_well(self, job: Job) -> bool:
        try:
            job.run(self.crew)
        except (TryLater, Refused) as silent:
            self.crew.figures.ails(f"job_{job.id}", str(silent))
            log.warning("a job could not be done", extra={"job": job.id, "why": str(silent)})
        except Exception:  # the edge: one failing job must not stop the others
            self.crew.figures.ails(f"job_{job.id}", "failed; see the log")
            log.exception("a job failed", extra={"job": job.id})
        else:
            self.crew.figures.ails(f"job_{job.id}", None)
            self.crew.figures.happened(f"job_{job.id}", self.crew.clock.machine())
            return True
        return False


def every(length: timedelta) -> Callable[[Crew], timedelta]:
    """A fixed rhythm."""
    return lambda _crew: length
