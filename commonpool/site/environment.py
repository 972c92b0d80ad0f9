"""What may be set from outside: `COMMONPOOL_*` in the environment, each with its type and its cure."""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from typing import Annotated, Any, Final

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

PREFIX: Final = "COMMONPOOL_"
LOOPBACK: Final = frozenset({"127.0.0.1", "::1", "localhost"})


class WrongSettingError(ValueError):
    """A variable of the environment that can't be used. The message names it and says what to write."""


class Environment(BaseSettings):
    """Every variable that the site reads. A field `home` is the variable `COMMONPOOL_HOME`, and so on."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, env_ignore_empty=True, extra="ignore")

    home: Path = Field(default=Path("var"), description="The folder that holds everything.")
    interview_keys: Path | None = Field(
        default=None, description="The folder of the keys to interviews, in no backup; `interview-keys` in the home."
    )
    database_url: SecretStr | None = Field(default=None, description="postgresql://user:password@host:port/name")
    demo: bool = Field(default=False, description="Demonstration accounts; loopback only.")
    debug: bool = Field(default=False, description="Show tracebacks; never on a public site.")
    hosts: Annotated[tuple[str, ...], NoDecode] = Field(
        default=("127.0.0.1", "localhost", "[::1]"),
        description="Names under which browsers reach the site, with commas.",
    )
    behind_proxy: bool = Field(
        default=False, description="A proxy in front ends TLS and sets X-Forwarded-Proto and -For."
    )
    upload_megabytes: int = Field(default=40, ge=1, le=2_000, description="The largest request body.")
    mail_url: SecretStr | None = Field(default=None, description="smtp://user:password@host:587 or smtps://host:465")
    mail_from: str = Field(default="commonpool@localhost", description="The sender of invitations and resets.")
    oidc_server: str | None = Field(default=None, description="Address of the OpenID Connect provider.")
    oidc_client_id: str | None = None
    oidc_client_secret: SecretStr | None = None
    oidc_name: str = Field(default="your organisation’s account", description="What the sign-in button calls it.")

    @field_validator("hosts", mode="before")
    @classmethod
    def _split(cls, value: Any) -> Any:
        return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value

    @field_validator("database_url")
    @classmethod
    def _is_postgresql(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and not value.get_secret_value().startswith(("postgresql://", "postgres://")):
            raise ValueError("write postgresql://user:password@host:port/name, or leave it out for SQLite")
        return value

    @field_validator("mail_url")
    @classmethod
    def _is_smtp(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and not value.get_secret_value().startswith(("smtp://", "smtps://")):
            raise ValueError("write smtp://user:password@host:587 or smtps://user:password@host:465")
        return value

    @model_validator(mode="after")
    def _oidc_is_whole(self) -> Environment:
        given = [self.oidc_server, self.oidc_client_id, self.oidc_client_secret]
        if any(given) and not all(given):
            raise ValueError(
                "set COMMONPOOL_OIDC_SERVER, COMMONPOOL_OIDC_CLIENT_ID and COMMONPOOL_OIDC_CLIENT_SECRET "
                "together, or none of them"
            )
        return self


def read_environment() -> Environment:
    """The environment, typed. Raises `WrongSettingError` with one line for each variable that can't be used."""
    try:
        return Environment()
    except ValidationError as error:
        raise WrongSettingError("\n".join(_sentence(dict(fault)) for fault in error.errors())) from None


def _sentence(fault: dict[str, Any]) -> str:
    """One fault in words. A value that may hold a password is not shown back."""
    said = str(fault["msg"]).removeprefix("Value error, ").rstrip(".")
    if not fault["loc"]:
        return f"Settings: {said}."
    field = str(fault["loc"][0])
    is_secret = field.endswith(("url", "secret"))
    found = "what was given" if is_secret else f"‘{fault['input']}’"
    return f"{PREFIX}{field.upper()}: {found} can’t be used: {said[:1].lower()}{said[1:]}."


def secret_key(home: Path) -> str:
    """The key that signs sessions and links: made at the first run, readable by its owner only, not in backups.

    Written beside and linked into place, so that two processes that start together end with one key.
    """
    path = home / "secret-key"
    if not path.exists():
        # For its owner only: the database, the uploads and unsent messages lie in it too.
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        fresh = home / f".secret-key-{os.getpid()}-{secrets.token_hex(4)}"
        with os.fdopen(os.open(fresh, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as out:
            out.write(secrets.token_urlsafe(64))
        try:
            os.link(fresh, path)
        except FileExistsError:
            pass  # another process was first, and its key counts
        finally:
            fresh.unlink()
    if path.stat().st_mode & 0o077:
        raise WrongSettingError(f"{path} can be read by others. Run: chmod 600 {path}")
    return path.read_text().strip()


def database(environment: Environment) -> dict[str, Any]:
    """Django's `DATABASES["default"]`: PostgreSQL where an address is given, else one SQLite file in the home."""
    if environment.database_url is None:
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": environment.home / "commonpool.sqlite3",
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                # FULL: in WAL, NORMAL may lose the last commits when power fails.
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; "
                "PRAGMA busy_timeout=20000; PRAGMA cache_size=-20000; "
                # Else REPLACE would remove rows without asking the triggers that forbid it.
                "PRAGMA recursive_triggers=ON;",
            },
        }
    from psycopg import ProgrammingError
    from psycopg.conninfo import conninfo_to_dict

    try:
        parts = conninfo_to_dict(environment.database_url.get_secret_value())
    except ProgrammingError:
        raise WrongSettingError(
            f"{PREFIX}DATABASE_URL: what was given can’t be used: write postgresql://user:password@host:port/name."
        ) from None
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.pop("dbname", "commonpool"),
        "USER": parts.pop("user", ""),
        "PASSWORD": parts.pop("password", ""),
        "HOST": parts.pop("host", ""),
        "PORT": str(parts.pop("port", "")),
        "CONN_MAX_AGE": 0,  # with the pool it must stay 0
        "OPTIONS": {**parts, "pool": {"min_size": 2, "max_size": 8, "timeout": 20}},
    }


def mail(environment: Environment) -> dict[str, Any]:
    """Django's mail settings; without an address messages are written into `HOME/mail`."""
    common = {"DEFAULT_FROM_EMAIL": environment.mail_from, "SERVER_EMAIL": environment.mail_from}
    if environment.mail_url is None:
        return {
            **common,
            "EMAIL_BACKEND": "django.core.mail.backends.filebased.EmailBackend",
            "EMAIL_FILE_PATH": str(environment.home / "mail"),
        }
    from urllib.parse import unquote, urlsplit

    url = urlsplit(environment.mail_url.get_secret_value())
    is_wrapped = url.scheme == "smtps"
    return {
        **common,
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": url.hostname or "localhost",
        "EMAIL_PORT": url.port or (465 if is_wrapped else 587),
        "EMAIL_HOST_USER": unquote(url.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(url.password or ""),
        "EMAIL_USE_SSL": is_wrapped,
        "EMAIL_USE_TLS": not is_wrapped,
        "EMAIL_TIMEOUT": 15,
    }


def sign_on(environment: Environment) -> dict[str, Any]:
    """allauth's `SOCIALACCOUNT_PROVIDERS`: one OpenID Connect provider where one is set, else none."""
    if environment.oidc_server is None or environment.oidc_client_secret is None:
        return {}
    app = {
        "provider_id": "oidc",
        "name": environment.oidc_name,
        "client_id": environment.oidc_client_id,
        "secret": environment.oidc_client_secret.get_secret_value(),
        "settings": {"server_url": environment.oidc_server},
    }
    return {"openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": [app]}}
