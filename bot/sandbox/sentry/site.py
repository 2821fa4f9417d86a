"""The one installation that the local Sentry plays; read wherever links and actors are written."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass
class Site:
    """`url` is known once the server listens; the rest is fixed."""

    org: str
    installation_id: str
    auth_token: str
    client_secret: str
    url: str = ""
    app_uuid: str = "0b9e8d7c-6a5f-4e3d-8c2b-1a0f9e8d7c6b"
    app_slug: str = "oncall-triage-1a2b3c"
    app_name: str = "Oncall Triage"
    enhanced_privacy: bool = False

    def issue_page(self, issue_id: str) -> str:
        """Where a person reads the issue."""
        return f"{self.url}/organizations/{self.org}/issues/{issue_id}/"

    def api(self, path: str) -> str:
        """An address below `/api/0/`."""
        return f"{self.url}/api/0/{path}"
