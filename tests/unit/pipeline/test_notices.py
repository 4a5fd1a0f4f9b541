"""A notice arrives by webhook and mail, or says what is wrong without the address."""

from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest

from flows.notify import in_words
from pipeline.notices import NotTaken, send, ways
from tests.integration.notice_sinks import mail_sink, web_sink
from texts import LANGUAGES, Language, word
from town.config import Config, ConfigProblem, load
from town.notify import TOPICS, topic_of

FACTS = {"authority": "0070", "what": "refused", "about": "zoom"}


def configured(base: Path, **addresses: str) -> Config:
    lines = "".join(f'{kind} = "file:{kind}"\n' for kind in addresses)
    for kind, address in addresses.items():
        (base / kind).write_text(address)
    (base / "kehila.toml").write_text(f'[[authority]]\ncode = "0070"\n[notify]\n{lines}')
    return load(base / "kehila.toml")


def test_a_webhook_takes_it_as_json_with_a_text(tmp_path: Path) -> None:
    with web_sink() as sink:
        config = configured(tmp_path, webhook=sink.address)
        (way,) = ways(config, config.authority[0])
        assert (way.name, way.languages) == ("webhook", ("he", "ar", "en"))
        send(config, way, "Kehila", "שלום", FACTS)
    assert sink.taken == [{"text": "Kehila\nשלום", **FACTS}]


def test_a_mail_has_its_readers_and_text(tmp_path: Path) -> None:
    with mail_sink() as sink:
        address = f"smtp://127.0.0.1:{sink.port}/?from=kehila@town.example&to=a@town.example&to=b@town.example"
        config = configured(tmp_path, mail=address)
        (way,) = ways(config, config.authority[0])
        assert way.name == "mail"
        send(config, way, "קהילה", "שלום", FACTS)
    mail = message_from_bytes(sink.taken[0], policy=default)
    assert (mail["subject"], mail["to"]) == ("קהילה", "a@town.example, b@town.example")
    assert mail.get_content().strip() == "שלום"


@pytest.mark.parametrize(
    ("status", "may_pass"), [(500, True), (429, True), (404, False), (302, False)]
)  # fmt: skip
def test_what_a_webhook_answers_decides_whether_it_is_tried_again(tmp_path: Path, status: int, may_pass: bool) -> None:
    with web_sink(status) as sink:
        config = configured(tmp_path, webhook=sink.address)
        with pytest.raises(NotTaken, match=f"answered {status}") as refused:
            send(config, ways(config, config.authority[0])[0], "Kehila", "text", FACTS)
    assert refused.value.may_pass is may_pass and len(sink.taken) == 1  # no redirect is followed


@pytest.mark.parametrize(
    ("way", "address"),
    [
        ("webhook", "http://example.org/T0KEN"),
        ("webhook", "T0KEN"),
        ("webhook", "http://127.0.0.1:1/T0KEN"),
        ("mail", "smtp://host/?to=T0KEN@town.example"),
        ("mail", "smtp://u:T0KEN@127.0.0.1:1/?from=a@town.example&to=b@town.example"),
    ],
)
def test_what_cannot_be_sent_says_so_without_the_address(tmp_path: Path, way: str, address: str) -> None:
    config = configured(tmp_path, **{way: address})
    with pytest.raises(NotTaken) as refused:
        send(config, ways(config, config.authority[0])[0], "Kehila", "text", FACTS)
    assert "T0KEN" not in str(refused.value)


def test_an_address_itself_in_the_configuration_is_refused(tmp_path: Path) -> None:
    (tmp_path / "kehila.toml").write_text('[[authority]]\ncode = "0070"\n[notify]\nwebhook = "https://host/T0KEN"\n')
    with pytest.raises(ConfigProblem, match="by reference") as refused:
        load(tmp_path / "kehila.toml")
    assert "T0KEN" not in str(refused.value)


def test_each_is_told_of_what_she_answers_for_and_no_name_of_hers_is_said(tmp_path: Path) -> None:
    (tmp_path / "kehila.toml").write_text(
        '[[authority]]\ncode = "0070"\nlanguages = ["he", "en"]\n[notify]\nmail = "file:all"\n'
        '[notify.to."Nora Canary"]\nmail = "file:hers"\nlanguage = "ar"\nabout = ["sources", "months"]\n'
    )
    config = load(tmp_path / "kehila.toml")
    first, second = ways(config, config.authority[0])
    assert (first.name, second.name) == ("mail", "mail 2")
    assert (first.languages, second.languages) == (("he", "en"), ("ar",))
    assert first.topics == set(TOPICS) and second.topics == {"sources", "months"}
    assert "Canary" not in repr((first, second)) and "hers" not in repr(second)


def test_every_condition_and_notice_has_its_topic() -> None:
    assert {topic_of(code) for code in ("gate_held", "refused", "doubted")} == {"figures"}
    assert {topic_of(code) for code in ("overdue", "empty", "file", "silent", "trouble", "fewer_than_counted")} == {
        "sources"
    }
    assert (topic_of("not_pushed"), topic_of("disk"), topic_of("failed")) == ("months", "machine", "machine")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_notice_names_the_source_and_counts_instead_of_codes(language: Language) -> None:
    name = word("codes.sources", "website", language)
    said = in_words('website {"bound_broken": 30, "unusual_month": 2}', language)
    assert said.startswith(name) and "32" in said and "{" not in said and "bound_broken" not in said
    assert "{" not in in_words(' {"unusual_month": 1}', language), "of figures, which are of no source"
    for about in ("Refresh (Failed)", "facebook.main empty", "website {", 'website ["a"]'):
        assert in_words(about, language) == about
    assert in_words("", language) == "-"
