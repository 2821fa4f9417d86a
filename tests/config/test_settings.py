"""The settings: what the environment becomes, how each wrong one is told, and that no secret is ever shown."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.config.settings import Settings, SettingsError, load_settings
from bot.config.variables import KNOWN

SOCKET = {
    "SLACK_BOT_TOKEN": "xoxb-sandbox",
    "SLACK_APP_TOKEN": "xapp-sandbox",
    "SENTRY_ORG": "acme-kyc",
    "SENTRY_AUTH_TOKEN": "sandbox-sentry-token",
}
HTTP = {
    "SLACK_BOT_TOKEN": "xoxb-sandbox",
    "SLACK_SIGNING_SECRET": "signing-sandbox",
    "SENTRY_ORG": "acme-kyc",
    "SENTRY_AUTH_TOKEN": "sandbox-sentry-token",
    "SENTRY_CLIENT_SECRET": "client-sandbox",
}


def problems_of(env: dict[str, str], env_file: Path | None = None) -> list[str]:
    with pytest.raises(SettingsError) as caught:
        load_settings(env, env_file)
    assert str(caught.value) == "\n".join(caught.value.problems)
    return list(caught.value.problems)


def without(env: dict[str, str], name: str) -> dict[str, str]:
    return {key: value for key, value in env.items() if key != name}


def test_what_is_not_set_has_the_documented_default():
    settings = load_settings(SOCKET)

    assert settings.slack_api_url == "https://slack.com/api/"
    assert settings.sentry_url == "https://sentry.io"
    assert settings.database_url == "tinydb:///data/triage.db"
    assert (settings.rules_file, settings.runbooks_dir) == (Path("rules.yaml"), Path("runbooks"))
    assert (settings.host, settings.port) == ("0.0.0.0", 3000)
    assert (settings.log_level, settings.log_format) == ("INFO", "json")
    assert (settings.sentry_dsn, settings.sentry_installation_id) == ("", "")


def test_an_app_token_means_socket_mode_and_needs_no_signing_secret():
    assert load_settings(SOCKET).socket_mode
    assert not load_settings(HTTP).socket_mode


def test_without_a_client_secret_the_bot_polls():
    assert load_settings(SOCKET).poll_mode
    assert not load_settings(HTTP).poll_mode


def test_values_are_brought_into_one_form():
    settings = load_settings(
        SOCKET
        | {
            "SLACK_API_URL": "http://127.0.0.1:8080/api",
            "SENTRY_URL": " https://sentry.internal:9000/ ",
            "LOG_LEVEL": "debug",
            "LOG_FORMAT": "TEXT",
            "PORT": "8080",
            "SENTRY_INSTALLATION_ID": "7C1F2A34-5b6d-4e8f-9a01-2b3c4d5e6f70",
            "RULES_FILE": "",
        }
    )

    assert settings.slack_api_url == "http://127.0.0.1:8080/api/"
    assert settings.sentry_url == "https://sentry.internal:9000"
    assert (settings.log_level, settings.log_format, settings.port) == ("DEBUG", "text", 8080)
    assert settings.sentry_installation_id == "7c1f2a34-5b6d-4e8f-9a01-2b3c4d5e6f70"
    assert settings.rules_file == Path("rules.yaml")


@pytest.mark.parametrize(
    ("sentry_url", "issue_url"),
    [
        ("https://sentry.io", "https://acme-kyc.sentry.io/issues/6100000101/"),
        ("https://de.sentry.io/", "https://acme-kyc.sentry.io/issues/6100000101/"),
        ("https://us2.sentry.io", "https://acme-kyc.sentry.io/issues/6100000101/"),
        (
            "https://sentry.example.com",
            "https://sentry.example.com/organizations/acme-kyc/issues/6100000101/",
        ),
        ("https://notsentry.io", "https://notsentry.io/organizations/acme-kyc/issues/6100000101/"),
        ("http://127.0.0.1:9000/", "http://127.0.0.1:9000/organizations/acme-kyc/issues/6100000101/"),
    ],
)
def test_an_issue_is_linked_from_our_own_base(sentry_url: str, issue_url: str):
    assert load_settings(SOCKET | {"SENTRY_URL": sentry_url}).sentry_issue_url("6100000101") == issue_url


def test_a_hostile_issue_id_stays_inside_the_link():
    url = load_settings(SOCKET).sentry_issue_url("../../evil?x=<a>|b")

    assert re.fullmatch(r"https://acme-kyc\.sentry\.io/issues/[\w.%-]+/", url)


# Each: the environment, the variable that is named, and words of the remedy.
BAD = [
    (without(SOCKET, "SLACK_BOT_TOKEN"), "SLACK_BOT_TOKEN", "Install App, Bot User OAuth Token"),
    (SOCKET | {"SLACK_BOT_TOKEN": "  "}, "SLACK_BOT_TOKEN", "is not set"),
    (SOCKET | {"SLACK_BOT_TOKEN": "xapp-1"},
     "SLACK_BOT_TOKEN", "belongs in SLACK_APP_TOKEN; the right one begins with xoxb-"),
    (SOCKET | {"SLACK_BOT_TOKEN": "xoxp-1"}, "SLACK_BOT_TOKEN", "a user token"),
    (SOCKET | {"SLACK_BOT_TOKEN": "xoxe.xoxb-1"}, "SLACK_BOT_TOKEN", "switch token rotation off"),
    (SOCKET | {"SLACK_BOT_TOKEN": "abc"}, "SLACK_BOT_TOKEN", "does not begin with xoxb-"),
    (SOCKET | {"SLACK_BOT_TOKEN": "xoxb-1 2"}, "SLACK_BOT_TOKEN", "in one piece"),
    (SOCKET | {"SLACK_APP_TOKEN": "xoxb-1"}, "SLACK_APP_TOKEN", "belongs in SLACK_BOT_TOKEN"),
    (without(HTTP, "SLACK_SIGNING_SECRET"), "SLACK_SIGNING_SECRET", "or set SLACK_APP_TOKEN for Socket Mode"),
    (without(SOCKET, "SLACK_BOT_TOKEN") | {"SLACK_BOT_TOKN": "xoxb-1"},
     "SLACK_BOT_TOKEN", "SLACK_BOT_TOKN is set: did you mean SLACK_BOT_TOKEN?"),
    (SOCKET | {"SLACK_API_URL": "slack.com"}, "SLACK_API_URL", "write it with https://"),
    (SOCKET | {"SLACK_API_URL": "http://slack.com/api/"}, "SLACK_API_URL", "unencrypted"),
    (SOCKET | {"SENTRY_URL": "sentry.io"}, "SENTRY_URL", "such as https://sentry.io"),
    (SOCKET | {"SENTRY_URL": "https://[sentry"}, "SENTRY_URL", "is no address"),
    (SOCKET | {"SENTRY_URL": "https://sentry.io:port"}, "SENTRY_URL", "is no address"),
    (SOCKET | {"SENTRY_URL": "https://sentry.io/api/0/"}, "SENTRY_URL", "leave out /api/"),
    (SOCKET | {"SENTRY_URL": "https://acme.sentry.io"}, "SENTRY_URL", "SENTRY_ORG=acme"),
    (SOCKET | {"SENTRY_URL": "https://me:pw@sentry.io"}, "SENTRY_URL", "must hold no user"),
    (without(SOCKET, "SENTRY_ORG"), "SENTRY_ORG", "the organisation's slug"),
    (SOCKET | {"SENTRY_ORG": "Acme KYC"}, "SENTRY_ORG", 'did you mean "acme-kyc"?'),
    (SOCKET | {"SENTRY_ORG": "https://acme.sentry.io"}, "SENTRY_ORG", "write the slug"),
    (without(SOCKET, "SENTRY_AUTH_TOKEN"), "SENTRY_AUTH_TOKEN", "your internal integration"),
    (SOCKET | {"SENTRY_AUTH_TOKEN": "sntrys_abc"}, "SENTRY_AUTH_TOKEN", "take the token of an internal integration"),
    (SOCKET | {"SENTRY_CLIENT_SECRET": "a b"}, "SENTRY_CLIENT_SECRET", "in one piece"),
    (SOCKET | {"SENTRY_INSTALLATION_ID": "12"}, "SENTRY_INSTALLATION_ID", "leave it out: it is learned"),
    (SOCKET | {"SENTRY_DSN": "https://o1.ingest.sentry.io/2"}, "SENTRY_DSN", "https://KEY@HOST/NUMBER"),
    (SOCKET | {"SENTRY_DSN": "https://[k@h/1"}, "SENTRY_DSN", "https://KEY@HOST/NUMBER"),
    (SOCKET | {"DATABASE_URL": "postgresql://u:pw@h/db"},
     "DATABASE_URL", "this version cannot use yet; write tinydb:///data/triage.db"),
    (SOCKET | {"DATABASE_URL": "mysql://h/db"}, "DATABASE_URL", "names no store that is known"),
    (SOCKET | {"DATABASE_URL": "data/triage.db"}, "DATABASE_URL", "write tinydb:///data/triage.db"),
    (SOCKET | {"DATABASE_URL": "tinydb://data/triage.db"}, "DATABASE_URL", "three slashes"),
    (SOCKET | {"DATABASE_URL": "tinydb:///"}, "DATABASE_URL", "three slashes and a file"),
    (SOCKET | {"DYNO": "web.1"}, "DATABASE_URL", "does not keep its disk"),
    (SOCKET | {"PORT": "0"}, "PORT", "from 1 to 65535"),
    (SOCKET | {"PORT": "65536"}, "PORT", "from 1 to 65535"),
    (SOCKET | {"PORT": "http"}, "PORT", "such as 3000"),
    (SOCKET | {"PORT": "٣٠٠٠"}, "PORT", "from 1 to 65535"),
    (SOCKET | {"HOST": "0.0.0.0 3000"}, "HOST", "in one piece"),
    (SOCKET | {"LOG_LEVEL": "WARN"}, "LOG_LEVEL", 'did you mean "WARNING"?'),
    (SOCKET | {"LOG_FORMAT": "xml"}, "LOG_FORMAT", "write one of: json, text"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("env", "name", "words"), BAD, ids=[f"{name}-{words[:20]}" for _, name, words in BAD]
)
def test_a_wrong_setting_is_told_by_name_with_the_way_to_mend_it(env: dict[str, str], name: str, words: str):
    (problem,) = problems_of(env)

    assert problem.startswith(f"{name}: ")
    assert words in problem


def test_all_wrong_settings_are_told_at_once():
    told = [problem.split(":")[0] for problem in problems_of({"PORT": "x", "SENTRY_URL": "y"})]

    assert sorted(told) == sorted(
        ["SLACK_BOT_TOKEN", "SLACK_SIGNING_SECRET", "SENTRY_URL", "SENTRY_ORG", "SENTRY_AUTH_TOKEN", "PORT"]
    )


SECRET_NAMES = (
    "SLACK_BOT_TOKEN",
    "SLACK_SIGNING_SECRET",
    "SLACK_APP_TOKEN",
    "SENTRY_AUTH_TOKEN",
    "SENTRY_CLIENT_SECRET",
    "SENTRY_DSN",
    "DATABASE_URL",
    "SENTRY_URL",
    "SLACK_API_URL",
)


@pytest.mark.parametrize("name", SECRET_NAMES)
@pytest.mark.parametrize(
    "form",
    [
        "hunter2",
        "hunter2 x",
        "sntrys_hunter2",
        "https://u:hunter2@[h",
        "https://u:hunter2@h",
        "xoxb-hunter2\n",
    ],
)
def test_a_wrong_setting_never_shows_a_secret(name: str, form: str):
    try:
        settings = load_settings(SOCKET | {name: form})
    except SettingsError as error:
        assert "hunter2" not in str(error)
    else:
        assert "hunter2" not in repr(settings)


def test_the_secrets_are_named_so_that_logs_can_mask_them():
    settings = load_settings(SOCKET | HTTP | {"SENTRY_DSN": "https://key@o1.ingest.sentry.io/2"})

    assert settings.secrets() == {
        *("xoxb-sandbox", "xapp-sandbox", "signing-sandbox", "sandbox-sentry-token", "client-sandbox"),
        "https://key@o1.ingest.sentry.io/2",
    }
    for secret in settings.secrets():
        assert secret not in repr(settings)


def test_the_password_of_a_store_is_a_secret_in_both_its_spellings():
    settings = Settings("a", "b", "c", database_url="postgresql://u:p%40ss@h/db")

    assert {"p%40ss", "p@ss"} <= settings.secrets()


def test_a_dotenv_file_is_read_and_the_environment_wins(tmp_path: Path):
    file = tmp_path / ".env"
    file.write_text(
        "\ufeff# our bot\n\n"
        "SLACK_BOT_TOKEN=xoxb-file\n"
        "export SLACK_APP_TOKEN='xapp-file'   # from the app's page\n"
        'SENTRY_ORG = "acme-kyc" \n'
        "SENTRY_AUTH_TOKEN=token#1 # a comment\n"
        "LOG_LEVEL=DEBUG\n"
        "HOST=\n"
    )

    settings = load_settings({"LOG_LEVEL": "ERROR"}, file)

    assert settings.slack_bot_token == "xoxb-file"
    assert settings.slack_app_token == "xapp-file"
    assert settings.sentry_org == "acme-kyc"
    assert settings.sentry_auth_token == "token#1"
    assert settings.log_level == "ERROR"
    assert settings.host == "0.0.0.0"


def test_a_missing_dotenv_file_is_no_fault(tmp_path: Path):
    assert load_settings(SOCKET, tmp_path / ".env") == load_settings(SOCKET)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"A=1\nhunter2\n", ":2: is no setting; write NAME=value"),
        (b"A=1\nB='hunter2\n", ":2: B: has a quote that is not closed"),
        (b'B="hunter2" hunter2\n', ":1: B: has a quote that is not closed, or text behind it"),
        (b"A=1\nB=\xff\n", ":2: is not UTF-8 text"),
        (b"A=" + b"x" * 70_000, ": is larger than 64 KiB"),
    ],
    ids=["no setting", "open quote", "text behind", "not utf-8", "large"],
)
def test_a_wrong_dotenv_file_is_told_with_its_line_and_without_its_text(
    tmp_path: Path, content: bytes, told: str
):
    file = tmp_path / ".env"
    file.write_bytes(content)

    (problem,) = problems_of(SOCKET, file)

    assert problem.startswith(f"{file}{told}")
    assert "hunter2" not in problem


@given(
    values=st.dictionaries(
        st.sampled_from([*sorted(KNOWN), "PORT", "DATABASE_URL", "DYNO", "LOG_LEVEL"]), st.text(max_size=60)
    )
)
def test_no_text_breaks_the_reader(values: dict[str, str]):
    try:
        settings = load_settings(SOCKET | values)
    except SettingsError as error:
        assert error.problems
    else:
        settings.secrets()
        settings.sentry_issue_url("1")


def test_the_example_file_names_each_setting_and_passes_once_filled_in(tmp_path: Path):
    text = (Path(__file__).parents[2] / ".env.example").read_text()

    for name in Settings.__dataclass_fields__:
        assert re.search(rf"^(# )?{name.upper()}=", text, re.MULTILINE), name
    for name, value in SOCKET.items():
        text = re.sub(rf"^{name}=$", f"{name}={value}", text, flags=re.MULTILINE)
    file = tmp_path / ".env"
    file.write_text(re.sub(r"^# ([A-Z_]+=.+)$", r"\1", text, flags=re.MULTILINE))
    assert load_settings({}, file) == load_settings(SOCKET)
