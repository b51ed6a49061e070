"""Clients that check in without a pause, and what became of each check-in."""

import threading
import time

import httpx

from tests.browser.conftest import PASSWORD, Server

WRITERS = 4
WATER = {"name": "Water", "kind": "numeric", "unit": "l", "target": 2, "schedule": {"kind": "daily"}}


class Load:
    """One person's clients, which each count a glass at a time until they are told to end."""

    def __init__(self, server: Server, email: str = "ada@example.com") -> None:
        self.server, self.email = server, email
        ada = {"email": email, "password": PASSWORD}
        httpx.post(f"{server.url}/api/v1/auth/signup", json=ada).raise_for_status()
        self.clients = [server.person(email) for _ in range(WRITERS)]
        self.habit = self.clients[0].post("/habits", json=WATER).json()["id"]
        self.ended, self.some = threading.Event(), threading.Semaphore(0)
        self.sent = self.answered = 0
        self.refused: list[int] = []
        self.unclear: list[str] = []
        self.unanswered = 0
        self.longest = self.last_answer = 0.0
        self.lock = threading.Lock()
        self.writers = [threading.Thread(target=self.write, args=[client], daemon=True) for client in self.clients]
        for writer in self.writers:
            writer.start()

    def write(self, client: httpx.Client) -> None:
        while not self.ended.is_set():
            with self.lock:
                self.sent += 1
            try:
                answer = client.post(f"/habits/{self.habit}/checkin", json={"increment": 1}, timeout=30)
            except httpx.TransportError:
                with self.lock:
                    self.unanswered += 1
                self.ended.wait(0.05)
                continue
            if answer.status_code == 200:
                self.note_answer()
            else:
                self.note_refusal(answer)
                self.ended.wait(0.05)

    def note_answer(self) -> None:
        with self.lock:
            now = time.monotonic()
            if self.answered:
                self.longest = max(self.longest, now - self.last_answer)
            self.answered, self.last_answer = self.answered + 1, now
        self.some.release()

    def note_refusal(self, answer: httpx.Response) -> None:
        """A refusal is clear when it is a problem with a sentence, and says when to come back."""
        is_clear = answer.headers["content-type"] == "application/problem+json" and "retry-after" in answer.headers
        with self.lock:
            self.refused.append(answer.status_code)
            self.unclear += [] if is_clear else [answer.text]

    def wait_for(self, answers: int) -> None:
        """Until there are so many more answers."""
        for _ in range(answers):
            assert self.some.acquire(timeout=60), self.server.log.read_text()[-5000:]

    def wait_for_more(self) -> None:
        """Until check-ins are answered again, whatever was answered before."""
        while self.some.acquire(blocking=False):
            pass
        self.wait_for(2 * WRITERS)

    def end(self) -> None:
        self.ended.set()
        for writer in self.writers:
            writer.join(60)
            assert not writer.is_alive()

    def kept(self) -> float:
        (entry,) = self.server.person(self.email).get(f"/habits/{self.habit}/entries").json()["items"]
        return entry["value"]

    def require_nothing_lost(self) -> None:
        """Each answered check-in is there. One without an answer, or refused, may have been kept or not."""
        assert self.unclear == []
        assert set(self.refused) <= {503}
        assert self.answered <= self.kept() <= self.sent
