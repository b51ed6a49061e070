"""How late reminders come to others while receivers hang for a minute.

    python bench/hanging.py --hanging 150 --others 20

150 people have a webhook at a host that answers after 60 s, and 10 a mailbox whose server does. For a minute, 20 others
are each to get a mail and a webhook call, at a host that answers. Prints one JSON object: how late these came, in s.
"""

import argparse
import asyncio
import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from datetime import timedelta
from email import message_from_bytes
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

ROOT = Path(__file__).parent.parent
HANGS = 60.0
FOR_SECONDS = 60
HANGING_MAILBOXES = 10


class Receivers:
    """Remembers when each title came to a mailbox or to a webhook; whatever goes to `slow` takes a minute."""

    def __init__(self) -> None:
        self.came: dict[tuple[str, str], float] = {}

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        if envelope.rcpt_tos[0].startswith("slow"):
            await asyncio.sleep(HANGS)
        else:
            self.came["mail", str(message_from_bytes(envelope.content)["Subject"])] = time.time()
        return "250 OK"

    def web(self) -> ThreadingHTTPServer:
        came = self.came

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                if self.path == "/slow":
                    time.sleep(HANGS)
                else:
                    came["webhook", body["data"]["title"]] = time.time()
                self.send_response(204)
                self.end_headers()

            def log_message(self, *_words: object) -> None:
                pass

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        return server


def plan(hanging: int, others: int, slow: str, quick: str) -> dict[str, float]:
    """Everything of the minute to come; gives when the others' are due, by title, in Unix time."""
    from habit_coach import clock, db
    from habit_coach.accounts import users
    from habit_coach.notifications import inbox, preferences, subscriptions
    from habit_coach.notifications.inbox import Message
    from habit_coach.notifications.models import Kind
    from habit_coach.notifications.subscriptions import NewChannel

    begin = clock.now() + timedelta(seconds=15)
    due = {}
    with db.session(writes=True) as session:
        for number in range(hanging + HANGING_MAILBOXES):
            person = users.create(session, f"slow{number}@example.com", "seven green bottles")
            if number < hanging:
                preferences.update(session, person, {"by_email": []})
                subscriptions.add(session, person, NewChannel("webhook", slow, "", ["note"]))
            for again in range(3):
                inbox.plan(
                    session, person, Message(Kind.note, f"{again}", "slow"), begin + timedelta(seconds=20 * again)
                )
        for number in range(others):
            person = users.create(session, f"p{number}@example.com", "seven green bottles")
            subscriptions.add(session, person, NewChannel("webhook", quick, "", ["note"]))
            at = begin + timedelta(seconds=FOR_SECONDS * number / others)
            inbox.plan(session, person, Message(Kind.note, "1", f"for {number}"), at)
            due[f"for {number}"] = at.timestamp()
    return due


def wait_for_worker() -> None:
    from habit_coach import db, runs

    while True:
        with db.session() as session:
            if runs.WORKER not in runs.silent(session):
                return
        time.sleep(0.2)


def run(hanging: int, others: int) -> dict[str, Any]:
    from alembic import command
    from alembic.config import Config

    command.upgrade(Config(ROOT / "alembic.ini"), "head")
    receivers = Receivers()
    slow, quick = receivers.web(), receivers.web()
    mail = Controller(receivers, hostname="127.0.0.1", port=int(os.environ["HABIT_COACH_SMTP_PORT"]))
    mail.start()
    urls = [f"http://127.0.0.1:{slow.server_port}/slow", f"http://127.0.0.1:{quick.server_port}/quick"]
    worker = subprocess.Popen([sys.executable, "-m", "habit_coach", "worker"], cwd=ROOT, stdout=subprocess.DEVNULL)
    wait_for_worker()
    due = plan(hanging, others, *urls)
    ends = max(due.values()) + 30
    while len(receivers.came) < 2 * others and time.time() < ends:
        time.sleep(0.5)
    worker.send_signal(signal.SIGTERM)
    worker.wait(30)
    mail.stop()
    late = {way: sorted(at - due[title] for (by, title), at in receivers.came.items() if by == way) for way in WAYS}
    told = {
        way: {"came": len(of), "median": round(of[len(of) // 2], 2), "latest": round(of[-1], 2)}
        for way, of in late.items()
    }
    return {"hanging": hanging, "others": others} | told


WAYS = ("mail", "webhook")

if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--hanging", type=int, default=150)
    parser.add_argument("--others", type=int, default=20)
    asked = vars(parser.parse_args())
    sys.path.insert(0, str(ROOT))
    from bench.chaos import free_port

    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {
            "PYTHONPATH": str(ROOT),
            "HABIT_COACH_DATA": folder,
            "HABIT_COACH_BCRYPT_COST": "4",
            "HABIT_COACH_DATABASE_URL": f"sqlite:///{folder}/habit_coach.db",
            "HABIT_COACH_OUTBOUND_NETWORKS": '["127.0.0.0/8"]',
            "HABIT_COACH_SMTP_HOST": "127.0.0.1",
            "HABIT_COACH_SMTP_PORT": str(free_port()),
            "HABIT_COACH_SMTP_SECURITY": "none",
        }
        print(json.dumps(run(**asked)))
