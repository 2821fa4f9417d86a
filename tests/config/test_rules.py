"""Reading rules.yaml: what a right file becomes, and how each wrong one is told."""

from __future__ import annotations

from datetime import date, time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.config.rules import RulesError, load_rules, read_rules
from bot.config.yaml_source import SIZE_LIMIT
from bot.domain.deadline import Length, LengthUnit
from bot.domain.impact import Affected, Impact
from bot.domain.rules import Language
from bot.domain.watch import SentryWrite, Watch

SHIPPED = Path(__file__).parents[2] / "rules.yaml"

GOOD = """\
version: 1
timezone: Asia/Tokyo
channels:
  alerts: "#dev-alerts"
journey:
  - id: submit
    name: {en: Submission, ja: 書類提出}
    actor: end user
  - id: check
    name: {en: Visual check, ja: 目視確認}
    actor: operator
impact:
  matrix:
    - {steps: [any, whole], affected: all, workaround: false, impact: large}
    - {steps: [any, whole], affected: all, workaround: true, impact: large}
    - {steps: [any, whole], affected: few, workaround: false, impact: medium}
    - {steps: [any, whole], affected: few, workaround: true, impact: small}
deadlines:
  triage: 1 business day
  response: {medium: 3 business days}
calendar:
  country: JP
  hours: "10:00-19:00"
  holidays: [2026-12-29]
rotation:
  monday: [U01ALICE]
match:
  - name: worker
    when: {transaction: "Sidekiq/*"}
    step: check
    suggest: medium
sentry:
  write: full
  watch: {projects: ["*"], levels: [error]}
privacy:
  runbook_hosts: [docs.example.com, "*.wiki.example.com"]
"""


def write(directory: Path, text: str | bytes) -> Path:
    path = directory / "rules.yaml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def good_with(old: str, new: str) -> str:
    assert GOOD.count(old) == 1, f"the good file holds {old!r} {GOOD.count(old)} times"
    return GOOD.replace(old, new)


def problems_of(path: Path) -> list[str]:
    with pytest.raises(RulesError) as caught:
        load_rules(path)
    told = [problem.told(str(path)) for problem in caught.value.problems]
    assert str(caught.value).splitlines() == told
    return [problem.removeprefix(str(path)) for problem in told]


def warnings_of(path: Path) -> list[str]:
    return [warning.told("rules.yaml") for warning in read_rules(path).warnings]


def test_the_shipped_file_is_right_and_gives_no_warning():
    assert read_rules(SHIPPED).warnings == ()


def test_a_right_file_becomes_typed_rules(tmp_path: Path):
    rules = load_rules(write(tmp_path, GOOD))

    assert rules.channels.alerts == "dev-alerts"
    assert rules.journey.step("check").name == {"en": "Visual check", "ja": "目視確認"}
    assert rules.matrix.rows[2].steps == ("any", "whole")
    assert rules.matrix.rows[2].affected is Affected.FEW
    assert rules.matrix.rows[2].impact is Impact.MEDIUM
    assert rules.deadlines.triage == Length(1, LengthUnit.BUSINESS_DAYS)
    assert rules.calendar.hours.spans == ((time(10), time(19)),)
    assert rules.calendar.holidays == (date(2026, 12, 29),)
    assert rules.rotation.monday == ("U01ALICE",)
    assert rules.match[0].when.transaction == ("Sidekiq/*",)
    assert rules.match[0].suggest is Impact.MEDIUM
    assert rules.sentry.write is SentryWrite.FULL


def test_what_is_left_out_or_left_empty_has_its_default(tmp_path: Path):
    text = GOOD[: GOOD.index("deadlines:")] + "rotation:\npeople:\nmatch:\nsentry:\n  watch:\n"

    rules = load_rules(write(tmp_path, text))

    assert rules.language is Language.EN
    assert rules.deadlines.triage == Length(1, LengthUnit.BUSINESS_DAYS)
    assert rules.deadlines.response.medium == Length(3, LengthUnit.BUSINESS_DAYS)
    assert rules.deadlines.response.small is None
    assert rules.deadlines.remind == Length(3, LengthUnit.BUSINESS_HOURS)
    assert rules.calendar.country is None
    assert rules.calendar.hours.spans == ((time(10), time(19)),)
    assert rules.sentry.watch == Watch()
    assert (rules.match, rules.people.guests, rules.privacy.tags) == ((), (), ())


