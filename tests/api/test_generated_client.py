"""A typed Python client is made from `/openapi.json`, and a person's week is lived through it."""

import asyncio
import importlib
import json
import subprocess
import sys
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from types import ModuleType

import httpx
import pytest
import time_machine

from habit_coach.api.app import build_api

NAME = "week_client"
MONDAY = date(2026, 3, 2)
ACCOUNT = {"email": "ada@example.com", "password": "seven green bottles"}


@pytest.fixture(scope="module")
def generated(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """What the generator says; the client can be imported while the module's tests run."""
    folder = tmp_path_factory.mktemp("client")
    (folder / "openapi.json").write_text(json.dumps(build_api().openapi()))
    command = [Path(sys.executable).parent / "openapi-python-client", "generate", "--meta", "none"]
    where = ["--path", "openapi.json", "--output-path", NAME]
    done = subprocess.run([*command, *where], cwd=folder, capture_output=True, text=True, check=True, timeout=120)
    sys.path.insert(0, str(folder))
    yield done.stdout
    sys.path.remove(str(folder))


def part(path: str) -> ModuleType:
    return importlib.import_module(f"{NAME}.{path}")


def test_the_whole_api_can_be_generated(generated):
    assert generated.strip() == f"Generating {NAME}"


class Week:
    """Ada, through the generated client; each call is checked against the types of the document."""

    def __init__(self) -> None:
        self.models = part("models")
        self.http = httpx.AsyncClient(transport=httpx.ASGITransport(app=build_api()), base_url="http://localhost:8000")
        self.client = part("client").AuthenticatedClient(base_url="http://localhost:8000", token="")
        self.client.set_async_httpx_client(self.http)

    async def call(self, path: str, **arguments):
        """The parsed answer of one operation; a refusal fails the test."""
        answer = await part(f"api.{path}").asyncio_detailed(client=self.client, **arguments)
        assert answer.status_code < 300, answer.content
        return answer.parsed

    async def sign_up(self) -> None:
        new = self.models.SignUp.from_dict(ACCOUNT | {"timezone": "Europe/Berlin"})
        await self.call("auth.auth_sign_up", body=new)

    async def sign_in(self) -> None:
        tokens = await self.call("auth.auth_sign_in", body=self.models.SignIn.from_dict(ACCOUNT))
        self.http.headers["Authorization"] = f"Bearer {tokens.access_token}"

    async def habit(self, **described):
        return await self.call("habits.habits_create", body=self.models.HabitDraft.from_dict(described))

    async def check_in(self, habit, **change):
        body = self.models.CheckIn.from_dict(change)
        return await self.call("entries.entries_check_in", habit_id=habit.id, body=body)


async def a_week(clock: time_machine.Traveller) -> None:
    ada = Week()
    await ada.sign_up()
    await ada.sign_in()
    read = await ada.habit(name="Read", kind="numeric", target=20, unit="pages")
    gym = await ada.habit(name="Gym", kind="binary", schedule={"kind": "weekdays", "days": ["mon", "wed", "fri"]})
    for number, pages in enumerate((25, 20, 5, 30, 20, 22, 40)):
        clock.move_to(f"{MONDAY + timedelta(days=number)}T20:00:00+01:00")
        await ada.sign_in()
        done = await ada.check_in(read, value=pages)
        assert done.entry.state == ("done" if pages >= 20 else "partial")
        if number == 0:
            await ada.check_in(gym, note="legs")
        if number == 2:
            await ada.check_in(gym, state="skipped", note="ill")
    stats = await ada.call("entries.entries_stats", habit_id=read.id)
    assert (stats.current_streak, stats.total, round(stats.rate_7d, 3)) == (4, 162.0, 0.857)
    entries = await ada.call("entries.entries_listed", habit_id=gym.id)
    assert [(str(entry.day), entry.state, entry.note) for entry in entries.items] == [
        ("2026-03-04", "skipped", "ill"),
        ("2026-03-02", "done", "legs"),
    ]
    report = await ada.call("reports.reports_report", week=MONDAY)
    assert {habit.name: (habit.kept, habit.due) for habit in report.habits} == {"Read": (6, 7), "Gym": (1, 2)}
    exported = await ada.call("import_and_export.import_and_export_export", form="json")
    assert json.load(exported.payload)["format"] == "habit-coach"


def test_a_week_through_the_client(database, generated):
    with time_machine.travel(f"{MONDAY}T07:00:00+01:00", tick=False) as clock:
        asyncio.run(a_week(clock))
