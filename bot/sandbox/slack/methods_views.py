"""views.* of the local Web API; listed in `web_api.py`, and used when a submission answers with a view."""

from __future__ import annotations

from bot.sandbox.slack import sizes
from bot.sandbox.slack.block_kit import checked_view
from bot.sandbox.slack.desk import Args, Desk
from bot.sandbox.slack.escaping import outward_view
from bot.sandbox.slack.json_values import Json, RefusedError
from bot.sandbox.slack.records import View
from bot.sandbox.slack.state_values import kept
from bot.sandbox.slack.workspace import Workspace


def _answer(view: View) -> Json:
    return {"view": outward_view(view.public())}


def _given(args: Args, kind: str) -> Json:
    if not args.has("view"):
        raise RefusedError("invalid_arguments", "[ERROR] missing required field: view")
    return checked_view(args.decoded("view"), kind)


def _unique(workspace: Workspace, given: Json, view: View | None = None) -> None:
    name = given.get("external_id")
    open_views = [one for stack in workspace.views.values() for one in stack if one is not view]
    if name and any(one.body["external_id"] == name for one in open_views):
        raise RefusedError("duplicate_external_id")


def open_view(desk: Desk, args: Args) -> Json:
    """views.open: a first modal, by a trigger that is young and unused."""
    given = _given(args, "modal")
    trigger = desk.triggers.check(args.must("trigger_id"))
    _unique(desk.workspace, given)
    trigger.is_used = True
    view = desk.workspace.new_view(trigger.user_id, given)
    desk.workspace.views[trigger.user_id] = [view]
    desk.workspace.touch()
    return _answer(view)


def push_view(desk: Desk, args: Args) -> Json:
    """views.push: a modal on top of the open one, three at most."""
    given = _given(args, "modal")
    trigger = desk.triggers.check(args.must("trigger_id"))
    _unique(desk.workspace, given)
    if not desk.workspace.views.get(trigger.user_id):
        raise RefusedError("not_found")
    view = push(desk.workspace, trigger.user_id, given)
    trigger.is_used = True
    return _answer(view)


def push(workspace: Workspace, user_id: str, given: Json) -> View:
    """Puts a checked view on top of the person's open ones; refuses with `push_limit_reached`."""
    stack = workspace.views.setdefault(user_id, [])
    if len(stack) >= sizes.VIEW_STACK:
        raise RefusedError("push_limit_reached")
    view = workspace.new_view(user_id, given, below=stack[-1] if stack else None)
    stack.append(view)
    workspace.touch()
    return view


def update_view(desk: Desk, args: Args) -> Json:
    """views.update: an open modal by view_id or external_id; `hash` must be the current one when given."""
    view = _wanted(desk.workspace, args)
    given = _given(args, view.body["type"])
    if args.text("hash") and args.text("hash") != view.body["hash"]:
        raise RefusedError("hash_conflict")
    _unique(desk.workspace, given, view)
    replace(desk.workspace, view, given)
    return _answer(view)


def _wanted(workspace: Workspace, args: Args) -> View:
    if args.text("view_id"):
        found = workspace.view(args.text("view_id"))
    else:
        name = args.must("external_id")
        open_views = [view for stack in workspace.views.values() for view in stack]
        found = next((view for view in open_views if view.body["external_id"] == name), None)
    if found is None:
        raise RefusedError("not_found")
    return found


def replace(workspace: Workspace, view: View, given: Json) -> None:
    """Gives an open view new content and a new hash; what was entered stays where block and action are the same."""
    fixed = ("id", "root_view_id", "previous_view_id")
    new = workspace.new_view(view.user_id, given).body
    view.body = {**new, **{name: view.body[name] for name in fixed}}
    view.entered = kept(view.body["blocks"], view.entered)
    view.errors = {}
    workspace.touch()


def publish_view(desk: Desk, args: Args) -> Json:
    """views.publish: someone's Home."""
    user = desk.workspace.user(args.must("user_id"))
    given = _given(args, "home")
    old = desk.workspace.homes.get(user.id)
    if args.text("hash") and (old is None or args.text("hash") != old.body["hash"]):
        raise RefusedError("hash_conflict")
    if old is None:
        desk.workspace.homes[user.id] = old = desk.workspace.new_view(user.id, given)
        desk.workspace.touch()
    else:
        replace(desk.workspace, old, given)
    return _answer(old)