def test_rows_and_rules_know_their_lines(tmp_path: Path):
    rules = load_rules(write(tmp_path, GOOD))

    assert [row.line for row in rules.matrix.rows] == [14, 15, 16, 17]
    assert rules.match[0].line == 28


@pytest.mark.parametrize(
    ("hours", "spans"),
    [
        ('"09:30-18:00"', [(time(9, 30), time(18))]),
        ('["10:00-12:00", "13:00-19:00"]', [(time(10), time(12)), (time(13), time(19))]),
        ("[9:00-12:00, 13:00-17:30]", [(time(9), time(12)), (time(13), time(17, 30))]),
        ("always", []),
    ],
)
def test_hours_are_a_span_a_list_of_spans_or_always(
    tmp_path: Path, hours: str, spans: list[tuple[time, time]]
):
    rules = load_rules(write(tmp_path, good_with('"10:00-19:00"', hours)))

    assert list(rules.calendar.hours.spans) == spans


@pytest.mark.parametrize(
    ("old", "new", "read"),
    [
        ("country: JP", "country: NO", lambda rules: rules.calendar.country == "NO"),
        ("[U01ALICE]", "U01ALICE", lambda rules: rules.rotation.monday == ("U01ALICE",)),
        ("[U01ALICE]", "Aiko@Acme.example", lambda rules: rules.rotation.monday == ("aiko@acme.example",)),
        ('"#dev-alerts"', "C012AB3CD", lambda rules: rules.channels.alerts == "C012AB3CD"),
        ('"#dev-alerts"', "開発アラート", lambda rules: rules.channels.alerts == "開発アラート"),
        ("step: check", "step: outside", lambda rules: rules.match[0].step == "outside"),
        (
            "step: check",
            "runbook: https://docs.example.com/a?b=1",
            lambda rules: "b=1" in rules.match[0].runbook,
        ),
        ("step: check", "runbook: https://a.b.wiki.example.com/1", lambda rules: rules.match[0].runbook),
        ("step: check", "runbook: jobs/async.md", lambda rules: rules.match[0].runbook == "jobs/async.md"),
        ("write: full", "write: none", lambda rules: rules.sentry.write is SentryWrite.NONE),
    ],
)
def test_texts_mean_what_they_say(tmp_path: Path, old: str, new: str, read):
    assert read(load_rules(write(tmp_path, good_with(old, new))))


