"""auth.test, users.* and the upload of files in the local Web API; listed in `web_api.py`."""

from __future__ import annotations

import secrets
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.sandbox.slack.desk import Args, Desk, list_argument
from bot.sandbox.slack.json_values import Json, RefusedError, as_object
from bot.sandbox.slack.records import Message, User
from bot.sandbox.slack.workspace import APP_ID, BOT_ID, BOT_NAME, BOT_USER_ID


def auth_test(desk: Desk, args: Args) -> Json:
    """auth.test."""
    return {
        "url": desk.address(),
        "team": "Sandbox",
        "user": BOT_NAME,
        "team_id": desk.workspace.team_id,
        "user_id": BOT_USER_ID,
        "bot_id": BOT_ID,
        "app_id": APP_ID,
        "is_enterprise_install": False,
    }


def _user_json(desk: Desk, user: User, *, with_locale: bool) -> Json:
    profile: Json = {"real_name": user.real_name, "display_name": user.name, "team": user.team_id}
    if user.email and "users:read.email" in desk.scopes:
        profile["email"] = user.email
    offset = datetime.now(ZoneInfo(user.tz)).utcoffset()
    found: Json = {
        "id": user.id,
        "team_id": user.team_id,
        "name": user.name,
        "deleted": user.deleted,
        "real_name": user.real_name,
        "tz": user.tz,
        "tz_label": user.tz,
        "tz_offset": int(offset.total_seconds()) if offset else 0,
        "profile": profile,
        "is_admin": False,
        "is_owner": False,
        "is_restricted": user.is_restricted,
        "is_ultra_restricted": user.is_ultra_restricted,
        "is_bot": user.is_bot,
        "is_app_user": False,
        "is_stranger": user.team_id != desk.workspace.team_id,
    }
    return {**found, "locale": user.locale} if with_locale else found


def info(desk: Desk, args: Args) -> Json:
    """users.info."""
    user = desk.workspace.user(args.must("user", "user_not_found"))
    return {"user": _user_json(desk, user, with_locale=args.flag("include_locale"))}


def list_users(desk: Desk, args: Args) -> Json:
    """users.list."""
    page, cursor = desk.page(args, list(desk.workspace.users.values()), limit=200, most=1_000)
    return {
        "members": [_user_json(desk, user, with_locale=args.flag("include_locale")) for user in page],
        "response_metadata": {"next_cursor": cursor},
    }


def lookup_by_email(desk: Desk, args: Args) -> Json:
    """users.lookupByEmail: active people only."""
    email = args.must("email", "users_not_found").lower()
    for user in desk.workspace.users.values():
        if user.email and user.email.lower() == email and not user.deleted:
            return {"user": _user_json(desk, user, with_locale=False)}
    raise RefusedError("users_not_found")


def get_upload_url(desk: Desk, args: Args) -> Json:
    """files.getUploadURLExternal."""
    name = args.must("filename")
    length = args.number("length", 0, 1_000_000_000)
    file_id = f"F{secrets.token_hex(5).upper()}"
    desk.workspace.files[file_id] = {"id": file_id, "name": name, "size": length, "content": None}
    return {"file_id": file_id, "upload_url": f"{desk.address()}upload/{file_id}"}


def complete_upload(desk: Desk, args: Args) -> Json:
    """files.completeUploadExternal: shares what was uploaded in a channel or thread, when one is named."""
    wanted = [one for one in map(as_object, list_argument(args, "files", "invalid_arguments") or []) if one]
    files: list[Json] = []
    for one in wanted:
        kept = desk.workspace.files.get(str(one.get("id")))
        if kept is None or kept["content"] is None:
            raise RefusedError("file_not_found")
        kept["title"] = one.get("title") or kept["name"]
        files.append({name: kept[name] for name in ("id", "name", "title", "size")})
    if not files:
        raise RefusedError("invalid_arguments", "[ERROR] missing required field: files")
    if args.text("channel_id"):
        _share(desk, args, files)
    return {"files": files}


def _share(desk: Desk, args: Args, files: list[Json]) -> None:
    channel = desk.workspace.channel(args.text("channel_id"))
    if not channel.bot_is_member:
        raise RefusedError("not_in_channel")
    root = desk.workspace.thread_root(channel, args.text("thread_ts")) if args.text("thread_ts") else None
    ts = desk.workspace.next_ts()
    text = args.text("initial_comment")
    message = Message(channel.id, ts, BOT_USER_ID, text, bot_id=BOT_ID, thread_ts=root, files=files)
    desk.workspace.add(message)
