"""The local Web API answers as Slack's: by name what it refuses, in order what it returns."""

from __future__ import annotations

import http.client
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

import pytest
import requests
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.sandbox.slack import SlackSandbox
from tests.sandbox.slack.cards import CARD, HOME, MODAL, MachineClock


def refusal(call: Any, *args: Any, **more: Any) -> str:
    with pytest.raises(SlackApiError) as refused:
        call(*args, **more)
    return refused.value.response["error"]


def test_a_post_keeps_its_text_blocks_and_metadata(slack: SlackSandbox, client: WebClient) -> None:
    metadata = {"event_type": "card", "event_payload": {"alert": "17"}}

    answer = client.chat_postMessage(channel="C1", text="hello", blocks=CARD, metadata=metadata)

    [kept] = slack.messages("C1")
    assert answer["ts"] == kept["ts"]
    assert (kept["text"], kept["metadata"], kept["user"]) == ("hello", metadata, "U0BOT")
    assert [block["block_id"] for block in kept["blocks"]] == ["title", "row"]


def test_json_and_form_bodies_are_the_same(slack: SlackSandbox) -> None:
    headers = {"Authorization": f"Bearer {slack.bot_token}"}
    url = f"{slack.api_url}chat.postMessage"
    body = '[{"type": "divider", "block_id": "d"}]'

    requests.post(url, data={"channel": "C1", "text": "x", "blocks": body}, headers=headers, timeout=5)
    requests.post(
        url,
        json={"channel": "C1", "text": "x", "blocks": [{"type": "divider", "block_id": "d"}]},
        headers=headers,
        timeout=5,
    )

    first, second = slack.messages("C1")
    assert first["blocks"] == second["blocks"] == [{"type": "divider", "block_id": "d"}]


def test_what_slack_refuses_in_a_post_is_refused_by_name(slack: SlackSandbox, client: WebClient) -> None:
    slack.add_channel("C2", "old", is_archived=True)
    post = client.chat_postMessage

    assert refusal(post, channel="C9", text="x") == "channel_not_found"
    assert refusal(post, channel="G1", text="x") == "channel_not_found"
    assert refusal(post, channel="C2", text="x") == "is_archived"
    assert refusal(post, channel="C1", text=" ") == "no_text"
    assert refusal(post, channel="C1", text="x" * 40_001) == "msg_too_long"
    assert refusal(post, channel="C1", text="x", thread_ts="1.000000") == "thread_not_found"
    assert refusal(post, channel="C1", text="x", blocks=[{"type": "banner"}]) == "invalid_blocks"
    assert refusal(post, channel="C1", text="x", blocks="{") == "invalid_blocks_format"
    assert refusal(post, channel="C1", text="x", metadata={"event_type": "x"}) == "invalid_metadata_format"
    nested = {"event_type": "x", "event_payload": {"a": {"b": 1}}}
    assert refusal(post, channel="C1", text="x", metadata=nested) == "invalid_metadata_format"
    assert slack.messages() == []


def test_invalid_blocks_say_what_and_where(client: WebClient) -> None:
    with pytest.raises(SlackApiError) as refused:
        client.chat_postMessage(channel="C1", text="x", blocks=[{"type": "section"}])

    assert refused.value.response["response_metadata"]["messages"] == [
        "[ERROR] must define either `text` or `fields` [json-pointer:/blocks/0]"
    ]


def test_a_public_channel_takes_posts_from_outside_only_with_the_scope(
    slack: SlackSandbox, client: WebClient
) -> None:
    slack.add_channel("C2", "other", bot_is_member=False)

    client.chat_postMessage(channel="C2", text="x")
    slack.scopes.discard("chat:write.public")

    assert refusal(client.chat_postMessage, channel="C2", text="x") == "not_in_channel"
    assert refusal(client.chat_postEphemeral, channel="C2", user="U1", text="x") == "not_in_channel"
    assert refusal(client.conversations_history, channel="C2") == "not_in_channel"


