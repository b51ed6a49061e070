"""Real databases for every test that touches one: SQLite always, PostgreSQL when it answers (in CI it must)."""

import os
import shutil
import uuid
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import psycopg2
import pytest
import redis
from alembic import command
from alembic.config import Config
from sqlalchemy import text
from sqlmodel import SQLModel
from starlette.testclient import TestClient

from habit_coach import db, throttle
from habit_coach.api.headers import always_sent
from habit_coach.settings import settings

hypothesis.settings.register_profile("unhurried", deadline=None)  # a busy machine is no failure of the rules
hypothesis.settings.load_profile("unhurried")

ROOT = Path(__file__).parent.parent
POSTGRES = os.environ.get("TEST_POSTGRES", "postgresql://127.0.0.1:5432/postgres")
REDIS = os.environ.get("TEST_REDIS", "redis://127.0.0.1:6379")
REQUIRED = os.environ.get("CI") == "true"


def kinds_of_database() -> list[str]:
    """SQLite always; PostgreSQL when it answers, and where it is required, whether it does or not."""
    try:
        psycopg2.connect(POSTGRES, connect_timeout=3).close()
    except psycopg2.OperationalError:
        return ["sqlite", "postgresql"] if REQUIRED else ["sqlite"]
    return ["sqlite", "postgresql"]


def has_redis() -> bool:
    """Whether Redis answers; where it is required, the tests are to find out."""
    with redis.Redis.from_url(REDIS, socket_connect_timeout=3) as server:
        try:
            return REQUIRED or bool(server.ping())
        except redis.ConnectionError:
            return False


DATABASES = kinds_of_database()
WITH_REDIS = has_redis()


def pytest_report_header() -> str:
    return f"databases: {', '.join(DATABASES)}; Redis: {'yes' if WITH_REDIS else 'none, so tests of it are left out'}"


def use(monkeypatch: pytest.MonkeyPatch, **values: str) -> None:
    """Let the app read these settings, and open its database anew."""
    for name, value in values.items():
        monkeypatch.setenv(f"HABIT_COACH_{name.upper()}", value)
    settings.cache_clear()
    db.engine.cache_clear()
    always_sent.cache_clear()
    throttle.start_over()


def migrate(to: str = "head") -> None:
    command.upgrade(Config(ROOT / "alembic.ini"), to)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Browser tests come last: once Playwright is open, no other test could run an event loop."""
    items.sort(key=lambda item: "browser" in item.path.parts)
    left_out = [] if WITH_REDIS else [item for item in items if "redis_url" in getattr(item, "fixturenames", ())]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in left_out]


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated, empty database file, copied for each test."""
    path = tmp_path_factory.mktemp("template") / "habit_coach.db"
    with pytest.MonkeyPatch.context() as patch:
        use(patch, database_url=f"sqlite:///{path}")
        migrate()
        db.engine().dispose()
    settings.cache_clear()
    db.engine.cache_clear()
    return path


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """A database of this run's own on the PostgreSQL at hand, migrated; removed at the end."""
    admin = psycopg2.connect(POSTGRES)
    admin.autocommit = True
    name = f"habit_coach_test_{uuid.uuid4().hex[:12]}"
    admin.cursor().execute(f"CREATE DATABASE {name}")
    url = POSTGRES.rsplit("/", 1)[0] + f"/{name}"
    with pytest.MonkeyPatch.context() as patch:
        use(patch, database_url=url)
        migrate()
        db.engine().dispose()
    yield url
    admin.cursor().execute(f"DROP DATABASE {name} WITH (FORCE)")
    admin.close()


@pytest.fixture(params=DATABASES)
def database(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """An empty, migrated database that the app uses: the test runs once on each kind."""
    common = {"data": str(tmp_path), "bcrypt_cost": "4", "rate_limits": "off"}
    if request.param == "sqlite":
        shutil.copy(request.getfixturevalue("sqlite_template"), tmp_path / "habit_coach.db")
        use(monkeypatch, **common, database_url=f"sqlite:///{tmp_path / 'habit_coach.db'}")
    else:
        use(monkeypatch, **common, database_url=request.getfixturevalue("postgres"))
        with db.engine().begin() as connection:
            tables = ", ".join(f'"{table.name}"' for table in SQLModel.metadata.sorted_tables)
            connection.execute(text(f"TRUNCATE {tables} CASCADE"))
    yield request.param
    db.engine().dispose()
    settings.cache_clear()
    db.engine.cache_clear()


@pytest.fixture
def redis_url() -> Iterator[str]:
    """The Redis at hand, whose keys of ours are removed at the end."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")
    url = f"{REDIS}/{worker}"
    with redis.Redis.from_url(url) as server:
        yield url
        for key in server.scan_iter("habit-coach:*"):
            server.delete(key)


@pytest.fixture
def client(database: str) -> Iterator[TestClient]:
    """The REST API, as a client on another machine meets it."""
    from habit_coach.api.app import build_api

    with TestClient(build_api(), base_url="http://localhost:8000", raise_server_exceptions=False) as opened:
        yield opened


class Person:
    """Somebody who has signed up and in over REST."""

    def __init__(self, client: TestClient, email: str, timezone: str = "Europe/Berlin") -> None:
        self.client = client
        self.email = email
        self.password = "seven green bottles"
        new = {"email": email, "password": self.password, "name": "Ada", "timezone": timezone}
        assert client.post("/api/v1/auth/signup", json=new).status_code == 201
        self.sign_in()

    def sign_in(self) -> None:
        answer = self.client.post("/api/v1/auth/login", json={"email": self.email, "password": self.password})
        assert answer.status_code == 200, answer.text
        self.headers = {"Authorization": f"Bearer {answer.json()['access_token']}"}

    def call(self, method: str, path: str, **options):
        """A request as this person, to a path below `/api/v1`."""
        return self.client.request(
            method, f"/api/v1{path}", headers=self.headers | options.pop("headers", {}), **options
        )

    def habit(self, **described) -> str:
        """The id of a new habit."""
        answer = self.call("POST", "/habits", json={"name": "Read", "kind": "binary"} | described)
        assert answer.status_code == 201, answer.text
        return answer.json()["id"]

    def check_in(self, habit: str, **change) -> dict:
        answer = self.call("POST", f"/habits/{habit}/checkin", json=change)
        assert answer.status_code == 200, answer.text
        return answer.json()


@pytest.fixture
def ada(client: TestClient) -> Person:
    return Person(client, "ada@example.com")


@pytest.fixture
def grace(client: TestClient) -> Person:
    """Somebody else."""
    return Person(client, "grace@example.com", "America/New_York")
