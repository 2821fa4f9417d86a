"""Holds the documents against the code: commands, settings, states, keys, scopes, links, headings."""

from __future__ import annotations

import re
import shlex
from dataclasses import fields
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import click
import pytest
import yaml

from bot.cli import main
from bot.config.rules import load_rules
from bot.config.settings import Settings
from bot.domain.alert import AlertState
from bot.domain.impact import Affected
from bot.slack.probe import NEEDED_SCOPES
from docs.rules_reference import PENDING, documented_keys, reference

ROOT = Path(__file__).parent.parent
READMES = ("README.md", "README.ja.md")
PAGES = sorted(
    str(path.relative_to(ROOT)) for path in (*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")) if path.is_file()
)
DECISIONS = [page for page in PAGES if page.startswith("docs/decisions/")]
MANIFESTS = ("manifest.yaml", "manifest.http.yaml")

HOSTS = frozenset(
    {
        "127.0.0.1",
        "api.slack.com",
        "de.sentry.io",
        "semver.org",
        "sentry.io",
        "slack.com",
        "slug.sentry.io",
        "triage.example.com",
        "us.sentry.io",
    }
)
"""Every host that a page, a setting or a manifest may name."""


@cache
def text_of(page: str) -> str:
    return (ROOT / page).read_text(encoding="utf-8")


def spans_of(page: str) -> list[str]:
    """What stands in backticks, and each line of a fenced block without its comment."""
    text = text_of(page)
    fenced = [
        line for block in re.findall(r"^ *```\n(.*?)^ *```", text, re.S | re.M) for line in block.splitlines()
    ]
    prose = re.sub(r"^ *```.*?^ *```", "", text, flags=re.S | re.M)
    lines = [part.strip() for line in fenced for part in line.partition("#")[0].split("&&")]
    return [*re.findall(r"`([^`\n]+)`", prose), *lines]


def table(page: str, first_column: str) -> list[list[str]]:
    """The rows of the table whose header begins with that word."""
    found = re.search(rf"^\| {first_column} \|.*\n\|[ |-]+\n((?:\|.*\n)+)", text_of(page), re.M)
    assert found, f"{page} has no table that begins with {first_column}"
    return [[cell.strip() for cell in line.strip("|\n").split(" | ")] for line in found[1].splitlines()]


# --- commands and targets ---


def commands(group: click.Group = main, before: str = "triage") -> dict[str, click.Command]:
    """Every command that can be run, by how it is written."""
    found: dict[str, click.Command] = {}
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            found |= commands(command, f"{before} {name}")
        else:
            found[f"{before} {name}"] = command
    return found


def named_commands(page: str) -> list[str]:
    bare = (span.removeprefix(".venv/bin/") for span in spans_of(page))
    return [span for span in bare if re.match(r"triage [a-z]", span)]


@pytest.mark.parametrize("page", PAGES)
def test_a_command_that_a_page_names_can_be_run_as_it_stands_there(page: str) -> None:
    for written in named_commands(page):
        words = shlex.split(written)
        command = next(
            (c for name, c in commands().items() if words[: len(name.split())] == name.split()), None
        )
        assert command is not None, f"{page} names `{written}`, which is no command"
        options = {option for parameter in command.params for option in parameter.opts}
        unknown = {word for word in words if word.startswith("--")} - options
        assert not unknown, f"{page}: `{written}` has no {unknown}"


@pytest.mark.parametrize("page", READMES)
def test_the_readme_lists_every_command(page: str) -> None:
    listed = {" ".join(span.split()) for span in named_commands(page)}

    missing = [
        name for name in commands() if not any(span == name or span.startswith(f"{name} ") for span in listed)
    ]

    assert not missing


@pytest.mark.parametrize("page", READMES)
def test_the_readme_says_truly_which_commands_take_json(page: str) -> None:
    told = re.search(r"^(`triage .*`--json`.*)$", text_of(page), re.M)
    assert told
    named = {span for span in re.findall(r"`([^`]+)`", told[1]) if span.startswith("triage ")}

    able = {
        name
        for name, command in commands().items()
        if "--json" in {o for p in command.params for o in p.opts}
    }

    # `triage export` has one form only, which is JSON.
    assert named == able - {"triage export"}


def targets() -> set[str]:
    return set(re.findall(r"^([a-z]+):", text_of("Makefile"), re.M))


@pytest.mark.parametrize("page", PAGES)
def test_a_make_target_that_a_page_names_exists(page: str) -> None:
    named = {span.split()[1] for span in spans_of(page) if re.match(r"make [a-z]+", span)}

    assert named <= targets()


def test_contributing_tells_every_make_target() -> None:
    named = {span.split()[1] for span in spans_of("CONTRIBUTING.md") if re.match(r"make [a-z]+", span)}

    assert named == targets()


# --- settings ---


def variables_of_code() -> set[str]:
    return {one.name.upper() for one in fields(Settings)}


@pytest.mark.parametrize("page", READMES)
def test_the_readme_lists_the_settings_of_the_code(page: str) -> None:
    rows = table(page, "variable" if page == "README.md" else "変数")

    assert {row[0].strip("`") for row in rows} == variables_of_code()


@pytest.mark.parametrize("page", READMES)
def test_the_readme_tells_the_defaults_of_the_code(page: str) -> None:
    rows = table(page, "variable" if page == "README.md" else "変数")
    told = {
        row[0].strip("`"): row[1].strip("`")
        for row in rows
        if row[1].startswith("`") and row[1].endswith("`")
    }

    defaults = {one.name.upper(): str(one.default) for one in fields(Settings)}
    assert {name: defaults[name] for name in told} == told
    assert {"DATABASE_URL", "PORT", "RULES_FILE", "LOG_LEVEL"} <= told.keys()


def test_the_example_of_an_env_file_lists_the_settings_of_the_code() -> None:
    listed = re.findall(r"^(?:# )?([A-Z][A-Z_]+)=", text_of(".env.example"), re.M)

    assert sorted(listed) == sorted(variables_of_code())


# --- journey, matrix, states ---


def diagram(page: str, kind: str) -> str:
    found = re.search(rf"```mermaid\n{kind}.*?\n(.*?)```", text_of(page), re.S)
    assert found, f"{page} has no {kind}"
    return found[1]


@pytest.mark.parametrize("page", READMES)
def test_the_journey_of_the_readme_is_the_shipped_one(page: str) -> None:
    drawn = re.findall(r'([a-z_]+)\["(\d) ([^（(]+?) ?[（(]', diagram(page, "flowchart"))

    language = "ja" if "ja" in page else "en"
    steps = load_rules(ROOT / "rules.yaml").journey.steps
    assert drawn == [(step.id, str(n), step.name[language]) for n, step in enumerate(steps, start=1)]


@pytest.mark.parametrize("page", READMES)
def test_the_matrix_of_the_readme_is_the_shipped_one(page: str) -> None:
    rules = load_rules(ROOT / "rules.yaml")
    levels = {"大": "large", "中": "medium", "小": "small"}
    told: dict[tuple[str, str, bool], str] = {}
    for affected, steps, without, with_one in table(page, "affected" if page == "README.md" else "範囲"):
        for step in re.findall(r"`(\w+)`", steps):
            for workaround, level in ((False, without), (True, with_one)):
                told[affected.split("`")[1], step, workaround] = levels.get(level, level)

    meant = {
        (affected.value, step, workaround): row.impact.value
        for affected in Affected
        for step in (*rules.journey.ids, "whole")
        for workaround in (False, True)
        if (row := rules.matrix.row_for(step, affected, workaround, rules.journey))
    }
    assert told == meant


@pytest.mark.parametrize("page", READMES)
def test_the_states_of_the_diagram_are_the_states_of_an_alert(page: str) -> None:
    edges = re.findall(r"(\S+) --> (\w+|\[\*\])", diagram(page, "stateDiagram-v2"))

    drawn = {name for edge in edges for name in edge} - {"[*]"}

    assert drawn == {state.value for state in AlertState}


@pytest.mark.parametrize("page", READMES)
def test_the_table_of_states_tells_each_state_once_in_the_order_of_the_code(page: str) -> None:
    rows = table(page, "state" if page == "README.md" else "状態")

    assert [row[0].strip("`") for row in rows] == [state.value for state in AlertState]


def test_both_readmes_draw_the_same_states_and_edges() -> None:
    english, japanese = (
        re.findall(r"(\S+) --> (\S+?):? ", diagram(page, "stateDiagram")) for page in READMES
    )

    assert english == japanese


# --- rules.yaml ---


def test_the_reference_of_the_rules_is_what_the_code_says() -> None:
    assert text_of("docs/rules.md") == reference(), "run: python docs/rules_reference.py"


def keys_in(value: Any, path: str = "") -> set[str]:
    """The keys of a read file, as the reference names them."""
    if isinstance(value, list):
        return {key for item in value for key in keys_in(item, f"{path}[]")}
    if not isinstance(value, dict):
        return set()
    below = {f"{path}.{name}" if path else name: inner for name, inner in value.items()}
    return below.keys() | {key for name, inner in below.items() for key in keys_in(inner, name)}


def test_every_key_of_the_shipped_rules_is_documented() -> None:
    free = ("journey[].name.", "match[].when.tags.")
    used = keys_in(yaml.safe_load(text_of("rules.yaml")))

    unknown = {key for key in used if not key.startswith(free)} - set(documented_keys())

    assert not unknown


@pytest.mark.parametrize("key", PENDING)
def test_what_a_key_is_said_not_to_do_yet_is_not_done_yet(key: str) -> None:
    assert key in documented_keys()
    others = ("bot/domain/rules.py", "bot/domain/deadline.py", "bot/checks.py", "bot/config/", "bot/sandbox/")
    named = [
        str(path.relative_to(ROOT))
        for path in (ROOT / "bot").rglob("*.py")
        if not str(path.relative_to(ROOT)).startswith(others)
        and re.search(PENDING[key].named, path.read_text(encoding="utf-8"))
    ]

    assert not named, f"{key} is acted on now: take it out of PENDING in docs/rules_reference.py"


# --- scopes ---


def scopes_of(manifest: str) -> list[str]:
    return list(yaml.safe_load(text_of(manifest))["oauth_config"]["scopes"]["bot"])


@pytest.mark.parametrize("manifest", MANIFESTS)
@pytest.mark.parametrize("page", ["docs/setup.md", "docs/setup.ja.md"])
def test_the_set_up_explains_each_scope_of_the_manifest(manifest: str, page: str) -> None:
    rows = table(page, "scope" if page == "docs/setup.md" else "スコープ")

    assert [row[0].strip("`") for row in rows] == scopes_of(manifest)


@pytest.mark.parametrize("page", ["docs/setup.md", "docs/setup.ja.md"])
def test_the_scopes_called_needed_are_those_that_the_check_asks_for(page: str) -> None:
    rows = table(page, "scope" if page == "docs/setup.md" else "スコープ")

    assert {row[0].strip("`") for row in rows if row[2] in ("yes", "はい")} == NEEDED_SCOPES.keys()


# --- figures and doors ---


@pytest.mark.parametrize("page", READMES)
def test_the_figures_that_the_readme_names_are_counted_somewhere(page: str) -> None:
    code = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "bot").rglob("*.py"))
    named = {re.sub(r"\{.*", "", span) for span in spans_of(page) if re.match(r"triage_[a-z]", span)}
    assert named

    missing = {
        name
        for name in named
        if name not in code and not re.search(re.sub(r"slack|sentry", r"\\{[a-z.]+\\}", name), code)
    }

    assert not missing


