"""An assistant at `/mcp` and over stdio: it may do what its token may, and no more."""

import json
import logging
import os
import sys
from datetime import date

import anyio
import pytest
import time_machine
from mcp import Client, StdioServerParameters

from habit_coach.settings import settings

NOON = "2026-07-04T12:00:00+02:00"
TOOLS = {"list_habits", "today", "check_in", "stats", "prediction", "weekly_report"}


@pytest.fixture
def saturday():
    with time_machine.travel(NOON, tick=False):
        yield


def token(person, *scopes: str) -> str:
    return person.call("POST", "/auth/tokens", json={"name": "assistant", "scopes": scopes}).json()["token"]


class Assistant:
    """Speaks JSON-RPC to `/mcp`, as any MCP client does."""

    def __init__(self, client, secret: str) -> None:
        self.client = client
        self.headers = {
            "Authorization": f"Bearer {secret}",
            "Accept": "application/json, text/event-stream",
            "MCP-Protocol-Version": "2025-06-18",
        }

    def ask(self, method: str, **params) -> dict:
        message = {"jsonrpc": "2.0", "id": 1, "method": method, "params": params}
        answer = self.client.post("/mcp", json=message, headers=self.headers)
        assert answer.status_code == 200, answer.text
        return answer.json()["result"]

    def use(self, tool: str, **arguments):
        """What the tool answers, or the sentence with which it refuses."""
        result = self.ask("tools/call", name=tool, arguments=arguments)
        if result.get("isError"):
            return result["content"][0]["text"]
        found = result["structuredContent"]
        return found["result"] if set(found) == {"result"} else found


@pytest.fixture
def assistant(ada, saturday) -> Assistant:
    ada.sign_in()
    return Assistant(ada.client, token(ada, "write"))


def test_the_tools_say_what_they_do(assistant):
    first = {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "test", "version": "1"}}
    assert assistant.ask("initialize", **first)["serverInfo"]["name"] == "habit-coach"
    tools = assistant.ask("tools/list")["tools"]
    assert {tool["name"] for tool in tools} == TOOLS
    assert all(len(tool["description"]) > 20 for tool in tools)


def test_an_assistant_lists_habits_checks_in_and_reads_the_figures(ada, assistant):
    read = ada.habit(name="Read", kind="numeric", target=20, unit="pages")
    assert [habit["name"] for habit in assistant.use("list_habits")] == ["Read"]
    done = assistant.use("check_in", habit="read", value=25, note="on the train")
    assert done["entry"] == {
        "day": "2026-07-04",
        "state": "done",
        "value": 25.0,
        "note": "on the train",
        "source": "assistant",
    }
    assert assistant.use("check_in", habit=read, value=25, note="on the train") == done
    assert assistant.use("stats", habit="Read")["current_streak"] == 1
    today = assistant.use("today")
    assert (today["kept"], today["total"]) == (1, 1)
    assert today["habits"][0]["outcome"] == "kept"
    assert assistant.use("weekly_report", week="2026-07-04")["habits"][0]["name"] == "Read"


def test_an_assistant_hears_how_likely_a_habit_is_kept_and_why(ada, assistant):
    habit = ada.habit(start_date="2026-06-01")
    for number in range(1, 31):
        ada.check_in(habit, day=f"2026-06-{number:02}", state="done" if number % 4 else "missed")
    said = assistant.use("prediction", habit="Read")
    assert 0 < said["probability"] < 1
    assert said["reasons"][0]["text"]
    assert said == ada.call("GET", f"/predictions/habits/{habit}/prediction").json()


def test_what_cannot_be_done_is_said_in_a_sentence(ada, assistant):
    assert "There is no habit “Swim”" in assistant.use("stats", habit="Swim")
    for _ in range(2):
        ada.habit(name="Run")
    assert "2 habits are named “Run”" in assistant.use("check_in", habit="Run")
    assert "still to come" in assistant.use("check_in", habit=ada.habit(), day="2026-07-05")


def test_a_token_may_only_do_what_its_scopes_name(ada, saturday):
    ada.sign_in()
    ada.habit()
    reader, ticker = (Assistant(ada.client, token(ada, scope)) for scope in ("read", "checkin"))
    assert "Use one with the scope `checkin`" in reader.use("check_in", habit="Read")
    assert "Use one with the scope `read`" in ticker.use("list_habits")
    assert ticker.use("check_in", habit="Read")["entry"]["state"] == "done"


def test_an_assistant_sees_its_own_persons_habits_only(ada, grace, assistant):
    grace.sign_in()
    hers = grace.habit(name="Secret")
    assert assistant.use("list_habits") == []
    assert "There is no habit" in assistant.use("check_in", habit=hers)


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer habitcoach_wrong"}, {"Authorization": "Basic x"}])
def test_without_a_token_there_is_nothing(client, headers):
    answer = client.post("/mcp", json={"jsonrpc": "2.0", "id": 1, "method": "tools/list"}, headers=headers)
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == "Bearer"


def test_another_sites_page_is_refused(assistant):
    assistant.headers["Origin"] = "https://evil.example"
    message = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}
    assert assistant.client.post("/mcp", json=message, headers=assistant.headers).status_code == 403


def test_the_apps_own_logging_stays_as_it_is():
    assert not [handler for handler in logging.getLogger().handlers if "rich" in type(handler).__module__]


def test_over_stdio_with_the_sdks_own_client(ada):
    ada.habit(name="Read")
    known = {
        "HABIT_COACH_DATABASE_URL": settings().database_url,
        "HABIT_COACH_DATA": str(settings().data),
        "HABIT_COACH_TOKEN": token(ada, "write"),
    }
    server = StdioServerParameters(
        command=sys.executable, args=["-m", "habit_coach", "mcp"], env={**os.environ, **known}
    )

    async def a_conversation() -> tuple[set[str], dict]:
        async with Client(server) as assistant:
            tools = {tool.name for tool in (await assistant.list_tools()).tools}
            result = await assistant.call_tool("check_in", {"habit": "Read"})
            return tools, json.loads(result.content[0].text)

    tools, done = anyio.run(a_conversation)
    assert tools == TOOLS
    assert date.fromisoformat(done["entry"]["day"])
    assert done["stats"]["current_streak"] == 1
