"""Settings come from the environment, and one that cannot be used is named in one line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from shared.settings import BadSettingError, Settings


def test_without_any_setting_the_suite_runs_on_one_machine() -> None:
    settings = Settings.from_environment({})

    assert settings.kafka is None
    assert settings.url == settings.internal_url == "http://127.0.0.1:8080"
    assert settings.data == Path.cwd() / "var"
    assert settings.database("fees") == f"sqlite:///{Path.cwd()}/var/fees.db"
    assert settings.builtin_issuer
    assert not settings.example


def test_the_address_follows_the_port() -> None:
    assert Settings.from_environment({"PORT": "9000"}).url == "http://127.0.0.1:9000"


def test_an_empty_setting_is_none() -> None:
    assert Settings.from_environment({"SAMVIRKE_KAFKA": ""}).kafka is None


def test_each_service_has_its_database() -> None:
    address = "postgresql+psycopg://fees@db/fees"
    settings = Settings.from_environment({"SAMVIRKE_DATABASE_FEES": address})

    assert settings.database("fees") == address
    assert settings.database("groups").startswith("sqlite:///")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "0"),
        ("PORT", "65536"),
        ("PORT", "http"),
        ("SAMVIRKE_NETWORK", "../etc"),
        ("SAMVIRKE_URL", "samvirke.example"),
        ("SAMVIRKE_URL", "ftp://samvirke.example"),
        ("SAMVIRKE_URL", "http://[oops"),
        ("SAMVIRKE_BUILTIN_ISSUER", "yes"),
        ("SAMVIRKE_EXAMPLE", "1"),
        ("SAMVIRKE_DATABASE_FEES", "postgresql://secret@db/fees"),
        ("SAMVIRKE_DATABASE_FEES", "postgresql+psycopg://fees:secret@db:secret-port/fees"),
        ("SAMVIRKE_DATABASE_FEES", "postgresql+psycopg://fees:secret@db:65536/fees"),
        ("SAMVIRKE_KAFKA", "a:b"),
        ("SAMVIRKE_KAFKA", "a:9092,"),
        ("SAMVIRKE_KAFKA", "a:0"),
        ("SAMVIRKE_KAFKA", "a:65536"),
        ("SAMVIRKE_KAFKA", "a/b"),
        ("SAMVIRKE_ISSUERS", "{}"),
        ("SAMVIRKE_ISSUERS", "["),
    ],
)
def test_a_setting_that_cannot_be_used_is_named(name: str, value: str) -> None:
    with pytest.raises(BadSettingError, match=name) as raised:
        Settings.from_environment({name: value})

    assert "\n" not in str(raised.value)
    assert "secret" not in str(raised.value)


@pytest.mark.parametrize("brokers", ["kafka:9092", "a:9092,b:9092", "a:9092, b:9092", "[::1]:9092", "kafka"])
def test_brokers_are_named_as_their_client_takes_them(brokers: str) -> None:
    assert Settings.from_environment({"SAMVIRKE_KAFKA": brokers}).kafka == brokers


@pytest.mark.parametrize(
    "choice",
    [
        {"algorithms": ["HS256"]},
        {"algorithms": ["none"]},
        {"algorithms": []},
        {"jwks": "http://keys.example/jwks"},
        {"audiense": "misspelt"},
    ],
)
def test_an_issuer_that_would_not_be_safe_is_refused(choice: dict[str, object]) -> None:
    issuer = {"issuer": "https://issuer.example", "jwks": "https://keys.example/jwks"} | choice
    with pytest.raises(BadSettingError, match="SAMVIRKE_ISSUERS"):
        Settings.from_environment({"SAMVIRKE_ISSUERS": json.dumps([issuer])})


def test_an_issuer_is_named_once() -> None:
    issuer = {"issuer": "https://issuer.example", "jwks": "https://keys.example/jwks"}
    with pytest.raises(BadSettingError, match="twice"):
        Settings.from_environment({"SAMVIRKE_ISSUERS": json.dumps([issuer, issuer])})
