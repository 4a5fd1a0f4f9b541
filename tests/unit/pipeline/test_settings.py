"""What a town may write: every setting is described, an unknown or wrong one is refused by its own name."""

import re
from pathlib import Path

import pytest

from cli.docs import sources_page
from collectors.base import file_formats
from collectors.hooks import hooks
from collectors.service import sources
from collectors.settings import Settings, SourceSettings, format_settings, source_settings
from tests.conftest import ROOT
from town.config import Config, ConfigProblem, load

TOWN = '[[authority]]\ncode = "0070"\n'
ZOOM = TOWN + '[source.zoom.main]\nspace = "hall"\n'
GA4 = TOWN + '[source.ga4.main]\nproperty = "123"\nspace = "site"\n'
SITE = TOWN + '[source.site.main]\nsite = "https://town.example"\nspace = "site"\n'
DECLARED: dict[str, type[Settings]] = {**source_settings(), **format_settings()}


def loaded(folder: Path, text: str) -> Config:
    path = folder / "kehila.toml"
    path.write_text(text, encoding="utf-8")
    return load(path)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (ZOOM + 'kindfield = "x"', "[source.zoom.main] kindfield: no such setting; did you mean kind_field? see docs/sources.md#zoom"),
        (ZOOM + 'secrets = { clientid = "env:X" }', "[source.zoom.main] secrets.clientid: no such setting; did you mean client_id? see docs/sources.md#zoom"),
        (TOWN + "[source.zom.main]\n", "[source.zom]: there is no source zom; did you mean zoom?"),
        (TOWN + "[source.zoom.main]\n", "[source.zoom.main] space: it is missing (The town's code of the place"),
        (SITE + 'response_path = ["/ask"]', "[source.site.main] response_path: no such setting; did you mean response_paths?"),
        (TOWN + '[store]\nlakes = "x"', "[store] lakes: no such setting; did you mean lake?"),
        (TOWN + "[stor]\n", "stor: no such setting; did you mean store?"),
        (TOWN + '[whatsap]\nchat_name = "x"', "whatsap: no such setting; did you mean whatsapp?"),
        (TOWN + '[whatsapp]\nchatname = "x"', "[whatsapp] chatname: no such setting; did you mean chat_name? see docs/sources.md#whatsapp"),
        (TOWN + '[survey]\nwvae = "x"', "[survey] wvae: no such setting; did you mean wave?"),
        (TOWN + '[push.all]\nkind = "folder"\nallowed_hosts = []', "[push.all] allowed_hosts: no such setting; did you mean allow_hosts?"),
        (TOWN + 'timezon = "UTC"', "timezon: no such setting; did you mean timezone?"),
        ('base = "x"\n' + TOWN, "base: no such setting"),
    ],
)  # fmt: skip
def test_an_unknown_name_is_refused_with_the_nearest(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(ConfigProblem, match=re.escape(said)):
        loaded(tmp_path, text)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        (TOWN + '[source.ga4.main]\nproperty = "G-AB12"\nspace = "s"', "[source.ga4.main] property"),
        (TOWN + '[source.ga4.main]\nproperty = "UA-12-3"\nspace = "s"', "[source.ga4.main] property"),
        (TOWN + '[source.ga4.main]\nproperty = "12"', "give `space`"),
        (GA4 + 'key_events = { pay = "money" }', "key_events.pay"),
        (GA4 + 'page_rules = { "/x" = "fun" }', "page_rules./x"),
        (GA4 + "page_size = 300_000", "page_size"),
        (GA4 + 'transport = "carrier pigeon"', "'grpc' or 'rest'"),
        (GA4 + 'resident_city_ids = "1008001"', "resident_city_ids"),
        (GA4 + 'base_url = "http://10.0.0.8:80"', "base_url: leave it out"),
        (GA4 + 'base_url = "https://analytics.example.org"', "base_url: leave it out"),
        (GA4 + 'base_url = "http://127.0.0.1"', "base_url: leave it out"),
        (GA4 + 'base_url = "http://a@127.0.0.1:80"', "base_url: leave it out"),
        (SITE.replace("https://town", "town"), "site: the site's own address"),
        (SITE.replace('space = "site"', 'space = ""'), "[source.site.main] space"),
        (SITE + 'page_rules = { "/x" = "fun" }', "page_rules./x: a topic among"),
        (SITE + 'page_rules = { "/x" = "service:planning" }', "page_rules./x"),
        (SITE + 'page_rules = { "/x" = "process:planning:soon" }', "page_rules./x"),
        (SITE + 'language_rules = { "/x" = "xx" }', "language_rules./x"),
        (SITE + "sitemaps = []", "name a sitemap"),
        (SITE + 'feeds = "rss.xml"', "feeds"),
        (ZOOM + 'kinds = { a = "party" }', "kinds.a"),
        (ZOOM + 'kinds = "x"', "kinds"),
        (ZOOM + 'heard_via_answers = ["x"]', "heard_via_answers"),
        (ZOOM + 'users = "one@town.example"', "users"),
        (TOWN + '[source.facebook.main]\npage = "our-town"\nspace = "f"', "page: string should match pattern"),
        (TOWN + '[source.google_forms.main]\nform_id = "f"\nsample_type = "all"', "sample_type"),
        (TOWN + '[facebook_group]\ncolumns = { A = "followers" }', "[facebook_group] columns.A"),
        (TOWN + '[facebook_group]\nperiod = "year"', "[facebook_group] period"),
        (TOWN + "[survey]\nanswers = { superb = 9 }", "[survey] answers.superb"),
    ],
)
def test_a_wrong_value_is_refused_by_the_name_of_its_setting(tmp_path: Path, text: str, named: str) -> None:
    with pytest.raises(ConfigProblem) as raised:
        loaded(tmp_path, text)
    assert named in str(raised.value)