def test_tokens_and_scopes_are_checked(slack: SlackSandbox, client: WebClient) -> None:
    def with_token(token: str | None) -> WebClient:
        return WebClient(token=token, base_url=slack.api_url, retry_handlers=[])

    assert refusal(with_token(None).auth_test) == "not_authed"
    assert refusal(with_token("xoxb-other").auth_test) == "invalid_auth"
    assert refusal(with_token(slack.app_token).auth_test) == "not_allowed_token_type"
    assert refusal(client.apps_connections_open, app_token=slack.bot_token) == "not_allowed_token_type"
    assert refusal(client.reactions_add, channel="C1", name="eyes", timestamp="1") == "missing_scope"
    assert refusal(client.api_call, "chat.scribble") == "unknown_method"
    assert "chat:write" in client.auth_test().headers["X-OAuth-Scopes"].split(",")

    slack.scopes.discard("chat:write")
    with pytest.raises(SlackApiError) as refused:
        client.chat_postMessage(channel="C1", text="x")
    assert refused.value.response["needed"] == "chat:write"
    slack.revoke_token()
    assert refusal(client.auth_test) == "token_revoked"


def test_an_update_without_blocks_removes_them(slack: SlackSandbox, client: WebClient) -> None:
    metadata = {"event_type": "card", "event_payload": {"alert": "17"}}
    ts = client.chat_postMessage(channel="C1", text="x", blocks=CARD, metadata=metadata)["ts"]

    client.chat_update(channel="C1", ts=ts, text="y")

    [kept] = slack.messages("C1")
    assert (kept["text"], kept["blocks"], kept["edited_times"]) == ("y", [], 1)
    assert kept["metadata"] == metadata


def test_what_slack_refuses_in_an_update_is_refused_by_name(slack: SlackSandbox, client: WebClient) -> None:
    own = client.chat_postMessage(channel="C1", text="x")["ts"]
    foreign = slack.say("U1", "C1", "hello")

    assert refusal(client.chat_update, channel="C1", ts="1.000000", text="y") == "message_not_found"
    assert refusal(client.chat_update, channel="C1", ts=foreign, text="y") == "cant_update_message"
    assert refusal(client.chat_update, channel="C1", ts=own, text="x" * 4_001) == "msg_too_long"
    assert refusal(client.chat_delete, channel="C1", ts=foreign) == "cant_delete_message"
    client.chat_delete(channel="C1", ts=own)
    assert [one["ts"] for one in slack.messages("C1")] == [foreign]


def test_an_ephemeral_message_is_seen_by_one_person_until_reload(
    slack: SlackSandbox, client: WebClient
) -> None:
    client.chat_postEphemeral(channel="C1", user="U1", text="psst")

    assert [one["text"] for one in slack.ephemerals("U1")] == ["psst"]
    assert slack.messages("C1") == slack.ephemerals("U2") == []
    assert refusal(client.chat_postEphemeral, channel="C1", user="U9", text="x") == "user_not_in_channel"
    slack.reload("U1")
    assert slack.ephemerals("U1") == []


def test_ts_grow_even_when_the_clock_stands() -> None:
    stands = datetime(2026, 11, 2, 2, 40, tzinfo=UTC)
    with SlackSandbox(now=lambda: stands) as slack:
        slack.add_user("U1", "alice")
        slack.add_channel("C1", "alerts")

        found = [slack.say("U1", "C1", "x") for _ in range(3)]

    assert found == ["1793587200.000000", "1793587200.000001", "1793587200.000002"]


def test_history_is_newest_first_and_threads_oldest_first(slack: SlackSandbox, client: WebClient) -> None:
    tss = [client.chat_postMessage(channel="C1", text=f"{n}")["ts"] for n in range(4)]
    below = [client.chat_postMessage(channel="C1", text=f"r{n}", thread_ts=tss[0])["ts"] for n in range(2)]

    def ids(**asked: Any) -> list[str]:
        return [one["ts"] for one in client.conversations_history(channel="C1", **asked)["messages"]]

    assert ids() == tss[::-1]
    assert ids(oldest=tss[1]) == [tss[3], tss[2]]
    assert ids(oldest=tss[1], latest=tss[2], inclusive=True) == [tss[2], tss[1]]
    thread = client.conversations_replies(channel="C1", ts=tss[0])["messages"]
    assert [one["ts"] for one in thread] == [tss[0], *below]
    assert thread[0]["reply_count"] == 2
    assert refusal(client.conversations_replies, channel="C1", ts="1.000000") == "thread_not_found"
    assert [one["text"] for one in slack.replies("C1", tss[0])] == ["r0", "r1"]


