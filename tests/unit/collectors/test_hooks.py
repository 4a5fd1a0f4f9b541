"""Hooks: who vouches for a body, what makes an event one event, and whose it is."""

import ast
import copy
import hashlib
import hmac
import json
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectors.hooks import Answered, Call, Hook, HookAccount, Refused, Secret, Verified, hooks, routes
from tests.conftest import ROOT, shared

HOOKS = {hook.name: hook for hook in hooks()}
ZOOM, META, MAILCHIMP = HOOKS["zoom"], HOOKS["meta"], HOOKS["mailchimp"]
NOW = 1_790_000_000.0


def account(name: str = "main", owner: str = "", authority: str = "0070", **secrets: Any) -> HookAccount:
    made = {k: (v if isinstance(v, tuple) else (Secret(v.encode()),)) for k, v in secrets.items()}
    return HookAccount(authority, "x", name, owner, made)


def call(
    body: bytes, headers: dict[bytes, bytes] | None = None, method: str = "POST", at: float = NOW, **more: Any
) -> Call:
    return Call(method, more.get("query", b""), more.get("path_secret", b""), headers or {}, body, at)


def zoom_call(body: bytes, secret: bytes = b"s1", stamp: int = int(NOW), at: float = NOW) -> Call:
    made = hmac.new(secret, b"v0:%d:%b" % (stamp, body), hashlib.sha256).hexdigest()
    headers = {b"x-zm-signature": b"v0=" + made.encode(), b"x-zm-request-timestamp": b"%d" % stamp}
    return call(body, headers, at=at)


def meta_call(body: bytes, secret: bytes = b"s1") -> Call:
    made = hmac.new(secret, body, hashlib.sha256).hexdigest()
    return call(body, {b"x-hub-signature-256": b"sha256=" + made.encode()})


def refusal(hook: Hook, asked: Call, accounts: list[HookAccount]) -> tuple[int, str]:
    with pytest.raises(Refused) as refused:
        hook.verdict(asked, accounts)
    return refused.value.status, refused.value.code


def accepted(hook: Hook, asked: Call, accounts: list[HookAccount]) -> Verified:
    verdict = hook.verdict(asked, accounts)
    assert isinstance(verdict, Verified)
    return verdict


