"""The recipes in docs/ work as they stand: their commands are run, their requests are sent."""

import json
import os
import re
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import anyio
import httpx2
import pytest
import uvicorn
from mcp import Client, StdioServerParameters
from mcp.client.streamable_http import streamable_http_client

from habit_coach.api.app import build_api
from habit_coach.settings import settings
from tests.conftest import Person, use

RECIPES = Path(__file__).parents[1] / "docs" / "recipes"


def blocks(name: str, language: str) -> list[str]:
    text = (RECIPES / name).read_text("utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```", text, re.MULTILINE | re.DOTALL)


@pytest.fixture
def server(database: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The API on a port of its own; gives its address."""
    with socket.socket() as chosen:
        chosen.bind(("127.0.0.1", 0))
        port = chosen.getsockname()[1]
    use(monkeypatch, base_url=f"http://127.0.0.1:{port}")
    ready = threading.Event()

    class Told(uvicorn.Server):
        async def startup(self, sockets=None) -> None:
            await super().startup(sockets)
            ready.set()

    running = Told(uvicorn.Config(build_api(), port=port, log_level="error", ws="none"))
    thread = threading.Thread(target=running.run)
    thread.start()
    assert ready.wait(30)
    yield f"http://127.0.0.1:{port}"
    running.should_exit = True
    thread.join(30)


def shell(script: str, folder: Path, **known: str) -> str:
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", script], cwd=folder, env=known, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_curl_page_and_the_check_in_link(server, client, ada: Person, tmp_path):
    script = "\n".join(blocks("curl.md", "sh") + blocks("nfc.md", "sh"))
    known = {"PATH": "/usr/local/bin:/usr/bin:/bin", "api": f"{server}/api/v1", "email": ada.email}
    said = shell(script, tmp_path, **known, password=ada.password)
    assert '"changes_nothing":true' in said
    assert (tmp_path / "mine.json").stat().st_size > 100
    (habit,) = ada.call("GET", "/habits").json()["items"]
    (entry,) = ada.call("GET", f"/habits/{habit['id']}/entries").json()["items"]
    assert (entry["value"], entry["note"], entry["state"]) == (8, "with lunch", "done")


def test_what_home_assistant_sends_and_reads(ada: Person):
    habit = ada.habit(kind="numeric", target=2, unit="cups")
    scopes = {"name": "Home Assistant", "scopes": ["read", "checkin"]}
    token = ada.call("POST", "/auth/tokens", json=scopes).json()["token"]
    (page,) = [block for block in blocks("home-assistant.md", "yaml") if "rest_command:" in block]
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    for payload in re.findall(r"payload: '(.*)'", page):
        path = re.search(r"url: http://habit-coach.local:8000(\S*)\{\{ habit \}\}(\S*)", page)
        answer = ada.client.post(
            f"{path[1]}{habit}{path[2]}", content=payload.replace("{{ amount }}", "1"), headers=headers
        )
        assert answer.status_code == 200, answer.text
    resource = re.search(r"resource: http://habit-coach.local:8000(\S*)", page)[1].replace("HABIT", habit)
    stats = ada.client.get(resource, headers=headers).json()
    wanted = re.findall(r"^      - (\w+)$", page, re.MULTILINE) + re.findall(r"value_json\.(\w+)", page)
    assert set(wanted) == {"best_streak", "rate_7d", "strength", "current_streak"} <= stats.keys()


def configured(name: str, known: dict[str, str]) -> dict:
    """A server as the assistant's recipe configures it, with what a person fills in."""
    (found,) = [block for block in blocks("assistant.md", "json") if f'"{name}"' in block]
    for written, meant in known.items():
        found = found.replace(written, meant)
    return json.loads(found)["mcpServers"]["habit-coach"]


async def conversation(assistant: Client) -> str:
    """Looks at today, and checks the habit in."""
    async with assistant:
        assert "Read" in (await assistant.call_tool("today")).content[0].text
        return json.loads((await assistant.call_tool("check_in", {"habit": "Read"})).content[0].text)["entry"]["source"]


@pytest.fixture
def token(ada: Person) -> str:
    ada.habit(name="Read")
    scopes = {"name": "assistant", "scopes": ["read", "checkin"]}
    return ada.call("POST", "/auth/tokens", json=scopes).json()["token"]


def test_an_assistant_over_http(server, token):
    recipe = configured("url", {"http://localhost:8000": server, "habitcoach_...": token})

    async def talk() -> str:
        async with httpx2.AsyncClient(headers=recipe["headers"]) as http:
            return await conversation(Client(streamable_http_client(recipe["url"], http_client=http)))

    assert anyio.run(talk) == "assistant"


def test_an_assistant_beside_the_database(token):
    recipe = configured("command", {"habitcoach_...": token})
    assert recipe["command"].endswith(".venv/bin/python")
    assert recipe["env"]["HABIT_COACH_DATA"].endswith("/data")
    ours = {"HABIT_COACH_DATA": str(settings().data), "HABIT_COACH_DATABASE_URL": settings().database_url}
    program = StdioServerParameters(
        command=sys.executable, args=recipe["args"], env={**os.environ, **recipe["env"], **ours}, cwd=RECIPES.parents[1]
    )
    assert anyio.run(conversation, Client(program)) == "assistant"
