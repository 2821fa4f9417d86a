"""The organisation's projects, teams and people, added on first mention; the issue book and the Web API ask it."""

from __future__ import annotations

from collections.abc import Iterable

from bot.sandbox.sentry.records import Person, Project, Team

FIRST_PROJECT_ID = 4509000000000001
KNOWN_PROJECTS = {
    "kyc-api": (1, "ruby"),
    "kyc-web": (2, "javascript-react"),
    "kyc-console": (3, "javascript"),
}
"""Number and platform of the projects that the recorded payloads speak of."""
DEFAULT_TEAM = "kyc-core"
FIRST_TEAM_ID = 771
FIRST_MEMBER_ID = 501
FIRST_USER_ID = 30412


class Directory:
    """Who and what exists. Not thread-safe by itself: the issue book holds the lock."""

    def __init__(self) -> None:
        self.projects: dict[str, Project] = {}
        self.teams: dict[str, Team] = {}
        self.people: list[Person] = []
        self._strangers: list[Person] = []

    def add_project(
        self,
        slug: str,
        name: str | None = None,
        project_id: int | None = None,
        platform: str | None = None,
        teams: Iterable[str] = (DEFAULT_TEAM,),
    ) -> Project:
        """Add or replace a project; the recorded ones get their recorded id and platform."""
        number, known_platform = KNOWN_PROJECTS.get(slug, (self._next_project_number(), "python"))
        project = Project(
            id=project_id or FIRST_PROJECT_ID - 1 + number,
            slug=slug,
            name=name or slug,
            platform=platform or known_platform,
            teams=frozenset(self.team(team).slug for team in teams),
        )
        self.projects[slug] = project
        return project

    def _next_project_number(self) -> int:
        taken = {project.id for project in self.projects.values()}
        number = len(KNOWN_PROJECTS) + 1
        while FIRST_PROJECT_ID - 1 + number in taken:
            number += 1
        return number

    def project(self, slug: str) -> Project:
        """The project of that slug, made when it is new."""
        return self.projects.get(slug) or self.add_project(slug)

    def project_by_id(self, project_id: int) -> Project:
        """The project of that id; an unknown id makes the recorded project of that number, else one named after it."""
        for project in self.projects.values():
            if project.id == project_id:
                return project
        for slug, (number, _) in KNOWN_PROJECTS.items():
            if FIRST_PROJECT_ID - 1 + number == project_id:
                return self.add_project(slug)
        return self.add_project(f"project-{project_id}", project_id=project_id)

    def team(self, slug: str) -> Team:
        """The team of that slug, made when it is new."""
        if slug not in self.teams:
            self.teams[slug] = Team(FIRST_TEAM_ID + len(self.teams), slug)
        return self.teams[slug]

    def add_person(
        self, email: str, name: str, user_id: int, teams: Iterable[str], *, pending: bool = False
    ) -> Person:
        """Add a member, or replace the one with the same e-mail."""
        self.people = [person for person in self.people if person.email != email]
        slugs = frozenset(self.team(team).slug for team in teams)
        person = Person(user_id, FIRST_MEMBER_ID + len(self.people), name, email, slugs, pending)
        self.people.append(person)
        return person

    def person(self, who: str) -> Person:
        """The member with that name or e-mail; a name nobody has is a person from outside the list."""
        for person in [*self.people, *self._strangers]:
            if who in (person.name, person.email):
                return person
        number = len(self._strangers)
        first = who.split("@")[0].split()[0].lower() if who.strip() else f"person{number}"
        email = who if "@" in who else f"{first}@acme-kyc.example"
        stranger = Person(FIRST_USER_ID + number, FIRST_MEMBER_ID + 400 + number, who, email)
        self._strangers.append(stranger)
        return stranger

    def members_of(self, team: Team) -> list[Person]:
        """The people of a team."""
        return [person for person in self.people if team.slug in person.teams and not person.pending]
