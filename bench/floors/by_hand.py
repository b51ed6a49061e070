"""Floor: FastAPI with `sqlite3` by hand, on a copy of the app's own database: the same rows, and the same answers.

Tuned: on the event loop, one kept connection, WAL, statements that `sqlite3` keeps prepared, one upsert, one commit,
no models, no dependencies. It verifies a token, but asks nobody whether its session still lives. It looks for no owner
or schedule, keeps no statistics and tells nobody: what it leaves out is what the app adds.
"""

import json
import os
import sqlite3
from datetime import UTC, datetime
from uuid import UUID

import jwt
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse

from bench.floors.keys import KEY

app = FastAPI()
connection = sqlite3.connect(os.environ["FLOOR_DATABASE"], isolation_level=None, check_same_thread=False)
for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
    connection.execute(f"PRAGMA {pragma}")

UPSERT = """
    INSERT INTO entry (user_id, habit_id, day, state, value, note, source, created_at, updated_at)
    VALUES (?, ?, ?, ?, ?, ?, 'api', ?, ?)
    ON CONFLICT (user_id, habit_id, day) DO UPDATE
    SET state = excluded.state, value = excluded.value, note = excluded.note, updated_at = excluded.updated_at
"""
HABITS = """
    SELECT id, name, description, icon, color, kind, unit, rules, "group", tags, position, start_date, reminders,
        remind_only_if_open, created_at, updated_at
    FROM habit WHERE user_id = ? AND deleted_at IS NULL AND archived_at IS NULL ORDER BY position
"""
STATS = """
    SELECT as_of, current_streak, current_since, best_streak, best_first, best_last, rate_7d, rate_30d, rate_90d,
        strength, total
    FROM standing WHERE user_id = ? AND habit_id = ?
"""
STATS_NAMES = [
    *("as_of", "current_streak", "current_since", "best_streak", "best_first", "best_last", "rate_7d", "rate_30d"),
    *("rate_90d", "strength", "total"),
]


def user_of(request: Request) -> str:
    token = request.headers["authorization"].removeprefix("Bearer ")
    return jwt.decode(token, KEY, algorithms=["HS256"])["sub"]


@app.post("/habits/{habit_id}/checkin")
async def check_in(habit_id: str, request: Request):
    user_id, change = user_of(request), await request.json()
    now = datetime.now(UTC).isoformat(" ")
    day, value, note = change.get("day") or str(datetime.now(UTC).date()), change.get("value"), change.get("note", "")
    connection.execute("BEGIN IMMEDIATE")
    connection.execute(UPSERT, (user_id, habit_id.replace("-", ""), day, "done", value, note, now, now))
    connection.execute("COMMIT")
    return JSONResponse({"entry": {"day": day, "state": "done", "value": value, "note": note, "source": "api"}})


@app.get("/habits")
async def habits(request: Request):
    return JSONResponse({"items": [described(row) for row in connection.execute(HABITS, (user_of(request),))]})


def described(row: tuple) -> dict:
    habit_id, name, description, icon, color, kind, unit, rules, group, tags, position, start, reminders = row[:13]
    rule = json.loads(rules)[-1]
    return {
        "id": str(UUID(habit_id)),
        "name": name,
        "kind": kind,
        "schedule": rule["schedule"],
        "unit": unit,
        "target": rule["target"],
        "direction": rule["direction"],
        "description": description,
        "icon": icon,
        "color": color,
        "group": group,
        "tags": json.loads(tags),
        "reminders": json.loads(reminders),
        "remind_only_if_open": bool(row[13]),
        "start_date": start,
        "position": position,
        "archived": False,
        "created_at": row[14],
        "updated_at": row[15],
    }


@app.get("/habits/{habit_id}/stats")
async def stats(habit_id: str, request: Request):
    found = connection.execute(STATS, (user_of(request), habit_id.replace("-", ""))).fetchone()
    return JSONResponse(dict(zip(STATS_NAMES, found, strict=True)))