def test_a_refusal_quotes_no_value(tmp_path: Path) -> None:
    secret = "canary-0a1b2c"
    wrong = f'users = "{secret}"\nkinds = {{ a = "{secret}" }}\nsecrets = "{secret}"\nbase_url = ["{secret}"]'
    with pytest.raises(ConfigProblem) as raised:
        loaded(tmp_path, ZOOM + wrong)
    assert str(raised.value).count("[source.zoom.main]") == 4 and secret not in str(raised.value)


def test_what_is_left_out_has_its_default_and_numbers_may_be_identifiers(tmp_path: Path) -> None:
    config = loaded(tmp_path, TOWN + '[source.brevo.main]\nlist = 7\nspace = "mail"\n[whatsapp]\ndate_order = "mdy"\n')
    assert config.source["brevo"]["main"].model_dump() == {
        "authority": "", "base_url": None, "secrets": {}, "list": "7", "space": "mail",
    }  # fmt: skip
    own = config.options("whatsapp")
    assert own is not None and own.given() == {"date_order": "mdy"}
    assert config.options("survey") is None and config.options("") is None
    assert config.base == tmp_path


def test_declared_once_for_source_hook_and_configuration() -> None:
    found = sources()
    assert set(found) == set(source_settings())
    assert {name: one.Settings for name, one in found.items()} == source_settings()
    sections = {one.Settings.section: one.Settings for one in file_formats() if one.Settings.section}
    assert sections == format_settings()
    for hook in hooks():
        for source in hook.owner_setting:
            kind = source_settings()[source]
            assert set(kind.webhook_secrets) == {*hook.secret_names, *hook.optional_secrets}
            assert {f"{name}_old_until" for name in kind.webhook_secrets} <= set(kind.model_fields)
            assert hook.owner_setting[source] in kind.model_fields


@pytest.mark.parametrize("name", sorted(DECLARED))
def test_settings_are_documented(name: str) -> None:
    page = (ROOT / "docs" / "sources.md").read_text(encoding="utf-8")
    _, _, rest = page.partition(f"\n### {name}\n")
    section, kind = rest.split("\n### ")[0], DECLARED[name]
    own = [field for field in kind.model_fields if field not in SourceSettings.model_fields]
    described = {row[1] for row in re.finditer(r"^\| `([\w.]+)` \| [^|]+ \| [^|]* \| [^|]{10,} \|$", section, re.M)}
    expected = set(own)
    if issubclass(kind, SourceSettings):
        expected |= {f"secrets.{one}" for one in (*kind.secret_names, *kind.optional_secrets, *kind.webhook_secrets)}
    assert expected and expected <= described
    assert all(len(field.description or "") > 10 for field in kind.model_fields.values())


def test_a_setting_without_a_description_is_no_row() -> None:
    assert "| None |" not in sources_page()


@pytest.mark.parametrize("other", ['property = "456"\nspace = "site"\n', 'property = "456"\napp_space = "site"\n'])
def test_two_properties_of_one_space_are_refused_by_both_names(tmp_path: Path, other: str) -> None:
    for first, second in (
        (GA4, "[source.ga4.new]\n" + other),
        (TOWN + "[source.ga4.new]\n" + other, GA4.removeprefix(TOWN)),
    ):
        with pytest.raises(ConfigProblem) as raised:
            loaded(tmp_path, first + second)
        said = str(raised.value)
        assert "[source.ga4.main]" in said and "[source.ga4.new]" in said and "space site" in said
        assert "give each a space of its own" in said


def test_two_accounts_whose_figures_can_be_put_together_may_share_a_space(tmp_path: Path) -> None:
    two = ZOOM + '[source.zoom.second]\nspace = "hall"\n'
    assert len(loaded(tmp_path, two).source["zoom"]) == 2
    apart = GA4 + '[source.ga4.new]\nproperty = "456"\nspace = "library"\n'
    assert len(loaded(tmp_path, apart).source["ga4"]) == 2