# Each: what is changed in the good file, and the line, key and words with which that is told.
BAD = [
    ("version: 1\n", "version: 2\n", 1, "version", "is 2, but this program reads 1; update the program"),
    ("version: 1\n", "version: 0\n", 1, "version", "write version: 1"),
    ("version: 1\n", 'version: "1"\n', 1, "version", "must be a whole number"),
    ("version: 1\n", "", 1, "version", 'is missing; add "version: ..." here'),
    ("version: 1\n", "version: 1\nlanguge: ja\n", 2, "languge", 'did you mean "language"?'),
    ("version: 1\n", "version: 1\nlanguage: jp\n", 2, "language", "write one of: en, ja"),
    ("version: 1\n", "version: 1\nfrobnicate: ja\n", 2, "frobnicate", "known here: version, timezone, channels"),
    ("Asia/Tokyo", "Asia/tokio", 2, "timezone", 'did you mean "Asia/Tokyo"?'),
    ("Asia/Tokyo", "Nippon", 2, "timezone", 'such as "Asia/Tokyo"'),
    ("Asia/Tokyo\n", "Asia/Tokyo\ntimezone: UTC\n", 3, "timezone", "stands twice, in line 2 and in line 3"),
    ('"#dev-alerts"', "#dev-alerts", 4, "channels.alerts", "a # begins a comment: quote it"),
    ('"#dev-alerts"', "Dev Alerts", 4, "channels.alerts", 'did you mean "dev-alerts"?'),
    ('"#dev-alerts"\n', '"#dev-alerts"\n  consultation: #ask\n', 5, "channels.consultation", "quote it"),
    ('  alerts: "#dev-alerts"', '  alert: "#dev-alerts"', 4, "channels.alert", 'did you mean "alerts"?'),
    ("id: submit", "id: Submit", 6, "journey[0].id", "small letters"),
    ("id: submit", "id: whole", 6, "journey[0].id", "has a meaning of its own"),
    ("id: submit", "id: check", 9, "journey[1].id", "is the id of an earlier step too"),
    ("{en: Submission, ja: 書類提出}", "{en: Submission}", 7, "journey[0].name", 'add "ja: ..."'),
    ("{en: Submission, ja: 書類提出}", "{en: a, ja: b, fr: c}", 7, "journey[0].name.fr", "write one of: en, ja"),
    ("{en: Submission, ja: 書類提出}", "Submission", 7, "journey[0].name", "must hold keys of its own"),
    ("    actor: operator", "    actor: 3", 11, "journey[1].actor", "put it in quotes"),
    ("    actor: operator\n", "", 9, "journey[1].actor", 'add "actor: ..."'),
    ("workaround: true, impact: large}", "workaround: yes, impact: large}",
     15, "impact.matrix[1].workaround", "true or false"),
    ("affected: few, workaround: true", "affected: some, workaround: true",
     17, "impact.matrix[3].affected", "all, few"),
    ("impact: medium}", "impact: med}", 16, "impact.matrix[2].impact", 'did you mean "medium"?'),
    ("impact: medium}", "impact: medium, line: 3}", 16, "impact.matrix[2].line", "is not a known key"),
    ("    - {steps: [any, whole], affected: few, workaround: true, impact: small}\n", "",
     13, "impact.matrix", "no row answers submit/few/yes"),
    ("[any, whole], affected: few, workaround: true", "[any, whol], affected: few, workaround: true",
     17, "impact.matrix[3].steps[1]", 'did you mean "whole"?'),
    ("impact: small}\n", "impact: small}\n    - {steps: check, affected: few, workaround: true, impact: large}\n",
     18, "impact.matrix[4]", "can never apply: earlier rows answer all its cases (line 17)"),
    ("  matrix:\n", "  matrix:\n    - {steps: check, affected: few, workaround: true, impact: large}\n",
     18, "impact.matrix[4]", "several rows answer check/few/yes (lines 14, 18)"),
    ("triage: 1 business day", "triage: 1 day", 19, "deadlines.triage", '"3 business days"'),
    ("triage: 1 business day", "triage:", 19, "deadlines.triage", "is no length of time"),
    ("triage: 1 business day", "triage: 0 hours", 19, "deadlines.triage", "from 1 to"),
    ("{medium: 3 business days}", "3 business days", 20, "deadlines.response", "must hold keys of its own"),
    ("country: JP", "country: Japan", 22, "calendar.country", "two letters such as JP"),
    ("country: JP", "country: jp", 22, "calendar.country", 'did you mean "JP"?'),
    ('"10:00-19:00"', '"10-19"', 23, "calendar.hours", '"10:00-19:00"'),
    ('"10:00-19:00"', '"19:00-10:00"', 23, "calendar.hours", "begins after its end"),
    ('"10:00-19:00"', '"10:00-24:00"', 23, "calendar.hours", "23:59"),
    ('"10:00-19:00"', '["10:00-13:00", "12:00-19:00"]', 23, "calendar.hours", "13:00 is not before 12:00"),
    ('"10:00-19:00"', "[]", 23, "calendar.hours", '"always"'),
    ("[2026-12-29]", "[2026-02-30]", 24, "calendar.holidays[0]", "write YYYY-MM-DD"),
    ("[2026-12-29]", "[29.12.2026]", 24, "calendar.holidays[0]", "write YYYY-MM-DD"),
    ("[2026-12-29]\n", "[2026-12-29]\n  workdays: [2026-12-29]\n", 25, "calendar.workdays[0]", "holidays too"),
    ("[U01ALICE]", '["@taro"]', 26, "rotation.monday[0]", "Copy member ID"),
    ("[U01ALICE]", "[@taro]", 26, "", "begins with @ must stand in quotes"),
    ("[U01ALICE]", "[u01alice]", 26, "rotation.monday[0]", 'did you mean "U01ALICE"?'),
    ("[U01ALICE]", "[taro@acme]", 26, "rotation.monday[0]", "an e-mail address"),
    ("monday: [U", "mondey: [U", 26, "rotation.mondey", 'did you mean "monday"?'),
    ("    when: {transaction", "    if: {transaction", 28, "match[0].when", 'add "when: ..."'),
    ("{transaction:", "{transactions:", 29, "match[0].when.transactions", 'did you mean "transaction"?'),
    ('{transaction: "Sidekiq/*"}', "{}", 29, "match[0].when", 'write title: "*"'),
    ('{transaction: "Sidekiq/*"}', "{tags: {journey_step: 2}}",
     29, "match[0].when.tags.journey_step", "put it in quotes"),
    ('{transaction: "Sidekiq/*"}', "{level: eror}", 29, "match[0].when.level", 'did you mean "error"?'),
    ("Sidekiq/*", "^Sidekiq/.*$", 29, "match[0].when.transaction", "patterns know only * and ?"),
    ("Sidekiq/*", "*" * 11, 29, "match[0].when.transaction", "more than 10 *"),
    ("Sidekiq/*", "a" * 201, 29, "match[0].when.transaction", "longer than 200"),
    ("privacy:\n", 'customer_notice: {en: "Since {sinse}"}\nprivacy:\n',
     35, "customer_notice.en", 'did you mean "since"?'),
    ("privacy:\n", 'customer_notice: {ja: " "}\nprivacy:\n', 35, "customer_notice.ja", "1 to 1200 characters"),
    ("privacy:\n", "customer_notice: {fr: x}\nprivacy:\n", 35, "customer_notice.fr", "is not a known key"),
    ("step: check", "step: chekc", 30, "match[0].step", 'did you mean "check"?'),
    ("step: check", "runbook: ../secret.md", 30, "match[0].runbook", "below RUNBOOKS_DIR"),
    ("step: check", "runbook: http://docs.example.com", 30, "match[0].runbook", "an https link"),
    ("step: check", "runbook: https://evil.example/a", 30, "match[0].runbook",
     'leads to "evil.example", which is not listed; add it to privacy.runbook_hosts'),
    ("step: check", "runbook: https://x@docs.example.com/", 30, "match[0].runbook", "not listed"),
    ("step: check", "runbook: https://docs.example.com:99/", 30, "match[0].runbook", "not listed"),
    ("step: check", "runbook: https://wiki.example.com/", 30, "match[0].runbook", "not listed"),
    ("step: check", r"runbook: https://evil.example\.wiki.example.com/", 30, "match[0].runbook", "not listed"),
    ("[docs.example.com,", '["https://Docs.example.com/a",', 36, "privacy.runbook_hosts[0]",
     'did you mean "docs.example.com"?'),
    ("[docs.example.com,", '["*",', 36, "privacy.runbook_hosts[0]", "is no host"),
    ("suggest: medium", "suggest: big", 31, "match[0].suggest", "write one of: large, medium, small"),
    ("suggest: medium", "suggest: small\n    affected: all\n    workaround: false",
     31, "match[0].suggest", "the matrix gives large"),
    ("    suggest: medium\n", "    affected: few\n", 28, "match[0]", "add suggest"),
    ("    step: check\n    suggest: medium\n", "", 28, "match[0]", "add step, suggest or runbook"),
    ("    suggest: medium\n", "  - name: worker\n    when: {title: a}\n    step: check\n",
     31, "match[1].name", "earlier rule too"),
    ("write: full", "write: al", 33, "sentry.write", "write one of: none, notes, full"),
    ('projects: ["*"]', "projects: []", 34, "sentry.watch.projects", 'write "*" for all'),
    ('projects: ["*"]', "projects: *", 34, "", 'must stand in quotes, such as "*"'),
    ("levels: [error]", "levels: [errors]", 34, "sentry.watch.levels[0]", 'did you mean "error"?'),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "line", "key", "words"), BAD, ids=lambda value: str(value)[:30])
