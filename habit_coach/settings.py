"""Every setting, read once from the environment; nothing else reads it.

A name here is an environment variable with the prefix `HABIT_COACH_`; `NAME_FILE` names a file that holds the value.
"""

import os
import re
import secrets
from contextlib import suppress
from functools import cached_property, lru_cache
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path
from typing import Annotated, Any, Literal, Self
from urllib.parse import urlsplit

import limits
from pydantic import AfterValidator, AliasChoices, Field, SecretStr, model_validator
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

PREFIX = "HABIT_COACH_"


class FileSource(PydanticBaseSettingsSource):
    """Values in files, as Docker and Kubernetes hand out secrets: `HABIT_COACH_SECRET_KEY_FILE=/run/secrets/key`."""

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:
        path = os.environ.get(f"{PREFIX}{field_name.upper()}_FILE")
        return (Path(path).read_text("utf-8").strip() if path else None), field_name, False

    def __call__(self) -> dict[str, Any]:
        found = {name: self.get_field_value(field, name)[0] for name, field in self.settings_cls.model_fields.items()}
        return {name: value for name, value in found.items() if value is not None}


def _rate(words: str) -> str:
    """A rate in words, such as `10 per 15 minutes`."""
    limits.parse(words)
    return words


Rate = Annotated[str, AfterValidator(_rate)]


def shared_name(name: str) -> AliasChoices:
    """A setting that hosting platforms also give without our prefix."""
    return AliasChoices(PREFIX + name, name)


def driver_url(url: str) -> str:
    """A database's address as people write it, with the driver that we use."""
    return re.sub("^postgres(ql)?://", "postgresql+psycopg2://", url)


class Settings(BaseSettings):
    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="ignore", populate_by_name=True)

    environment: Literal["development", "production"] = "development"
    data: Path = Path("data")
    host: str = "127.0.0.1"
    port: int = Field(8000, ge=1, le=65535, validation_alias=shared_name("PORT"))
    base_url: str = ""
    database_url: str = Field("", validation_alias=shared_name("DATABASE_URL"))
    redis_url: str = Field("", validation_alias=shared_name("REDIS_URL"))
    sentry_dsn: SecretStr = Field(SecretStr(""), validation_alias=shared_name("SENTRY_DSN"))
    secret_key: SecretStr | None = None
    token: SecretStr | None = None
    allowed_origins: list[str] = []
    sign_up: Literal["open", "closed"] = "open"
    session_days: int = Field(30, ge=1, le=400)
    session_idle_days: int = Field(14, ge=1, le=400)
    trusted_proxy_hops: int = Field(0, ge=0)
    web_workers: int = Field(1, ge=1, le=64)
    bcrypt_cost: int = Field(12, ge=4, le=16)
    rate_limits: Literal["on", "off"] = "on"
    limit_sign_in: Rate = "10 per 15 minutes"
    limit_sign_in_address: Rate = "50 per 15 minutes"
    limit_sign_in_account: Rate = "50 per hour"
    limit_sign_up: Rate = "20 per hour"
    limit_reset: Rate = "5 per hour"
    limit_requests: Rate = "1200 per minute"
    largest_body: int = Field(2 * 1024 * 1024, ge=1024)
    largest_upload: int = Field(128 * 1024 * 1024, ge=1024)
    mail_from: str = "Habit Coach <habit-coach@localhost>"
    smtp_host: str = ""
    smtp_port: int = Field(587, ge=1, le=65535)
    smtp_security: Literal["starttls", "tls", "none"] = "starttls"
    smtp_user: str = ""
    smtp_password: SecretStr = SecretStr("")
    oidc_issuer: str = ""
    oidc_client_id: str = ""
    oidc_client_secret: SecretStr = SecretStr("")
    oidc_name: str = "your organisation"
    oidc_sign_up: Literal["open", "closed"] = "open"
    nudges_held_back: float = Field(0, ge=0, le=0.5)
    outbound_networks: list[IPv4Network | IPv6Network] = []

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return init_settings, env_settings, FileSource(settings_cls)

    @model_validator(mode="after")
    def fill_and_refuse(self) -> Self:
        self.base_url = (self.base_url or f"http://localhost:{self.port}").rstrip("/")
        self.database_url = self.database_url or f"sqlite:///{self.data.resolve() / 'habit_coach.db'}"
        self.database_url = driver_url(self.database_url)
        if "*" in self.allowed_origins:
            raise ValueError(
                "Name each origin in HABIT_COACH_ALLOWED_ORIGINS; '*' would let any site act for your users."
            )
        if self.web_workers > 1 and not self.redis_url:
            raise ValueError("More than one web worker needs REDIS_URL: they share live updates through Redis.")
        if self.environment == "production":
            self._refuse_unsafe()
        return self

    def _refuse_unsafe(self) -> None:
        if self.secret_key is None or len(self.secret_key.get_secret_value()) < 32:
            raise ValueError(
                "Production needs HABIT_COACH_SECRET_KEY of at least 32 characters; "
                'make one with: python -c "import secrets; print(secrets.token_urlsafe(48))"'
            )
        if self.bcrypt_cost < 12:
            raise ValueError("Production needs HABIT_COACH_BCRYPT_COST of at least 12.")
        if self.rate_limits == "off":
            raise ValueError("Production needs its rate limits: take HABIT_COACH_RATE_LIMITS=off away.")

    @property
    def counters(self) -> Path:
        """Where several web processes keep what they count, to be added up."""
        return self.data / "counters"

    @property
    def is_https(self) -> bool:
        return urlsplit(self.base_url).scheme == "https"

    @cached_property
    def origins(self) -> frozenset[str]:
        """The origins whose pages may act with a user's cookie."""
        local = {f"http://{name}:{self.port}" for name in ("localhost", "127.0.0.1")}
        own = {self.base_url} if self.environment == "production" else {self.base_url} | local
        return frozenset(own | {origin.rstrip("/") for origin in self.allowed_origins})

    @cached_property
    def secret(self) -> bytes:
        """The key behind every signature; without a setting, one is made once and kept in the data folder."""
        if self.secret_key is not None:
            return self.secret_key.get_secret_value().encode()
        path = self.data / "secret.key"
        if not path.exists():
            _write_once(path, secrets.token_urlsafe(48))
        return path.read_text("utf-8").strip().encode()


def _write_once(path: Path, text: str) -> None:
    """A file for its owner only; of two processes that write it at once one wins, and nobody ever sees half of it."""
    unfinished = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    with open(unfinished, "x", opener=lambda name, flags: os.open(name, flags, 0o600)) as file:
        file.write(text)
    with suppress(FileExistsError):
        os.link(unfinished, path)
    unfinished.unlink()


@lru_cache(maxsize=1)
def settings() -> Settings:
    return Settings()
