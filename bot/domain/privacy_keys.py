"""Values that the word before them gives away (`password=`, `氏名：`, `"name": "..."`); a part of the mask."""

from __future__ import annotations

import re
from functools import lru_cache

from bot.domain.privacy_mark import Mark

_SECRETS = """password passwd passphrase pwd pass secret secrets token apikey api_key access_key secret_key
private_key encryption_key signing_key auth_key client_key authorization proxy_authorization credential credentials
cookie set_cookie session_id sessionid session_key sid csrf xsrf csrf_token signature otp pin pin_code cvv cvc cvv2
passcode one_time_code verification_code security_code dsn database_url connection_string
パスワード 暗証番号 認証コード 確認コード 秘密鍵 トークン"""
_PHONES = """phone phones tel telephone mobile cellphone phone_number tel_number mobile_number phone_no tel_no fax
msisdn 電話 電話番号 携帯 携帯番号 携帯電話 携帯電話番号 連絡先 fax番号"""
_MAILS = """email e_mail mail emails mail_address email_address user_email reply_to
メール メールアドレス"""
_BIRTHS = "birth birthday birthdate birth_date date_of_birth dob born_on 生年月日 誕生日"
_ADDRESSES = """home_address street street_address street1 street2 address_line address_line1 address_line2 address1
address2 postal_address mailing_address current_address postal_code postcode zip zipcode zip_code
address 住所 現住所 郵便番号 番地 建物名"""
_DOCUMENTS = """passport passport_number passport_no license_number licence_number driver_license drivers_license
driver_licence id_number document_number document_no residence_card residence_card_number card_id_number ssn
旅券番号 パスポート番号 免許証番号 運転免許証番号 在留カード番号 保険証番号 被保険者番号 本人確認書類番号"""
_MY_NUMBERS = "my_number mynumber individual_number マイナンバー 個人番号"
_CARDS = "card_number card_no credit_card pan カード番号 クレジットカード クレジットカード番号"
_ACCOUNTS = "account_number account_no bank_account iban 口座番号 口座名義"
_IPS = "ip ip_address ip_addr ipaddress client_ip remote_ip remote_addr x_forwarded_for x_real_ip user_ip ipアドレス"
_NAMES = """name fullname full_name firstname first_name lastname last_name middle_name family_name given_name surname
name_kana name_kanji kana kanji_name romaji_name nickname maiden_name
氏名 名前 お名前 姓名 姓 名 氏 氏名カナ フリガナ ふりがな 名義 名義人"""
_USERS = "user username user_name login login_name account_name"

_MARKS: dict[str, Mark] = {
    word: mark
    for words, mark in (
        *((_SECRETS, Mark.SECRET), (_PHONES, Mark.PHONE), (_MAILS, Mark.MAIL), (_BIRTHS, Mark.BIRTH_DATE)),
        *((_ADDRESSES, Mark.ADDRESS), (_DOCUMENTS, Mark.DOCUMENT), (_MY_NUMBERS, Mark.MY_NUMBER)),
        *((_CARDS, Mark.CARD), (_ACCOUNTS, Mark.ACCOUNT), (_IPS, Mark.IP), (_NAMES, Mark.NAME)),
    )
    for word in words.split()
}
_TAG_MARKS: dict[str, Mark] = dict.fromkeys(_USERS.split(), Mark.USER)
"""Words that speak of a person as a tag's key, yet are too common before a colon in a sentence."""

_AMBIGUOUS = frozenset({"name", "kana", "名", "姓", "氏", "名前"})
_PERSONS = """applicant user customer client person people member employee guest patient owner holder contact legal
guardian parent father mother spouse partner child representative director agent operator reviewer staff recipient
sender payer payee billing shipping display real actual new old current kana kanji romaji params param attributes
attrs form data payload body record self this profile identity device
申請者 利用者 本人 お客様 契約者 代表者 担当者 顧客 会員"""
_PEOPLE = frozenset(_PERSONS.split())
"""Before an ambiguous word these make it a person's: `applicant_name`, unlike `class_name` or `browser.name`."""

_JAPANESE = tuple(word for word in _MARKS if not word[-1].isascii() and len(word) > 1)
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_BETWEEN = re.compile(r"[.\-\s_]+")
_CONSTANT = re.compile(r"[A-Z][A-Za-z0-9]*[a-z][A-Z]")
LONGEST_KEY = 64
"""Our own bound: a longer word is no key."""