def test_the_readme_names_every_http_door() -> None:
    routes = re.findall(r'@web\.(?:get|post)\("([^"]+)"\)', text_of("bot/web/doors.py"))
    assert routes

    assert all(f"{route}`" in text_of("README.md") for route in routes)


# --- pages ---


@pytest.mark.parametrize("page", PAGES)
def test_links_between_files_resolve(page: str) -> None:
    broken = []
    for target in re.findall(r"\]\(([^)\s]+)\)", text_of(page)):
        path, _, anchor = target.partition("#")
        if urlsplit(target).scheme:
            continue
        file = (ROOT / page).parent / path if path else ROOT / page
        if not file.exists() or (anchor and anchor not in anchors(file)):
            broken.append(target)

    assert not broken


def anchors(file: Path) -> set[str]:
    """The anchors that headings get on the usual forges."""
    headings = re.findall(r"^#+ (.*)$", file.read_text(encoding="utf-8"), re.M)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES)
def test_a_file_that_a_page_names_exists(page: str) -> None:
    named = {span for span in spans_of(page) if re.fullmatch(r"(?:bot|tests|docs|bench)/[\w./-]*", span)}

    missing = {path for path in named if not (ROOT / path).exists()}

    assert not missing


def test_the_readmes_have_the_same_outline() -> None:
    english, japanese = (
        re.findall(r"^(#+) |^(\d\.) |^(- )|^(\|) |^(```\w*)", text_of(page), re.M) for page in READMES
    )

    assert english == japanese