def test_history_comes_in_pages_and_shows_metadata_only_on_request(client: WebClient) -> None:
    metadata = {"event_type": "card", "event_payload": {"alert": "17"}}
    for number in range(5):
        client.chat_postMessage(channel="C1", text=str(number), metadata=metadata)

    asked = client.conversations_history(channel="C1", limit=2, include_all_metadata=True)
    pages = [page["messages"] for page in asked]
    plain = client.conversations_history(channel="C1", limit=1)["messages"][0]

    assert [len(page) for page in pages] == [2, 2, 1]
    assert pages[0][0]["metadata"] == metadata
    assert "metadata" not in plain


def test_texts_come_back_escaped(client: WebClient) -> None:
    ts = client.chat_postMessage(channel="C1", text="a & b <@U1> <x> &amp;", blocks=CARD)["ts"]

    found = client.conversations_history(channel="C1", oldest=ts, inclusive=True)["messages"][0]

    assert found["text"] == "a &amp; b <@U1> &lt;x&gt; &amp;"
    assert found["blocks"][0]["text"]["text"] == "*A &amp; B* <@U1>"
    assert found["blocks"][1]["elements"][0]["text"]["text"] == "Press &amp; go"


def test_channels_and_people_can_be_looked_up(slack: SlackSandbox, client: WebClient) -> None:
    slack.add_user("U3", "carol", email="carol@example.com", deleted=True)

    assert [one["id"] for one in client.conversations_list()["channels"]] == ["C1"]
    assert client.conversations_info(channel="C1")["channel"]["is_member"] is True
    assert client.conversations_members(channel="C1")["members"] == ["U1", "U2", "U0BOT"]
    assert client.users_info(user="U1", include_locale=True)["user"]["locale"] == "ja-JP"
    assert client.users_info(user="U3")["user"]["deleted"] is True
    assert client.users_lookupByEmail(email="Alice@example.com")["user"]["id"] == "U1"
    assert refusal(client.users_lookupByEmail, email="carol@example.com") == "users_not_found"
    assert refusal(client.users_info, user="U9") == "user_not_found"
    assert refusal(client.conversations_info, channel="G1") == "channel_not_found"
    assert len(client.users_list()["members"]) == 4
    assert client.conversations_open(users="U1")["channel"]["id"] == "D1"
    client.chat_postMessage(channel="U1", text="hi")
    assert [one["text"] for one in slack.messages("D1")] == ["hi"]


def test_a_trigger_opens_one_modal_within_three_seconds(
    slack: SlackSandbox, client: WebClient, clock: MachineClock
) -> None:
    def trigger() -> str:
        return slack.triggers.give("U1")

    first, late = trigger(), trigger()
    client.views_open(trigger_id=first, view=MODAL)

    assert refusal(client.views_open, trigger_id=first, view=MODAL) == "exchanged_trigger_id"
    assert refusal(client.views_open, trigger_id="1.2.3", view=MODAL) == "invalid_trigger_id"
    clock.ahead = 3.5
    assert refusal(client.views_open, trigger_id=late, view=MODAL) == "expired_trigger_id"
    assert refusal(client.views_open, trigger_id=trigger(), view={"type": "modal"}) == "invalid_arguments"
    assert len(slack.view_stack("U1")) == 1


def test_a_view_is_updated_only_by_who_saw_its_last_state(slack: SlackSandbox, client: WebClient) -> None:
    view = client.views_open(trigger_id=slack.triggers.give("U1"), view=MODAL)["view"]

    newer = client.views_update(view_id=view["id"], hash=view["hash"], view=MODAL)["view"]

    assert newer["id"] == view["id"]
    assert newer["hash"] != view["hash"]
    assert refusal(client.views_update, view_id=view["id"], hash=view["hash"], view=MODAL) == "hash_conflict"
    assert refusal(client.views_update, view_id="V9", view=MODAL) == "not_found"


def test_three_modals_lie_on_one_another_and_no_fourth(slack: SlackSandbox, client: WebClient) -> None:
    assert refusal(client.views_push, trigger_id=slack.triggers.give("U1"), view=MODAL) == "not_found"
    first = client.views_open(trigger_id=slack.triggers.give("U1"), view=MODAL)["view"]
    pushed = [client.views_push(trigger_id=slack.triggers.give("U1"), view=MODAL)["view"] for _ in range(2)]

    assert pushed[0]["previous_view_id"] == first["id"]
    assert (
        refusal(client.views_push, trigger_id=slack.triggers.give("U1"), view=MODAL) == "push_limit_reached"
    )
    assert len(slack.view_stack("U1")) == 3