def test_a_wrong_file_is_told_with_line_key_and_remedy(
    tmp_path: Path, old: str, new: str, line: int, key: str, words: str
):
    problems = problems_of(write(tmp_path, good_with(old, new)))

    place = f":{line}: {key}: " if key else f":{line}: "
    assert any(problem.startswith(place) and words in problem for problem in problems), problems


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("", ": is empty; begin from the rules.yaml"),
        ("# only words\n", ": is empty; begin from the rules.yaml"),
        ("just a text\n", ":1: must hold keys of its own"),
        ("- 1\n", ":1: must hold keys of its own"),
        ("version: 1\n\ttimezone: UTC\n", ":2: a tab stands where YAML wants spaces; indent with spaces"),
        (b"version: 1\nname: \xff\n", ":2: is not UTF-8 text"),
        ("version: 1\nname: \x07\n", ":2: holds a character that YAML does not allow (U+0007)"),
        ("version: 1\nname: [a\nb: c\n", ":3: is not YAML"),
        ("version: 1\nname: 'a\n", ":3: is not YAML"),
        ("a: &x [1]\nb: *x\n", ":1: anchors (&) and aliases (*) are not used here"),
        ("version: 1\nb: *x\n", ":2: anchors (&) and aliases (*) are not used here"),
        ("a: !!python/object/apply:os.system [id]\n", ":1: tags (!) are not used here"),
        ("version: 1\n---\nversion: 1\n", ":2: holds more than one document"),
        ("[" * 100_000, ":1: is nested deeper than 20 levels"),
        ("{a: " * 50_000, ":1: is nested deeper than 20 levels"),
        ("? [a]\n: b\n", ":1: has a key that is no text"),
        ("x" * (SIZE_LIMIT + 1), ": is larger than 256 KiB"),
    ],
    ids=lambda value: repr(value[:20]),
)
def test_a_file_that_is_no_plain_yaml_is_told_with_its_line(tmp_path: Path, content: str | bytes, told: str):
    problems = problems_of(write(tmp_path, content))

    assert problems[0].startswith(told), problems