def test_the_set_ups_have_the_same_outline() -> None:
    english, japanese = (
        re.findall(r"^(#+) |^(\d\.) |^(- )|^(\|) |^(```\w*)", text_of(page), re.M)
        for page in ("docs/setup.md", "docs/setup.ja.md")
    )

    assert english == japanese


@pytest.mark.parametrize("page", DECISIONS)
def test_a_decision_has_its_four_parts_on_one_page(page: str) -> None:
    text = text_of(page)

    assert re.findall(r"^## (.*)$", text, re.M) == [
        "Context",
        "Decision",
        "Consequences",
        "How it is checked",
    ]
    assert text.startswith(f"# {Path(page).name[:3]} ")
    assert len(text.splitlines()) <= 60
    assert re.search(r"`(?:tests/|make |python -m )", text.partition("## How it is checked")[2])


def test_decisions_are_numbered_without_gaps() -> None:
    numbers = [int(Path(page).name[:3]) for page in DECISIONS]

    assert numbers == list(range(1, len(DECISIONS) + 1))


# --- what stands on no page ---

SOURCES = (
    *PAGES,
    *MANIFESTS,
    "rules.yaml",
    "Makefile",
    "pyproject.toml",
    ".env.example",
    ".ci/run",
    "docs/rules_reference.py",
)


@pytest.mark.parametrize("source", SOURCES)
def test_only_public_places_are_named(source: str) -> None:
    hosts = {
        (urlsplit(url).hostname or "").rstrip(".")
        for url in re.findall(r"https?://[\w.{}:-]+", text_of(source))
    }

    assert hosts <= HOSTS


@pytest.mark.parametrize("source", SOURCES)
def test_no_folder_of_one_machine_is_named(source: str) -> None:
    folders = r"(?<![\w./*:<-])/(?!sentry/webhook|slack/events|usr/bin|dev/null)[a-z]+/[a-z]"

    found = [line for line in text_of(source).splitlines() if re.search(folders, line)]

    assert not found
