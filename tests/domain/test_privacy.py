"""The mask: what must vanish, what triage needs, tags, and every recorded delivery."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.domain.privacy import mask, mask_mapping
from bot.domain.privacy_numbers import has_luhn_digit, is_my_number

WEBHOOKS = Path(__file__).parents[1] / "payloads" / "sentry" / "webhooks"

VANISHES = [
    # mail
    ("mail to taro.yamada@example.co.jp failed", "mail to [mail] failed"),
    ("宛先foo+bar_1@mail.example.comは無効です", "宛先[mail]は無効です"),
    ("ｔａｒｏ＠ｅｘａｍｐｌｅ．ｃｏｍ", "[mail]"),
    ("Key (email)=(hanako@example.jp) already exists.", "Key (email)=([mail]) already exists."),
    ("GET /users/taro%40example.com/edit", "GET /users/[mail]/edit"),
    ("<taro@163.com>", "<[mail]>"),
    ("a" * 300 + "@example.com", "[mail]"),
    # phone
    ("電話 03-1234-5678 へ", "電話 [phone] へ"),
    ("電話番号：０９０－１２３４－５６７８", "電話番号：[phone]"),
    ("携帯090-1234-5678まで", "携帯[phone]まで"),
    ("Tel.0120-123-456", "Tel.[phone]"),
    ("050 1234 5678", "[phone]"),
    ("03(1234)5678", "[phone]"),
    ("(03) 1234-5678", "[phone]"),
    ("09012345678", "[phone]"),
    ("sent to 0312345678", "sent to [phone]"),
    ("０９０１２３４５６７８", "[phone]"),
    ("090ー1234ー5678", "[phone]"),
    ("090−1234−5678", "[phone]"),
    ("+81-90-1234-5678", "[phone]"),
    ("+81 (0)90 1234 5678", "[phone]"),
    ("To: +14155552671.", "To: [phone]."),
    ("+44 20 7946 0958", "[phone]"),
    ("call (415) 555-2671", "call [phone]"),
    ("phone: 20-7946-0958", "phone: [phone]"),
    ('"tel" => "20 7946 0958"', '"tel" => [phone]'),
    ("retry 090-1234-5678=3", "retry [phone]=3"),
    # My Number, cards, documents
    ("個人番号 123456789018", "個人番号 [mynumber]"),
    ("1234-5678-9018", "[mynumber]"),
    ("１２３４　５６７８　９０１８", "[mynumber]"),
    ("マイナンバー：123456789018", "マイナンバー：[mynumber]"),
    ("card 4111111111111111 declined", "card [card] declined"),
    ("4111 1111 1111 1111", "[card]"),
    ("card 4111 1111 1111 1111 declined", "card [card] declined"),
    ("4111 1111 1111 1111 12/28", "[card] 12/28"),
    ("4111-1111-1111-1111 123", "[card] 123"),
    ("5500-0000-0000-0004", "[card]"),
    ("3782 822463 10005", "[card]"),
    ("378282246310005", "[card]"),
    ("30569309025904", "[card]"),
    ("3530111333300000", "[card]"),
    ("４１１１１１１１１１１１１１１１", "[card]"),
    ("免許証 301234567891 を確認", "免許証 [document] を確認"),
    ("在留カード AB12345678CD", "在留カード [document]"),
    ("旅券 TR1234567 期限切れ", "旅券 [document] 期限切れ"),
    ("passport_number: X1234567", "passport_number: [document]"),
    ("〒100-0001", "[address]"),
    ("住所：東京都千代田区千代田1-1 皇居内、氏名", "住所：[address]、氏名"),
    ("口座番号=1234567", "口座番号=[account]"),
    # birth dates
    ("生年月日：1990年1月2日", "生年月日：[birth date]"),
    ("生年月日は昭和60年1月2日です", "生年月日は[birth date]です"),
    ("生年月日: S60.1.2", "生年月日: [birth date]"),
    ("date_of_birth=1990-01-02", "date_of_birth=[birth date]"),
    ("Applicant born on 1990/01/02 in", "Applicant born on [birth date] in"),
    ("DOB 19900102", "DOB [birth date]"),
    ("birthday is Jan 2nd, 1990", "birthday is [birth date]"),
    ("born 2 January 1990", "born [birth date]"),
    ('{"dob": "1990-01-02"}', '{"dob": [birth date]}'),
    # names
    ("氏名：山田 太郎", "氏名：[name]"),
    ("氏名＝山田　太郎、住所", "氏名＝[name]、住所"),
    ("申請者の氏名：山田太郎 が重複", "申請者の氏名：[name] が重複"),
    ('{"name": "Taro Yamada", "id": 7}', '{"name": [name], "id": 7}'),
    ('{\\"name\\":\\"山田\\",\\"step\\":2}', '{\\"name\\":[name],\\"step\\":2}'),
    ('first_name=>"Taro", :kana=>"ヤマダ"', "first_name=>[name], :kana=>[name]"),
    ("applicantName=Taro Yamada failed", "applicantName=[name] failed"),
    ("params[last_name]=yamada&x", "params[last_name]=[name]&x"),
    # secrets
    ("password=hunter2", "password=[secret]"),
    ("DB_PASSWORD: 'p w'", "DB_PASSWORD: [secret]"),
    ("パスワード：ひみつ", "パスワード：[secret]"),
    ("token: abc123", "token: [secret]"),
    ("Authorization: Basic dXNlcjpwYXNzd29yZA==", "Authorization: [secret]"),
    ("sent Bearer abcdef123456789", "sent Bearer [token]"),
    ("Cookie: _session=abc; theme=dark\nHost: x", "Cookie: [secret]\nHost: x"),
    ("xoxb-123456789012-abcdefGHIJKL", "[token]"),
    ("sntrys_eyJpYXQiOjE3MjM2MDAwMDB9_abc", "[token]"),
    ("AKIAIOSFODNN7EXAMPLE", "[token]"),
    ("aws_secret_access_key=wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "aws_secret_access_key=[secret]"),
    ("key q8Zr/2bVx0LmT5+yWc7NpKdJ3uHsE9aGfR4tYiQ1 leaked", "key [token] leaked"),
    ("image " + "q8Zr/2bVx0LmT5+yWc7NpKdJ3uHsE9aGfR4tYiQ1" * 9, "image [data]"),
    ("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.SflKxwRJSMeKKF2QT4", "[token]"),
    ("digest 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08", "digest [token]"),
    ("-----BEGIN RSA PRIVATE KEY-----\nMIIEow\n-----END", "[token]"),
    ("https://hooks.slack.com/services/T00/B00/abc", "https://hooks.slack.com/[token]"),
    # addresses of machines and pages
    ("from 203.0.113.9:443", "from [ip]:443"),
    ("http://10.1.2.3/x", "http://[ip]/x"),
    ("peer 2001:db8:85a3::8a2e:370:7334 closed", "peer [ip] closed"),
    ("::ffff:203.0.113.9", "::ffff:[ip]"),
    ("fe80::1ff:fe23:4567:890a", "[ip]"),
    ("https://app.example/v1/x?name=taro&id=1 failed", "https://app.example/v1/x?[query] failed"),
    ("GET /v1/applicants?q=山田 500", "GET /v1/applicants?[query] 500"),
    ("https://app.example/cb#access_token=abc", "https://app.example/cb#[query]"),
    ("postgres://kyc:pa@ss@db.internal/kyc", "postgres://[user]@db.internal/kyc"),
]

STAYS = [
    "ActiveRecord::Deadlocked: PG::TRDeadlockDetected: ERROR:  deadlock detected",
    "DETAIL:  Process 4127 waits for ShareLock on transaction 88120311; blocked by process 4131.",
    "HINT:  See server log for query details.",
    "app/models/submission.rb:164",
    "app/controllers/applicant/documents_controller.rb:41:in `create'",
    "Sidekiq/DocumentFinalizeJob",
    "Applicant::DocumentsController#create",
    "Api::V1::VerificationsController#show",
    "kyc-api@2026.8.14",
    "kyc-api@2026.10.30",
    "kyc-api@1.2.3-beta.rc",
    "kyc-console@9f3e2d1",
    "kyc-api@0123456789abcdef0123456789abcdef01234567",
    "9f3e2d1 0a1b2c3d4e5f 123456789abc",
    "KYC-API-1A",
    "KYC-API-1B looks like KYC-API-1A",
    "issue 6100000101",
    "2026-11-02 11:40:12.123456 +0900 [INFO] done",
    "2026-11-02T11:40:12Z 2026/11/02 11:40",
    "20261102114059 CreateSubmissions: migrating",
    "at 202611021140",
    "epoch 1793587212 1793587212123 1793587212123456",
    "HTTP 503 after 30.5s (3 retries)",
    "Finalize backlog above 500 jobs",
    "took 0.1234567890123 s",
    "1234567 of 12345678 rows, 99.95 %",
    "550e8400-e29b-41d4-a716-446655440000",
    "Couldn't find Submission with 'id'=5500840012340123-4567",
    "12345678-0123-4567-8901-123456789012",
    "Net::ReadTimeout with #<TCPSocket:(closed)>",
    "#<Submission:0x00007f9a1c0a2b38>",
    "undefined method `name' for nil:NilClass",
    "Name can't be blank",
    '{:email=>["is invalid"], :phone=>["can\'t be blank"]}',
    '{"name": null, "password": nil}',
    "class_name: DocumentFinalizeJob, queue_name=default, browser.name: Chrome",
    "JWT::InvalidToken: expired at midnight",
    "Devise::Token: expired",
    "JSON::ParserError: unexpected token at '{'",
    "activerecord (7.0.8.4) lib/active_record/connection_adapters/postgresql_adapter.rb:768",
    "gems/activerecord-7.0.8.4/lib/x.rb Chrome/120.0.0.0",
    "connect(2) for 127.0.0.1:6379",
    "TypeError: Cannot read properties of undefined (reading 'frontImageUrl')",
    "/_next/static/chunks/4412-9ab1c0.js",
    "app/Http/Controllers/Api/V1/Applicants/VerificationDocumentsController.php",
    "ActionController::ParameterMissing: param is missing or the value is empty: callback_url",
    "氏名が不正です 🧨 <!channel> <@U0123ABCD> <https://evil.example/login|Click>",
    "ユーザーのデータが見つかりません：書類提出",
    "basic authentication required",
    "empty? returned true; valid?(x) is false",
    "@submission.with_lock { @submission.attach_documents!(document_params) }",
    "tokens: 5, password_length: 3, token_count=12",
    "SELECT 1 WHERE a::text = $1 AND b > 10",
    "[FILTERED] password=[FILTERED]",
    '{"name"=>["is too long"]}',
    "クラスの名前：Foo",
    "phone: invalid format, card_number: declined",
    "bind address: localhost",
    "03-1234-567 parts, +12345678 rows, 0.0312345678 s",
    "DB::A1.call",
    "app/Api/V1/Oauth2/Http/Controllers/VerificationDocumentsV2Controller",
    "API/V1/Docs/a1b2c3d4-e5f6-4a7b-8c9d-0e1f2a3b4c5d",
    "pod worker-7d9f8b6c5d-x2x4q-a1b2c3d4-e5f6g7h8",
    "https://app.example/guide#install",
    "Birthday::Parser#parse birth_certificate.rb:12",
]


@pytest.mark.parametrize(("text", "masked"), VANISHES, ids=[text[:40] for text, _ in VANISHES])
def test_personal_data_and_secrets_vanish(text: str, masked: str) -> None:
    assert mask(text) == masked


@pytest.mark.parametrize("text", STAYS)
def test_what_triage_needs_stays(text: str) -> None:
    assert mask(text) == text


def test_the_tables_are_as_long_as_promised() -> None:
    assert len(VANISHES) >= 60
    assert len(STAYS) >= 40


def test_check_digits_tell_numbers_apart() -> None:
    assert is_my_number("123456789018")
    assert not is_my_number("123456789017")
    assert has_luhn_digit("4111111111111111")
    assert not has_luhn_digit("4111111111111112")
    assert mask("order 4111111111111112") == "order 4111111111111112"


# Tags.


@pytest.mark.parametrize(
    ("pair", "masked"),
    [
        (("user", "id:4711"), "[user]"),
        (("email", "nobody"), "[mail]"),
        (("user.email", "nobody"), "[mail]"),
        (("ip_address", "localhost"), "[ip]"),
        (("name", "taro"), "[name]"),
        (("applicant_name", "taro"), "[name]"),
        (("phone", "n/a"), "[phone]"),
        (("applicantBirthDate", "secret"), "[birth date]"),
        (("X-Api-Key", "k"), "[secret]"),
        (("氏名", "山田"), "[name]"),
        (("device.name", "Taro's iPhone"), "[name]"),
        (("journey_step", "2-3"), "2-3"),
        (("browser.name", "Chrome"), "Chrome"),
        (("server_name", "web-1"), "web-1"),
        (("release", "kyc-api@2026.8.14"), "kyc-api@2026.8.14"),
        (("url", "https://app.example/x?name=taro"), "https://app.example/x?[query]"),
        (("note", "call 090-1234-5678"), "call [phone]"),
    ],
)
def test_a_tag_that_speaks_of_a_person_loses_its_value_whole(pair: tuple[str, str], masked: str) -> None:
    assert mask_mapping([pair]) == ((pair[0], masked),)


def test_the_keys_of_tags_are_masked_and_none_is_dropped() -> None:
    assert mask_mapping([("taro@example.com", "x"), ("a", "1"), ("a", "2")]) == (
        ("[mail]", "x"),
        ("a", "1"),
        ("a", "2"),
    )


# Recorded deliveries.


def texts_of(value: Any, key: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from texts_of(inner, name)
    elif isinstance(value, list):
        for inner in value:
            yield from texts_of(inner, key)
    elif isinstance(value, str):
        yield key, value


SHOWN = {
    "title",
    "value",
    "transaction",
    "culprit",
    "message",
    "type",
    "filename",
    "function",
    "release",
    "shortId",
}


@pytest.mark.parametrize("path", sorted(WEBHOOKS.glob("*.json")), ids=lambda path: path.stem)
def test_what_a_card_shows_of_a_recorded_delivery_is_unchanged(path: Path) -> None:
    texts = list(texts_of(json.loads(path.read_text())))

    changed = {(key, text): mask(text) for key, text in texts if key in SHOWN and mask(text) != text}

    assert changed == {}
    assert all(mask(mask(text)) == mask(text) for _, text in texts)