# --- one event, many deliveries -----------------------------------------------------------------
def zoom_samples() -> list[dict[str, Any]]:
    folder = shared("contracts", "zoom", "samples", "webhooks")
    return [json.loads(path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.json"))]


def test_every_event_of_zoom_has_a_business_key_of_its_own() -> None:
    keys = [ZOOM.reading(json.dumps(one).encode()).key for one in zoom_samples()]
    assert len(set(keys)) == len(keys) == 33
    assert not [key for key in keys if key.startswith("body")]


def test_tokens_addresses_and_names_do_not_make_another_event_but_time_and_person_do() -> None:
    for sample in zoom_samples():
        again = copy.deepcopy(sample)
        again["download_token"] = "another"
        again["payload"]["object"]["topic"] = "another"
        again["payload"]["object"]["join_url"] = "https://zoom.example/another"
        key = ZOOM.reading(json.dumps(sample).encode()).key
        assert ZOOM.reading(json.dumps(again, indent=1).encode()).key == key
        again["event_ts"] += 1
        assert ZOOM.reading(json.dumps(again).encode()).key != key
        if person := sample["payload"]["object"].get("participant"):
            other = copy.deepcopy(sample)
            for name in ("user_id", "participant_uuid", "participant_user_id"):
                if name in person:
                    other["payload"]["object"]["participant"][name] = "16780000"
            assert ZOOM.reading(json.dumps(other).encode()).key != key


def test_a_batch_of_meta_is_its_messages_statuses_and_changes_whenever_it_is_sent() -> None:
    folder = shared("contracts", "whatsapp", "samples")
    found = {}
    for path in sorted((*folder.glob("cloud-api-webhooks/*.json"), *folder.glob("pywa-updates/*.json"))):
        sample = json.loads(path.read_text(encoding="utf-8"))
        key = META.reading(json.dumps(sample).encode()).key
        assert META.reading(json.dumps(sample, indent=2, ensure_ascii=False).encode()).key == key
        found[path.name] = key
    assert len(found) == 56
    assert not [key for key in found.values() if key.startswith("body")]


def test_the_page_s_time_of_sending_does_not_count_and_the_change_does() -> None:
    change = {"field": "feed", "value": {"item": "comment", "verb": "add", "comment_id": "1_2", "created_time": 5}}
    batch = {"object": "page", "entry": [{"id": "1001", "time": 1, "changes": [change]}]}
    key = META.reading(json.dumps(batch).encode()).key
    batch["entry"][0]["time"] = 2  # type: ignore[index]
    assert META.reading(json.dumps(batch).encode()).key == key
    change["value"]["verb"] = "remove"  # type: ignore[index]
    assert META.reading(json.dumps(batch).encode()).key != key


def test_statuses_of_one_message_are_as_many_events() -> None:
    def body(status: str, who: str) -> bytes:
        value = {"statuses": [{"id": "wamid.1", "status": status, "recipient_id": who}]}
        return json.dumps({"object": "w", "entry": [{"id": "1", "changes": [{"value": value}]}]}).encode()

    told = [("sent", "a"), ("delivered", "a"), ("read", "a"), ("read", "b")]
    assert len({META.reading(body(*one)).key for one in told}) == 4


def test_mailchimp_events_differ_by_kind_second_and_person() -> None:
    folder = shared("contracts", "mailchimp", "samples", "webhooks-form")
    keys = set()
    for path in sorted(folder.glob("*.form")):
        form = dict(parse_qsl(path.read_text().strip(), keep_blank_values=True))
        key = MAILCHIMP.reading(urlencode(form).encode()).key
        assert MAILCHIMP.reading(urlencode({**form, "data[merges][FNAME]": "Else"}).encode()).key == key
        keys |= {key, MAILCHIMP.reading(urlencode({**form, "fired_at": "2009-03-26 21:31:22"}).encode()).key}
    assert len(keys) == 8


ODD = [
    b"", b"{", b"\xff\xfe", b"null", b"[]", b"3", b"NaN", b'"\\ud800"', b"[" * 100_000, b'{"entry":' + b"[" * 900 + b"]" * 900 + b"}",
    b'{"entry":[{"id":{},"changes":' + b"[" * 800 + b"]" * 800 + b"}]}", b"1" * 100_000, b'{"entry":[null,3,[]]}',
    b'{"event":"\\ud800","event_ts":1,"payload":{"object":{"uuid":"\\u0000"}}}', b'{"event":{},"payload":[]}',
    b'{"event":"a","event_ts":1,"payload":{"object":{"uuid":' + b"[" * 900 + b"]" * 900 + b"}}}",
    b'{"event":"a","event":"b"}', b"a=%ff&type=%00&fired_at=", b"=&=&", b"type=a&fired_at=b&type=c",
]  # fmt: skip


@pytest.mark.parametrize("hook", HOOKS.values(), ids=HOOKS)
def test_bodies_that_say_nothing_have_a_key_too(hook: Hook) -> None:
    keys = {hook.reading(body).key for body in ODD}
    assert all(keys)
    assert len(keys) >= len(ODD) - 2  # twins by their content may be one


@pytest.mark.parametrize("hook", HOOKS.values(), ids=HOOKS)
@given(body=st.binary(max_size=300))
def test_no_bytes_break_a_reading(hook: Hook, body: bytes) -> None:
    assert hook.reading(body).key == hook.reading(body).key != ""


NAMES = ["event", "event_ts", "payload", "object", "uuid", "id", "participant", "entry", "changes", "value", "messages"]
NAMES += ["statuses", "field", "time", "account_id", "plainToken", "registrant"]
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=6),
    max_leaves=30,
)


@pytest.mark.parametrize("hook", [ZOOM, META], ids=["zoom", "meta"])
@given(value=JSON)
def test_no_json_breaks_a_reading(hook: Hook, value: Any) -> None:
    body = json.dumps(value).encode()
    assert hook.reading(body).key == hook.reading(body).key != ""


# --- who vouches --------------------------------------------------------------------------------
def test_the_old_secret_counts_until_its_day() -> None:
    until = NOW + 100
    town = account(webhook=(Secret(b"new"), Secret(b"old", until)))
    for secret, at, ok in ((b"new", NOW, 1), (b"old", NOW, 1), (b"new", until, 1), (b"old", until, 0), (b"x", NOW, 0)):
        asked = zoom_call(b"{}", secret, stamp=int(at), at=at)
        if ok:
            assert accepted(ZOOM, asked, [town]).accounts
        else:
            assert refusal(ZOOM, asked, [town]) == (401, "bad_signature")


@pytest.mark.parametrize(
    ("age", "outcome"),
    [(0, False), (299, False), (301, True), (7_199, True), (7_201, None), (-299, False), (-301, None)],
)
def test_zoom_s_time_is_looked_at_over_its_whole_retry_horizon(age: int, outcome: bool | None) -> None:
    asked = zoom_call(b"{}", stamp=int(NOW) - age)
    if outcome is None:
        assert refusal(ZOOM, asked, [account(webhook="s1")]) == (401, "stale")
    else:
        assert accepted(ZOOM, asked, [account(webhook="s1")]).late is outcome


