"""Names of code and machines in normal form: what a build, a host or an id changes is out."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.code_names import (
    function_name,
    host_name,
    is_bundle,
    path_parts,
    route,
    same_file,
    transaction_name,
)

SAME_TRANSACTIONS = [
    ("/applicants/7781/documents", "/applicants/90412/documents"),
    ("/applicants/:id", "/applicants/{applicant_id}"),
    ("GET /review/[id]", "GET /review/4f2a9c1e77"),
    ("https://app.acme.example/review/1", "/review/2"),
    ("kyc-worker-7fd9c88b5d-x2b1q", "kyc-worker-58d7cbb9c9-k2m4z"),
    ("Processor.lambda$run$3", "Processor.lambda$run$5"),
    ("callback.(*Deliverer).post.func1", "callback.(*Deliverer).post.func2"),
]


@pytest.mark.parametrize(("one", "other"), SAME_TRANSACTIONS)
def test_one_transaction_in_two_spellings_is_one(one: str, other: str) -> None:
    assert transaction_name(one) == transaction_name(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Sidekiq/DocumentFinalizeJob", "Sidekiq/ResultCallbackJob"),
        ("Api::V1::VerificationsController#create", "Api::V2::VerificationsController#create"),
        ("/v1/applicants/1", "/v2/applicants/1"),
        ("Step2Controller#show", "Step3Controller#show"),
    ],
)
def test_two_transactions_are_two(one: str, other: str) -> None:
    assert transaction_name(one) != transaction_name(other)


@pytest.mark.parametrize("name", [None, "", "  ", "?", "<unknown>", "global code", "12345"])
def test_a_name_that_says_nothing_is_none(name: str | None) -> None:
    assert transaction_name(name) is None or name == "12345"


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("block (2 levels) in perform", "perform"),
        ("rescue in Submission#attach!", "attach!"),
        ("lambda$process$3", "process"),
        ("(*Server).Serve.func1", "serve"),
        ("async loadDocument", "loaddocument"),
        ("balance$$FastClassBySpringCGLIB$$4a7d926f", "balance"),
        ("matchd::embed::cosine::h1f0b2c3d4e5f6071", "cosine"),
    ],
)
def test_a_function_is_named_without_its_blocks_and_numbers(written: str, meant: str) -> None:
    assert function_name(written) == meant


@pytest.mark.parametrize("name", [None, "", "?", "<anonymous>", "t", "a1", "<lambda>", "anonymous"])
def test_an_anonymous_or_minified_function_has_no_name(name: str | None) -> None:
    assert function_name(name) is None


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("/srv/app/releases/20260814120000/app/models/submission.rb", "app/models/submission.rb"),
        (
            "https://cdn.acme.example/assets/main-77d0a1c2.js",
            "https://cdn.acme.example/assets/main-88a1b2c3.js",
        ),
        ("app:///static/js/review.4f2a9c1e.js?v=3", "app:///static/js/review.99aa0bb1.js"),
        ("ApplicantForm-NnJgXSqf.js", "ApplicantForm-EmTHUd2t.js"),
    ],
)
def test_a_file_of_two_releases_is_one_file(one: str, other: str) -> None:
    assert same_file(path_parts(one), path_parts(other))


def test_two_files_of_one_name_in_two_folders_are_two() -> None:
    assert not same_file(path_parts("a/utils.py"), path_parts("b/utils.py"))
    assert not same_file(path_parts(None), path_parts(None))


@pytest.mark.parametrize(
    "name", ["/_next/static/chunks/main-77d0.js", "assets/index-4f2a9c1e.js", "vendor.js"]
)
def test_a_built_file_is_known_as_one(name: str) -> None:
    assert is_bundle(path_parts(name))
    assert not is_bundle(path_parts("src/review/DocumentPane.tsx"))


def test_a_route_and_a_host_lose_what_names_a_case() -> None:
    assert route("/v1/applicants/ap_7781/documents") == "/v1/applicants/*/documents"
    assert host_name("user:pw@db-3.eu-west.internal:5432") == "db*.eu-west.internal"
    assert host_name("10.0.0.1") == "*"


@given(st.text(max_size=400))
def test_no_name_breaks_the_normal_forms(name: str) -> None:
    transaction_name(name)
    function_name(name)
    path_parts(name)
    route(name)
    host_name(name)


@given(st.text(max_size=200))
def test_a_normal_form_stays_as_it_is(name: str) -> None:
    once = route(name)

    assert route(once) == once
