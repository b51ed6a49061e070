"""Kills workers at random moments while reminders go out, and counts what reached a real SMTP server.

    python bench/chaos.py --due 500 --kills 20 --workers 2

Works on a database of its own in a temporary folder (SQLite) or, with --postgres URL, on an empty one there. Prints one
JSON object; `lost` and `stuck` must be 0, and each duplicate carries the Message-ID of the first (`strangers` 0).
"""

import argparse
import asyncio
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from email import message_from_bytes
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

ROOT = Path(__file__).parent.parent
WORKER = """
from datetime import timedelta
from habit_coach.__main__ import main
from habit_coach.notifications import dispatcher, outbox
outbox.LEASE = timedelta(seconds={lease})
dispatcher.BEAT = timedelta(seconds={lease} / 8)
main(["worker"])
"""
LEASE_SECONDS = 4
GIVE_UP_SECONDS = 240


class Provider:
    """Takes its time over each message, says yes, and remembers what it said yes to."""

    def __init__(self, chance: random.Random) -> None:
        self.taken: Counter[str] = Counter()
        self.chance = chance
        self.one_more = threading.Event()

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        await asyncio.sleep(self.chance.uniform(0.01, 0.15))
        self.taken[message_from_bytes(envelope.content)["Message-ID"]] += 1
        self.one_more.set()
        return "250 OK"


class Workers:
    """As many workers as asked for; whoever is killed is replaced at once."""

    def __init__(self, count: int, environment: dict[str, str]) -> None:
        self.environment = environment
        self.living = [self._start() for _ in range(count)]

    def _start(self) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-c", WORKER.format(lease=LEASE_SECONDS)]
        return subprocess.Popen(command, cwd=ROOT, env=self.environment, stdout=subprocess.DEVNULL)

    def kill(self, chance: random.Random) -> None:
        victim = chance.randrange(len(self.living))
        self.living[victim].send_signal(signal.SIGKILL)
        self.living[victim].wait()
        self.living[victim] = self._start()

    def stop(self) -> list[int]:
        for worker in self.living:
            worker.send_signal(signal.SIGTERM)
        return [worker.wait(timeout=30) for worker in self.living]


def plan_reminders(due: int, people: int) -> None:
    from habit_coach import clock, db
    from habit_coach.accounts import users
    from habit_coach.notifications import inbox
    from habit_coach.notifications.inbox import Message
    from habit_coach.notifications.models import Kind

    with db.session(writes=True) as session:
        known = [users.create(session, f"p{n}@example.com", "seven green bottles") for n in range(people)]
        for number in range(due):
            said = Message(Kind.note, f"chaos-{number}", f"Reminder {number}")
            inbox.plan(session, known[number % people], said, clock.now())


def standing() -> dict[str, Any]:
    from sqlalchemy import func, select
    from sqlmodel import col

    from habit_coach import db
    from habit_coach.notifications.models import Delivery, Notification

    with db.session() as session:
        states = dict(session.execute(select(col(Delivery.state), func.count()).group_by(col(Delivery.state))).all())
        arrived = session.scalar(select(func.count()).where(col(Notification.arrived_at).is_not(None)))
        ids = {f"<{found}@localhost>" for found in session.scalars(select(col(Delivery.id)))}
    return {"states": states, "arrived": arrived, "ids": ids}


def run(due: int, kills: int, workers: int, people: int, seed: int) -> dict[str, Any]:
    from alembic import command
    from alembic.config import Config

    chance = random.Random(seed)
    command.upgrade(Config(ROOT / "alembic.ini"), "head")
    plan_reminders(due, people)
    provider = Provider(random.Random(seed))
    server = Controller(provider, hostname="127.0.0.1", port=int(os.environ["HABIT_COACH_SMTP_PORT"]))
    server.start()
    moments = sorted(chance.sample(range(1, due - due // 20), kills))
    crew, killed, began = Workers(workers, dict(os.environ)), 0, time.monotonic()
    while time.monotonic() - began < GIVE_UP_SECONDS:
        provider.one_more.wait(0.05)
        provider.one_more.clear()
        if killed < kills and len(provider.taken) >= moments[killed]:
            time.sleep(chance.uniform(0, 0.05))
            crew.kill(chance)
            killed += 1
        elif len(provider.taken) >= due and standing()["states"] == {"sent": due}:
            break
    ends = crew.stop()
    server.stop()
    now = standing()
    return {
        "due": due,
        "workers": workers,
        "kills": killed,
        "seconds": round(time.monotonic() - began, 1),
        "lost": len(now["ids"] - provider.taken.keys()),
        "stuck": due - now["states"].get("sent", 0),
        "not_in_inbox": due - now["arrived"],
        "sent_twice": sum(times - 1 for times in provider.taken.values()),
        "strangers": len(provider.taken.keys() - now["ids"]),
        "clean_stops": ends.count(0),
    }


def free_port() -> int:
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--due", type=int, default=500)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--people", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--postgres", default="")
    asked = vars(parser.parse_args())
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {
            "PYTHONPATH": str(ROOT),
            "HABIT_COACH_DATA": folder,
            "HABIT_COACH_BCRYPT_COST": "4",
            "HABIT_COACH_DATABASE_URL": asked.pop("postgres") or f"sqlite:///{folder}/habit_coach.db",
            "HABIT_COACH_SMTP_HOST": "127.0.0.1",
            "HABIT_COACH_SMTP_PORT": str(free_port()),
            "HABIT_COACH_SMTP_SECURITY": "none",
        }
        sys.path.insert(0, str(ROOT))
        print(json.dumps(run(**asked)))