def test_the_account_is_the_one_the_payload_names_among_those_that_vouch() -> None:
    def batch(*owners: str) -> bytes:
        return json.dumps(
            {"object": "page", "entry": [{"id": one, "changes": [{"value": 1}]} for one in owners]}
        ).encode()

    haifa = account("haifa", "1", "4000", app_secret="s1")
    ours = account("ours", "2", "0070", app_secret="s1")
    other_app = account("other", "3", "5000", app_secret="s2")
    everybody = [haifa, ours, other_app]

    def given(body: bytes, secret: bytes = b"s1") -> list[HookAccount | None]:
        return list(routes(accepted(META, meta_call(body, secret), everybody).accounts, META.reading(body).owners))

    assert given(batch("2")) == [ours]
    assert given(batch("1", "2")) == [haifa, ours]
    assert given(batch("2", "9")) == [ours, None]
    assert given(batch("3")) == [None]  # its secret did not sign
    assert given(batch("3"), b"s2") == [other_app]
    assert given(b"not json") == [None]
    assert given(b"not json", b"s2") == [other_app]


def test_a_body_for_somebody_else_is_nobody_s_and_one_without_owners_the_only_account_s() -> None:
    one, named = account(), account(owner="A")
    assert routes([one], frozenset("B")) == [one]
    assert routes([named], frozenset("B")) == [None]
    assert routes([named], frozenset()) == [named]
    assert routes([named, one], frozenset()) == (None,)


def test_mailchimp_is_known_by_its_path_and_by_its_signature_where_there_is_one() -> None:
    body = b"type=subscribe&fired_at=x&data[list_id]=L"
    plain, signing = account("p", "L", webhook="way"), account("s", "L", webhook="path", webhook_signing="k")
    assert accepted(MAILCHIMP, call(body, path_secret=b"way"), [plain, signing]).accounts == [plain]
    assert refusal(MAILCHIMP, call(body, path_secret=b"path"), [plain, signing]) == (401, "unsigned")
    both = account("b", "L", webhook="path")
    assert accepted(MAILCHIMP, call(body, path_secret=b"path"), [both, signing]).accounts == [both]
    for wrong in (b"", b"pat", b"paths", "שלום".encode()):
        assert refusal(MAILCHIMP, call(body, path_secret=wrong), [plain, signing]) == (401, "bad_secret")

    def signed(stamp: int, key: bytes = b"k") -> Call:
        made = hmac.new(key, b"%d.%b" % (stamp, body), hashlib.sha256).hexdigest().encode()
        return call(body, {b"x-mailchimp-signature": b"t=%d,v1=%b" % (stamp, made)}, path_secret=b"path")

    assert accepted(MAILCHIMP, signed(int(NOW)), [signing]).accounts == [signing]
    assert accepted(MAILCHIMP, signed(int(NOW) - 4_500), [signing]).late
    assert refusal(MAILCHIMP, signed(int(NOW) - 7_300), [signing]) == (401, "stale")
    assert refusal(MAILCHIMP, signed(int(NOW), b"x"), [signing]) == (401, "bad_signature")
    garbage = call(body, {b"x-mailchimp-signature": b"\xff"}, path_secret=b"path")
    assert refusal(MAILCHIMP, garbage, [signing]) == (401, "unsigned")
    assert isinstance(MAILCHIMP.verdict(call(b"", path_secret=b"path"), [signing]), Answered)


def test_zoom_s_check_is_answered_with_the_secret_that_asked() -> None:
    town = account(webhook=(Secret(b"new"), Secret(b"old", NOW + 5)))
    body = json.dumps(
        {"event": "endpoint.url_validation", "payload": {"plainToken": "qgg8vlvZRS6UYooatFL8Aw"}}
    ).encode()
    for secret in (b"new", b"old"):
        answer = ZOOM.verdict(zoom_call(body, secret), [town])
        assert isinstance(answer, Answered)
        made = hmac.new(secret, b"qgg8vlvZRS6UYooatFL8Aw", hashlib.sha256).hexdigest()
        assert json.loads(answer.body) == {"plainToken": "qgg8vlvZRS6UYooatFL8Aw", "encryptedToken": made}


def test_secrets_are_compared_in_constant_time_only() -> None:
    """No `==`, `!=` or `in` has a signature, token or secret on one side."""
    found = []
    for path in (*Path(ROOT, "collectors").glob("*hook*.py"), *Path(ROOT, "collectors").glob("*/hook.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Compare) or "tried" in ast.unparse(node):
                continue
            names = {one.id for one in ast.walk(node) if isinstance(one, ast.Name)}
            if names & {"signature", "secret", "given", "made", "token"} and not isinstance(
                node.ops[0], (ast.Is, ast.IsNot)
            ):
                found.append(ast.unparse(node))
    assert found == []
