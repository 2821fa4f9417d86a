"""The client against a local Sentry: reading, paging, people, notes and links."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.facts import Frame
from bot.ports import Refused, TryLater
from bot.sandbox.sentry import SentrySandbox
from bot.sentry import client as client_module
from bot.sentry.caller import NotAllowed
from bot.sentry.client import Link, NoteAnswer, SentryClient, user_ids
from tests.sentry.conftest import B, Time, client_of
from tests.sentry.recorded import answer


def paths(sentry: SentrySandbox) -> list[str]:
    return [f"{call.method} {call.path}" for call in sentry.calls]


def test_an_issue_is_read_by_number_and_by_short_id(client: SentryClient) -> None:
    by_number, by_short_id = client.issue("6100000101"), client.issue("KYC-API-1A")

    assert by_number is not None and by_number == by_short_id
    assert (by_number.short_id, by_number.project, by_number.count) == ("KYC-API-1A", "kyc-api", 7)


@pytest.mark.parametrize(
    "name", ["", "..", "../../members", "1/notes", "1?x=1", "1#", "%2e%2e", "-1", "１２"]
)
def test_what_cannot_be_an_issue_is_not_asked_for(
    name: str, client: SentryClient, sentry: SentrySandbox
) -> None:
    assert client.issue(name) is None
    assert client.latest_event(name) is None
    assert client.notes(name) == []
    assert client.add_note(name, "text") is NoteAnswer.CLOSED
    assert sentry.calls == []


def test_an_issue_that_is_gone_is_none_and_cannot_be_changed(client: SentryClient) -> None:
    assert client.issue("1") is None
    assert client.latest_event("1") is None
    with pytest.raises(Refused):
        client.set_status("1", {"status": "resolved"})
    with pytest.raises(Refused):
        client.assign("1", "user:1")


def test_the_newest_event_tells_where_it_broke(client: SentryClient) -> None:
    facts = client.latest_event(B)

    assert facts is not None
    assert facts.frame == Frame("app/models/submission.rb", 164, "promote_to_review!")
    assert (facts.environment, facts.transaction) == ("production", "Sidekiq/DocumentFinalizeJob")


def test_the_whole_list_is_read_page_by_page_in_turn(
    client: SentryClient, sentry: SentrySandbox, time: Time, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client_module, "PAGE", "2")
    for number in range(7):
        sentry.event({"type": f"E{number}", "at": time.now() + timedelta(seconds=number)})
    archived = sentry.event({"type": "Archived", "at": time.now()})
    sentry.archive(archived)

    found = list(client.unresolved(since=None))

    seen = [issue.last_seen_at for issue in found]
    assert len(found) == 9 and archived not in {issue.issue_id for issue in found}
    assert seen == sorted(seen, key=lambda at: at or datetime.min.replace(tzinfo=UTC), reverse=True)
    assert len(sentry.calls) == 5
    assert [call.query.get("cursor") for call in sentry.calls][:2] == [None, ["0:1:0"]]
    assert time.waited == pytest.approx([0, 0.25, 0.25, 0.25, 0.25])


def test_the_list_ends_at_what_was_last_seen_before(
    client: SentryClient, sentry: SentrySandbox, time: Time, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client_module, "PAGE", "2")
    for number in range(6):
        sentry.event({"type": f"E{number}", "at": time.now() - timedelta(hours=number)})

    found = list(client.unresolved(since=time.now() - timedelta(hours=2)))

    assert len(found) == 3
    assert len(sentry.calls) == 2


def test_a_list_is_read_to_its_end_though_sentry_says_too_many(
    client: SentryClient, sentry: SentrySandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client_module, "PAGE", "1")
    sentry.fail_next(status=429, times=2)

    assert len(list(client.unresolved(since=None))) == 2
    sentry.fail_next(status=429, times=9)
    with pytest.raises(TryLater):
        list(client.unresolved(since=None))


def test_members_are_known_by_each_of_their_addresses_and_remembered_for_a_while(
    client: SentryClient, sentry: SentrySandbox, time: Time
) -> None:
    sentry.add_member("Aiko@acme-kyc.example", "Aiko Tanaka", user_id=30412)
    sentry.add_member("new.hire@acme-kyc.example", "New", user_id=30413, pending=True)

    assert client.members() == {"aiko@acme-kyc.example": "30412"}
    sentry.add_member("ken@acme-kyc.example", "Ken", user_id=30414)
    assert "ken@acme-kyc.example" not in client.members()
    time.pass_by(minutes=11)
    assert client.members()["ken@acme-kyc.example"] == "30414"
    assert paths(sentry).count("GET /api/0/organizations/acme-kyc/members/") == 2


def test_a_member_has_several_addresses_and_who_is_only_invited_has_none() -> None:
    user = {
        "id": "30412",
        "email": "aiko@acme.example",
        "emails": [{"email": "Tanaka@acme.example"}, None, {}],
    }
    invited = {"id": "7", "email": "new@acme.example", "user": {"id": "8", "emails": []}, "pending": True}

    found = user_ids(
        [{"id": "501", "email": "aiko@acme.example", "user": user}, invited, {"user": "junk"}, {}]
    )

    assert found == {"aiko@acme.example": "30412", "tanaka@acme.example": "30412"}
    assert user_ids(answer("members")) == {"aiko@acme-kyc.example": "30412"}


def test_without_its_scope_the_members_are_not_known(client: SentryClient, sentry: SentrySandbox) -> None:
    sentry.scopes.discard("member:read")

    with pytest.raises(NotAllowed):
        client.members()


def test_an_issue_is_archived_until_it_escalates(client: SentryClient, sentry: SentrySandbox) -> None:
    wish = {"status": "ignored", "substatus": "archived_until_escalating"}

    assert client.set_status(B, wish) == ("ignored", "archived_until_escalating")
    assert sentry.issue(B)["substatus"] == "archived_until_escalating"


def test_an_assignment_is_made_or_refused_with_sentrys_reason(
    client: SentryClient, sentry: SentrySandbox
) -> None:
    sentry.add_member("aiko@acme-kyc.example", "Aiko Tanaka", user_id=30412)
    sentry.add_member("out@acme-kyc.example", "Outsider", user_id=99, teams=())

    assert client.assign(B, "user:30412") is None
    assert sentry.issue(B)["assignedTo"]["id"] == "30412"
    assert client.assign(B, "user:99")


def test_a_note_is_written_once(client: SentryClient, sentry: SentrySandbox) -> None:
    assert client.add_note(B, "Small impact [1-1.1]") is NoteAnswer.WRITTEN
    assert client.add_note(B, "Small impact [1-1.1]") is NoteAnswer.ALREADY_THERE
    assert client.notes(B) == ["Small impact [1-1.1]"]
    assert len(sentry.notes(B)) == 1


def test_an_empty_note_is_refused_and_not_taken_for_written(client: SentryClient) -> None:
    with pytest.raises(Refused):
        client.add_note(B, "")


@pytest.mark.parametrize("status", [403, 404, 405, 410])
def test_where_notes_are_not_for_us_that_is_said(
    client: SentryClient, sentry: SentrySandbox, status: int
) -> None:
    sentry.fail_next(path_contains="/notes/", times=2, status=status, body={"detail": "no"})

    assert client.notes(B) is None
    assert client.add_note(B, "text") is NoteAnswer.CLOSED


def test_a_second_link_replaces_the_first(client: SentryClient, sentry: SentrySandbox) -> None:
    for number in (1, 2):
        client.add_external_issue(
            sentry.site.installation_id,
            B,
            web_url=f"https://acme.slack.example/archives/C1/p{number}",
            project="Slack",
            identifier=f"KYC-API-1B-{number}",
        )

    assert client.external_issues(B) == [
        Link("https://acme.slack.example/archives/C1/p2", "Slack#KYC-API-1B-2")
    ]


def test_a_link_through_an_unknown_installation_is_refused(client: SentryClient) -> None:
    with pytest.raises(Refused):
        client.add_external_issue("0" * 32, B, web_url="https://x.example", project="Slack", identifier="1")


def test_a_probe_passes_where_all_doors_open_and_changes_nothing(
    client: SentryClient, sentry: SentrySandbox
) -> None:
    before = sentry.issue(B), sentry.issue("6100000101")

    findings = list(client.probe())

    assert {finding.state for finding in findings} == {"ok"} and len(findings) == 4
    assert (sentry.issue(B), sentry.issue("6100000101")) == before


@pytest.mark.parametrize("scope", ["event:write", "member:read"])
def test_a_probe_names_each_missing_scope(client: SentryClient, sentry: SentrySandbox, scope: str) -> None:
    sentry.scopes.discard(scope)

    failed = [finding for finding in client.probe() if finding.is_failure]

    assert len(failed) == 1 and scope in failed[0].what and failed[0].remedy


def test_a_probe_tells_a_wrong_token_a_wrong_organisation_and_silence_apart(
    sentry: SentrySandbox, time: Time
) -> None:
    def only(client: SentryClient) -> tuple[str, str]:
        (finding,) = client.probe()
        return finding.what, finding.remedy

    wrong_token = only(client_of(sentry.url, time, token="wrong"))
    wrong_org = only(client_of(sentry.url, time, org="acme"))
    sentry.stop()
    silent = only(client_of(sentry.url, time))

    assert "SENTRY_AUTH_TOKEN" in wrong_token[0] and "token" in wrong_token[1]
    assert "SENTRY_ORG" in wrong_org[1]
    assert "does not answer" in silent[0] and "SENTRY_URL" in silent[1]


def test_a_probe_warns_where_notes_are_refused(client: SentryClient, sentry: SentrySandbox) -> None:
    sentry.fail_next(path_contains="/notes/", status=405, body={"detail": "no"})

    assert [finding.state for finding in client.probe()][-1] == "warning"