def test_a_file_that_is_not_there_is_told_with_the_variable_that_names_it(tmp_path: Path):
    assert problems_of(tmp_path / "none.yaml") == [
        ": no such file; name the right one in RULES_FILE, or copy the rules.yaml of the program there"
    ]
    assert "RULES_FILE must name a file" in problems_of(tmp_path)[0]


def test_all_problems_are_told_at_once_in_the_order_of_the_file(tmp_path: Path):
    text = GOOD.replace("Asia/Tokyo", "Mars").replace("U01ALICE", "taro").replace("write: full", "write: al")
    text = (
        text.replace("step: check", "step: chekc")
        .replace("impact: small", "impact: tiny")
        .replace("country: JP", "contry: JP")
    )

    problems = problems_of(write(tmp_path, text))

    assert [problem.split(": ")[0:2] for problem in problems] == [
        [":2", "timezone"],
        [":17", "impact.matrix[3].impact"],
        [":22", "calendar.contry"],
        [":26", "rotation.monday[0]"],
        [":30", "match[0].step"],
        [":33", "sentry.write"],
    ]


def test_what_follows_only_from_another_fault_is_not_told(tmp_path: Path):
    problems = problems_of(write(tmp_path, good_with("impact: medium}", "impact: med}")))

    assert len(problems) == 1


def test_a_weekday_with_nobody_is_a_warning_and_not_an_error(tmp_path: Path):
    warnings = warnings_of(write(tmp_path, GOOD))

    assert [warning for warning in warnings if "Tuesday" in warning]
    assert not [warning for warning in warnings if "Monday" in warning]
    assert any("fewer than 3 people" in warning for warning in warnings)


def test_a_category_not_known_here_is_a_warning_and_not_an_error(tmp_path: Path):
    path = write(tmp_path, good_with("levels: [error]", "categories: [eror, brandnew]"))

    warnings = [warning for warning in warnings_of(path) if "is a category" in warning]

    assert len(warnings) == 2
    assert (
        'sentry.watch.categories[0]: "eror" is a category unknown here; did you mean "error"?' in warnings[0]
    )


def test_warnings_come_along_with_problems(tmp_path: Path):
    with pytest.raises(RulesError) as caught:
        load_rules(write(tmp_path, good_with("write: full", "write: al")))

    assert any("Tuesday" in warning.message for warning in caught.value.warnings)


@given(text=st.text(max_size=200))
def test_no_text_breaks_the_reader(tmp_path_factory: pytest.TempPathFactory, text: str):
    path = write(tmp_path_factory.mktemp("any"), text.encode("utf-8", "surrogatepass"))

    with pytest.raises(RulesError):
        load_rules(path)


@given(data=st.data())
def test_no_damage_to_a_good_file_breaks_the_reader(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
):
    lines = GOOD.splitlines()
    index = data.draw(st.integers(0, len(lines) - 1))
    damage = data.draw(
        st.sampled_from(
            ["", "x", "- x", "x: y", "null", "  - {}", "[]", lines[index][1:], lines[index] + " z"]
        )
    )
    path = write(tmp_path_factory.mktemp("any"), "\n".join([*lines[:index], damage, *lines[index + 1 :]]))

    try:
        load_rules(path)
    except RulesError as error:
        assert error.problems


def test_a_rule_that_can_never_win_is_warned_of_with_its_line_and_the_rule_before_it(tmp_path: Path):
    later = (
        '    suggest: medium\n  - name: mail\n    when: {transaction: "sidekiq/Mail*"}\n    suggest: small\n'
    )

    warnings = warnings_of(write(tmp_path, good_with("    suggest: medium\n", later)))

    [told] = [warning for warning in warnings if "can never win" in warning]
    assert told.startswith("rules.yaml:32: match[1]: ")
    assert 'suggest from "worker" (line 28)' in told
    assert told.endswith("put it before them, or remove it")
