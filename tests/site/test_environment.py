"""Settings come from the environment, typed, and what is wrong with one is said by its name."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from commonpool.site.environment import (
    Environment,
    WrongSettingError,
    database,
    mail,
    read_environment,
    secret_key,
    sign_on,
)


@pytest.fixture(autouse=True)
def nothing_set(monkeypatch: pytest.MonkeyPatch) -> None:
    import os

    for name in list(os.environ):
        if name.startswith("COMMONPOOL_"):
            monkeypatch.delenv(name)


def test_without_any_variable_everything_lies_in_var_and_only_this_machine_is_answered() -> None:
    environment = read_environment()

    assert environment.home == Path("var")
    assert database(environment)["NAME"] == Path("var/commonpool.sqlite3")
    assert environment.hosts == ("127.0.0.1", "localhost", "[::1]")
    assert (environment.demo, environment.debug) == (False, False)
    assert sign_on(environment) == {}


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("COMMONPOOL_DEMO", "perhaps", "COMMONPOOL_DEMO: ‘perhaps’ can’t be used"),
        ("COMMONPOOL_UPLOAD_MEGABYTES", "0", "COMMONPOOL_UPLOAD_MEGABYTES: ‘0’ can’t be used"),
        ("COMMONPOOL_DATABASE_URL", "mysql://u:hunter2@h/n", "write postgresql://user:password@host:port/name"),
        ("COMMONPOOL_MAIL_URL", "http://x", "write smtp://"),
        ("COMMONPOOL_OIDC_SERVER", "https://id.example", "COMMONPOOL_OIDC_CLIENT_ID"),
    ],
)
def test_a_variable_that_cannot_be_used_is_named_with_its_cure(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, said: str
) -> None:
    monkeypatch.setenv(name, value)

    with pytest.raises(WrongSettingError) as wrong:
        read_environment()

    assert said in str(wrong.value)
    assert "hunter2" not in str(wrong.value), "a password is not shown back"


def test_all_wrong_variables_are_named_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COMMONPOOL_DEMO", "perhaps")
    monkeypatch.setenv("COMMONPOOL_DEBUG", "maybe")

    with pytest.raises(WrongSettingError, match=r"(?s)COMMONPOOL_DEMO.*\n.*COMMONPOOL_DEBUG"):
        read_environment()


def test_an_empty_variable_is_one_that_is_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COMMONPOOL_DATABASE_URL", "")

    assert read_environment().database_url is None


def test_a_postgresql_address_is_taken_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COMMONPOOL_DATABASE_URL", "postgresql://jo:a%40b@db.example:5433/pool?sslmode=require")

    made = database(read_environment())

    assert (made["NAME"], made["USER"], made["PASSWORD"]) == ("pool", "jo", "a@b")
    assert (made["HOST"], made["PORT"], made["OPTIONS"]["sslmode"]) == ("db.example", "5433", "require")
    assert made["CONN_MAX_AGE"] == 0


def test_hosts_are_told_apart_by_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COMMONPOOL_HOSTS", "pool.example, www.pool.example")

    assert read_environment().hosts == ("pool.example", "www.pool.example")


def test_mail_goes_by_smtp_where_an_address_is_given_and_into_the_home_otherwise() -> None:
    by_smtp = mail(Environment(mail_url="smtps://jo:secret@mail.example"))  # type: ignore[arg-type]
    into_home = mail(Environment(home=Path("/srv/pool")))

    assert (by_smtp["EMAIL_HOST"], by_smtp["EMAIL_PORT"], by_smtp["EMAIL_USE_SSL"]) == ("mail.example", 465, True)
    assert into_home["EMAIL_FILE_PATH"] == "/srv/pool/mail"


def test_the_secret_key_is_made_once_and_only_its_owner_reads_it(tmp_path: Path) -> None:
    home = tmp_path / "home"

    first = secret_key(home)

    assert secret_key(home) == first
    assert len(first) > 50
    assert stat.S_IMODE((home / "secret-key").stat().st_mode) == 0o600
    assert [path.name for path in home.iterdir()] == ["secret-key"]


def test_a_secret_key_that_others_can_read_is_refused(tmp_path: Path) -> None:
    secret_key(tmp_path)
    (tmp_path / "secret-key").chmod(0o644)

    with pytest.raises(WrongSettingError, match="chmod 600"):
        secret_key(tmp_path)


def test_a_home_that_is_made_here_is_open_to_its_owner_only(tmp_path: Path) -> None:
    secret_key(tmp_path / "new")

    assert stat.S_IMODE((tmp_path / "new").stat().st_mode) == 0o700