def test_a_home_is_published_and_guarded_by_its_hash(slack: SlackSandbox, client: WebClient) -> None:
    first = client.views_publish(user_id="U1", view=HOME)["view"]
    client.views_publish(user_id="U1", view=HOME, hash=first["hash"])

    assert refusal(client.views_publish, user_id="U1", view=HOME, hash=first["hash"]) == "hash_conflict"
    assert refusal(client.views_publish, user_id="U9", view=HOME) == "user_not_found"
    home = slack.home("U1")
    assert home is not None
    assert home["id"] == first["id"]


def test_a_file_is_uploaded_and_shared_in_a_thread(slack: SlackSandbox, client: WebClient) -> None:
    root = client.chat_postMessage(channel="C1", text="x")["ts"]

    client.files_upload_v2(
        content="a,b", filename="figures.csv", channel="C1", thread_ts=root, initial_comment="here"
    )

    [shared] = slack.replies("C1", root)
    assert (shared["text"], shared["files"][0]["name"], shared["files"][0]["size"]) == (
        "here",
        "figures.csv",
        3,
    )


def test_faults_come_as_ordered_and_then_end(slack: SlackSandbox, client: WebClient) -> None:
    slack.fail_next("chat.postMessage", error="internal_error")
    slack.fail_next("chat.postMessage", retry_after=7)
    slack.fail_next("chat.postMessage", status=503)

    assert refusal(client.chat_postMessage, channel="C1", text="x") == "internal_error"
    with pytest.raises(SlackApiError) as limited:
        client.chat_postMessage(channel="C1", text="x")
    with pytest.raises(SlackApiError) as broken:
        client.chat_postMessage(channel="C1", text="x")
    client.chat_postMessage(channel="C1", text="x")

    assert (limited.value.response.status_code, limited.value.response.headers["Retry-After"]) == (429, "7")
    assert broken.value.response.status_code == 503
    assert len(slack.messages("C1")) == 1
    assert [call.status for call in slack.calls] == [200, 429, 503, 200]


def test_a_lost_reply_leaves_its_effect(slack: SlackSandbox, client: WebClient) -> None:
    slack.fail_next("chat.postMessage", lose_reply=True)

    with pytest.raises((OSError, http.client.HTTPException)):
        client.chat_postMessage(channel="C1", text="x")

    assert [one["text"] for one in slack.messages("C1")] == ["x"]


def test_while_slack_is_down_nothing_has_an_effect(slack: SlackSandbox, client: WebClient) -> None:
    slack.is_down = True
    with pytest.raises((OSError, http.client.HTTPException)):
        client.chat_postMessage(channel="C1", text="x")
    slack.is_down = False

    client.chat_postMessage(channel="C1", text="y")

    assert [one["text"] for one in slack.messages("C1")] == ["y"]


def test_rate_limits_let_a_burst_through_and_then_say_how_long(
    slack: SlackSandbox, client: WebClient, clock: MachineClock
) -> None:
    slack.rate_limits = True
    for _ in range(3):
        client.chat_postMessage(channel="C1", text="x")

    with pytest.raises(SlackApiError) as limited:
        client.chat_postMessage(channel="C1", text="x")

    assert (limited.value.response.status_code, limited.value.response.headers["Retry-After"]) == (429, "1")
    clock.ahead = 1.0
    client.chat_postMessage(channel="C1", text="x")
    ts = slack.messages("C1")[0]["ts"]
    for _ in range(50):
        client.chat_update(channel="C1", ts=ts, text="y")
    assert refusal(client.chat_update, channel="C1", ts=ts, text="y") == "ratelimited"
    clock.ahead = 62.0
    client.chat_update(channel="C1", ts=ts, text="y")


def test_a_hundred_calls_at_once_are_all_answered(slack: SlackSandbox, client: WebClient) -> None:
    together = threading.Barrier(100)

    def post(number: int) -> str:
        together.wait(10)
        return client.chat_postMessage(channel="C1", text=str(number))["ts"]

    with ThreadPoolExecutor(100) as pool:
        tss = list(pool.map(post, range(100)))

    assert len(set(tss)) == 100
    assert {one["ts"] for one in slack.messages("C1")} == set(tss)


def test_calls_are_kept_decoded_and_without_the_token(slack: SlackSandbox, client: WebClient) -> None:
    client.chat_postMessage(channel="C1", text="x", blocks=CARD)

    [call] = slack.calls
    assert (call.method, call.args["channel"], call.response["ok"]) == ("chat.postMessage", "C1", True)
    assert call.args["blocks"] == CARD
    assert slack.bot_token not in str(call)