_END = r"\s,;&\"'`<>)}\]|、。，；）」"
_NOT_MARKED = (
    r"(?![\[({\"'\\]{0,4}(?:\[(?:" + "|".join(mark[1:-1] for mark in Mark) + r"|FILTERED|Filtered)\]))"
)
_NEXT_NAME = r"[A-ZＡ-Ｚ々一-鿿゠-ヿㇰ-ㇿｦ-ﾟ가-힣]"
_PAIR = re.compile(
    rf"(?<![\w.\-])(?P<key>[\w.\-]{{1,{LONGEST_KEY}}}+)"
    r"(?P<sep>(?:\\?[\"'`])?(?:\](?==))?\s{0,3}+(?:=>|:=|[=＝]|[:：](?!:))[ \t\u3000]{0,4}+)"
    rf"{_NOT_MARKED}(?P<open>[\[({{]{{0,2}}+)(?P<value>"
    r'\\"(?:[^"\\\n]|\\(?!"))*+(?:\\")?'
    r'|"(?:[^"\\\n]|\\.)*+"?'
    r"|'(?:[^'\\\n]|\\.)*+'?"
    rf"|[^{_END}]++(?:[ \u3000]{_NEXT_NAME}[^{_END}:：=＝]*+(?![:：=＝])){{0,2}}+)"
)
_HEADER = re.compile(
    r"(?<![\w\-])(?P<key>(?:proxy-)?authorization|(?:set-)?cookie)"
    rf"(?P<sep>\\?[\"']?\s{{0,3}}+(?:=>|=|:(?!:))\s{{0,3}}+\\?[\"']?){_NOT_MARKED}[^\n\"']++",
    re.IGNORECASE,
)
_HEADER_WORDS = ("ookie", "OOKIE", "uthorization", "UTHORIZATION")
_NOTHING = frozenset(
    {"", "nil", "null", "none", "undefined", "nan", "true", "false", "blank", "empty", "missing"}
)
_SENTENCE = frozenset(
    {"is", "are", "can't", "cannot", "must", "has", "should", "not", "too", "invalid", "required"}
)
_NUMBERED = frozenset(
    {Mark.PHONE, Mark.BIRTH_DATE, Mark.DOCUMENT, Mark.MY_NUMBER, Mark.CARD, Mark.ACCOUNT, Mark.IP, Mark.MAIL}
)
"""Kinds whose values hold a digit or an @; without one the value is a message such as `is invalid`."""


@lru_cache(maxsize=4096)
def kind_of_key(key: str, *, is_tag: bool = False) -> Mark | None:
    """The mark for values under that key, or None where the key speaks neither of a person nor of a secret.

    Snake, kebab, dotted and camel case are one: `applicantName`, `applicant_name`, `user.email`. As a tag's key
    `user` counts too.
    """
    if len(key) > LONGEST_KEY:
        return None
    words = [word for word in _BETWEEN.split(_CAMEL.sub("_", key).lower()) if word]
    for start in range(len(words)):
        tail = "_".join(words[start:])
        mark = _MARKS.get(tail) or (_TAG_MARKS.get(tail) if is_tag else None)
        if mark is not None:
            is_a_persons = start == 0 or tail not in _AMBIGUOUS or words[start - 1] in _PEOPLE
            return mark if is_a_persons else None
    return _kind_of_japanese(words[-1]) if words and not words[-1].isascii() else None


def mask_keyed_values(text: str) -> str:
    """Mask what stands behind a telling word and `=`, `:` or `=>`: `password=x`, `"name": "x"`, `氏名：x`."""
    if any(word in text for word in _HEADER_WORDS):
        text = _HEADER.sub(rf"\g<key>\g<sep>{Mark.SECRET}", text)
    return _PAIR.sub(_mask_value, text)


def _kind_of_japanese(word: str) -> Mark | None:
    """`申請者の氏名` ends with 氏名; `クラスの名前` is nobody's name."""
    for ending in _JAPANESE:
        if word.endswith(ending):
            before = word.removesuffix(ending).removesuffix("の")
            return _MARKS[ending] if ending not in _AMBIGUOUS or before in _PEOPLE else None
    return None


def _mask_value(pair: re.Match[str]) -> str:
    mark = kind_of_key(pair["key"])
    if mark is None or _is_mark(pair) or not _is_telling(mark, pair):
        return pair[0]
    return f"{pair['key']}{pair['sep']}{pair['open']}{mark}"


def _is_mark(pair: re.Match[str]) -> bool:
    """`params[name]=x` is a key, the mark in `to [name]=x` is none."""
    return (
        pair["sep"].startswith("]") and not pair.string[max(0, pair.start() - 2) : pair.start() - 1].isalnum()
    )


def _is_telling(mark: Mark, pair: re.Match[str]) -> bool:
    value = pair["value"].strip("\\\"'")
    if value.lower() in _NOTHING:
        return False
    if mark is Mark.SECRET:
        return not _is_exception(pair)
    if mark in _NUMBERED:
        return "@" in value or any(letter.isdigit() for letter in value)
    if mark is Mark.ADDRESS and value.isascii() and " " not in value and not value[:1].isdigit():
        return False
    return value.split(" ", 1)[0].lower() not in _SENTENCE


def _is_exception(pair: re.Match[str]) -> bool:
    """`JWT::InvalidToken: expired` names a class before its message, not a token."""
    before = pair.string[max(0, pair.start() - 2) : pair.start()]
    return pair["sep"].startswith(":") and (before == "::" or bool(_CONSTANT.match(pair["key"])))
