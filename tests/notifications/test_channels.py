import base64
import hmac
import json
import os
import threading

import http_ece
import jwt
import pytest
import time_machine
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from sqlalchemy import text

from habit_coach import clock, db, outbound
from habit_coach.accounts import users
from habit_coach.notifications import dispatcher, doors, inbox, outbox, subscriptions
from habit_coach.notifications.dispatcher import Dispatcher
from habit_coach.notifications.inbox import Message
from habit_coach.notifications.models import Kind
from habit_coach.notifications.subscriptions import NewChannel
from tests.conftest import use
from tests.notifications.conftest import arrive, mail_server  # noqa: F401
from tests.notifications.receivers import receiving


@pytest.fixture
def receiver(database, monkeypatch):
    use(monkeypatch, outbound_networks='["127.0.0.0/8"]')
    with receiving() as running:
        yield running


def send(channel: str) -> int:
    with db.session(writes=True) as session:
        claims = outbox.claim(session, channel, 50)
    for one in claims:
        outbox.deliver(channel, one)
    return len(claims)


def add(person, **described) -> dict:
    answer = person.call("POST", "/channels", json=described)
    assert answer.status_code == 201, answer.text
    return answer.json()


class Browser:
    """What a browser keeps to itself when it subscribes to push."""

    def __init__(self) -> None:
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.auth = os.urandom(16)

    @property
    def keys(self) -> dict[str, str]:
        point = self.key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        return {"p256dh": _text(point), "auth": _text(self.auth)}

    def read(self, body: bytes) -> dict:
        return json.loads(http_ece.decrypt(body, private_key=self.key, auth_secret=self.auth, version="aes128gcm"))


def _text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def signed(secret: str, headers: dict, body: bytes) -> bool:
    """What a receiver does to know that it was us."""
    said = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    mac = hmac.digest(base64.b64decode(secret.removeprefix("whsec_")), said, "sha256")
    return headers["webhook-signature"] == "v1," + base64.b64encode(mac).decode()


def test_a_push_can_be_read_by_its_browser_alone_and_is_signed_for_its_service(ada, receiver):
    browser = Browser()
    add(ada, kind="push", url=f"{receiver.url}/push/1", label="Phone", **browser.keys)
    ada.call("POST", "/notifications", json={"title": "Čaj 🍵", "body": "Now", "habit_id": ada.habit()})
    assert send("push") == 1
    ((path, headers, body),) = receiver.got
    said = browser.read(body)
    assert (path, said["title"], said["body"]) == ("/push/1", "Čaj 🍵", "Now")
    assert [answer["action"] for answer in said["answers"]] == ["done", "1h", "skip", "tonight", "10min"]
    token, key = (part.partition("=")[2] for part in headers["authorization"].removeprefix("vapid ").split(", "))
    assert key == ada.call("GET", "/channels/push-key").json()["key"]
    point = base64.urlsafe_b64decode(key + "=")
    public = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
    assert jwt.decode(token, public, ["ES256"], audience=receiver.url)["sub"].startswith("mailto:")


def test_each_answer_of_a_push_works_without_signing_in(ada, client, receiver):
    browser = Browser()
    add(ada, kind="push", url=f"{receiver.url}/push/1", label="Phone", **browser.keys)
    habit = ada.habit(name="Read", reminders=["07:30"])
    ada.call("POST", "/notifications", json={"title": "Read", "habit_id": habit})
    send("push")
    answers = {answer["action"]: answer["url"] for answer in browser.read(receiver.got[0][2])["answers"]}
    for action, said in {"done": "done", "skip": "skipped"}.items():
        assert client.post(answers[action]).status_code == 200
        assert ada.call("GET", f"/habits/{habit}/entries").json()["items"][0]["state"] == said
    for action in ("10min", "1h", "tonight"):
        assert "you will hear of it again" in client.post(answers[action]).text


def test_a_long_text_still_fits_into_a_push(ada, receiver):
    browser = Browser()
    add(ada, kind="push", url=f"{receiver.url}/push/1", label="Phone", **browser.keys)
    long = {"title": "🍵" * 200, "body": "🍵" * 2000, "habit_id": ada.habit()}
    ada.call("POST", "/notifications", json=long)
    send("push")
    ((_, _, body),) = receiver.got
    assert len(body) <= 4096
    assert browser.read(body)["body"].startswith("🍵" * 100)


def test_a_browser_that_ended_its_subscription_is_not_asked_again(ada, receiver):
    channel = add(ada, kind="push", url=f"{receiver.url}/push/1", **Browser().keys)["id"]
    receiver.status = 410
    ada.call("POST", "/notifications", json={"title": "Hello"})
    send("push")
    (log,) = ada.call("GET", f"/channels/{channel}/deliveries").json()["items"]
    assert log["state"] == "failed"
    assert "ended its subscription" in log["error"]


def test_a_browser_that_subscribes_again_replaces_its_old_subscription(ada, receiver):
    for _ in range(2):
        add(ada, kind="push", url=f"{receiver.url}/push/1", **Browser().keys)
    assert len(ada.call("GET", "/channels").json()["items"]) == 1


def test_a_webhook_gets_what_it_wants_signed_and_nothing_else(ada, receiver):
    new = add(ada, kind="webhook", url=f"{receiver.url}/hook", wants=["entry"])
    habit = ada.habit(name="Read")
    ada.check_in(habit, day="2026-01-05", note="čaj")
    ada.call("POST", "/notifications", json={"title": "Not for the hook"})
    assert send("webhook") == 1
    ((_, headers, body),) = receiver.got
    assert signed(new["secret"], headers, body)
    told = json.loads(body)
    assert told["type"] == "entry.changed"
    assert told["data"] == {
        "habit_id": habit,
        "habit": "Read",
        "day": "2026-01-05",
        "state": "done",
        "value": None,
        "note": "čaj",
    }


def test_habits_entries_and_notifications_each_tell_their_webhook(ada, receiver):
    add(ada, kind="webhook", url=f"{receiver.url}/hook", wants=["habit", "entry", "note"])
    habit = ada.habit()
    ada.call("PATCH", f"/habits/{habit}", json={"name": "Write"})
    ada.check_in(habit)
    ada.call("POST", "/notifications", json={"title": "Hello"})
    while send("webhook"):
        pass
    kinds = {json.loads(body)["type"] for _, _, body in receiver.got}
    assert kinds == {"habit.created", "habit.changed", "entry.changed", "note"}


def test_a_check_in_that_is_rolled_back_tells_nobody(ada, receiver):
    add(ada, kind="webhook", url=f"{receiver.url}/hook", wants=["entry"])
    habit = ada.habit()
    bulk = {"items": [{"habit_id": habit}, {"habit_id": habit, "day": "2999-01-01"}]}
    assert ada.call("POST", "/entries", json=bulk).status_code == 422
    assert send("webhook") == 0


def test_a_receiver_that_fails_is_tried_again_and_its_log_says_why(ada, receiver):
    channel = add(ada, kind="webhook", url=f"{receiver.url}/hook", wants=["note"])["id"]
    receiver.status = 503
    ada.call("POST", "/notifications", json={"title": "Hello"})
    send("webhook")
    (log,) = ada.call("GET", f"/channels/{channel}/deliveries").json()["items"]
    assert (log["state"], log["failures"]) == ("scheduled", 1)
    assert "503" in log["error"]


def test_a_delivery_can_be_replayed_under_the_same_id(ada, receiver):
    channel = add(ada, kind="webhook", url=f"{receiver.url}/hook", wants=["note"])["id"]
    ada.call("POST", "/notifications", json={"title": "Hello"})
    send("webhook")
    (log,) = ada.call("GET", f"/channels/{channel}/deliveries").json()["items"]
    assert ada.call("POST", f"/channels/{channel}/deliveries/{log['id']}/replay").status_code == 202
    send("webhook")
    first, second = receiver.got
    assert first[1]["webhook-id"] == second[1]["webhook-id"]
    assert first[2] == second[2]


def test_redirects_are_not_followed(ada, receiver):
    add(ada, kind="webhook", url=f"{receiver.url}/hook", wants=["note"])
    receiver.status = 302
    ada.call("POST", "/notifications", json={"title": "Hello"})
    send("webhook")
    assert [path for path, _, _ in receiver.got] == ["/hook"]


def test_an_apprise_url_reaches_its_service(ada, receiver):
    add(ada, kind="apprise", url=f"ntfy://127.0.0.1:{receiver.server_port}/habits")
    ada.call("POST", "/notifications", json={"title": "Drink water"})
    assert send("apprise") == 1
    assert b"Drink water" in receiver.got[0][2] + json.dumps(receiver.got[0][1]).encode()


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1/hook", "http://169.254.169.254/latest", "http://[::1]/hook", "file:///etc/passwd"]
)
def test_addresses_inside_our_own_network_are_refused(ada, url):
    for kind in ("webhook", "push"):
        refused = ada.call("POST", "/channels", json={"kind": kind, "url": url, "p256dh": "x", "auth": "y"})
        assert refused.status_code == 422


def test_apprise_never_connects_inside_our_own_network(ada, database):
    with receiving() as inside:
        channel = add(ada, kind="apprise", url=f"ntfy://127.0.0.1:{inside.server_port}/habits")["id"]
        assert ada.call("POST", f"/channels/{channel}/test").status_code == 409
        assert inside.got == []


@pytest.mark.parametrize(
    "url", ["mailto://user:pass@example.com", "exec://rm", "dbus://", "json://127.0.0.1/x", "tgram://"]
)
def test_apprise_urls_of_other_kinds_are_refused(ada, url):
    assert ada.call("POST", "/channels", json={"kind": "apprise", "url": url}).status_code == 422


@pytest.mark.parametrize(
    "option",
    ["template=/etc/passwd", "attach=/etc/passwd", "rto=99999", "CTO=99999", "retry=99999", "wait=9999", "verify=no"],
)
def test_an_apprise_url_cannot_ask_for_files_or_for_our_time(ada, option):
    for url in (f"ntfys://ntfy.sh/topic?{option}", f"slack://aaaaaaaaa/bbbbbbbbb/c?tags=x&{option}"):
        assert ada.call("POST", "/channels", json={"kind": "apprise", "url": url}).status_code == 422


@pytest.mark.parametrize("between", [" ", ", ", "\n", "\t", ";"])
def test_one_apprise_url_calls_one_service(ada, receiver, between):
    url = f"ntfy://127.0.0.1:{receiver.server_port}/habits{between}json://127.0.0.1:{receiver.server_port}/inside"
    ada.call("POST", "/channels", json={"kind": "apprise", "url": url})
    ada.call("POST", "/notifications", json={"title": "Drink water"})
    send("apprise")
    assert "/inside" not in [path for path, _, _ in receiver.got]


def test_the_test_button_says_whether_it_works(ada, receiver, mail_server):  # noqa: F811
    channel = add(ada, kind="webhook", url=f"{receiver.url}/hook")["id"]
    assert ada.call("POST", f"/channels/{channel}/test").json() == {"status": "delivered"}
    receiver.status = 500
    refused = ada.call("POST", f"/channels/{channel}/test")
    assert (refused.status_code, "500" in refused.json()["detail"]) == (409, True)
    assert ada.call("POST", "/channels/email/test").status_code == 200
    assert mail_server.wait_for(1)[0]["Subject"] == "It works"


def test_credentials_are_neither_shown_again_nor_readable_in_the_database(ada, receiver):
    new = add(ada, kind="webhook", url=f"{receiver.url}/very-secret-path")
    assert "very-secret" not in ada.call("GET", "/channels").text
    with db.session() as session:
        stored = str(session.execute(text("SELECT * FROM channel")).all())
    assert "very-secret" not in stored
    assert new["secret"] not in stored


def test_nobody_uses_anothers_channel(ada, grace, receiver):
    channel = add(ada, kind="webhook", url=f"{receiver.url}/hook")["id"]
    for method, path in [("DELETE", ""), ("POST", "/test"), ("GET", "/deliveries"), ("PATCH", "")]:
        body = {"json": {"wants": []}} if method == "PATCH" else {}
        assert grace.call(method, f"/channels/{channel}{path}", **body).status_code == 404
    assert grace.call("GET", "/channels").json()["items"] == []


def test_a_removed_channel_gets_nothing_more(ada, receiver):
    channel = add(ada, kind="webhook", url=f"{receiver.url}/hook", wants=["note"])["id"]
    ada.call("POST", "/notifications", json={"title": "Hello"})
    assert ada.call("DELETE", f"/channels/{channel}").status_code == 204
    assert send("webhook") == 0


def test_channels_that_hang_keep_nobody_else_waiting(ada, grace, receiver, mail_server):  # noqa: F811
    """Eighteen of one person, with twenty messages for each: another person's webhook and mail go through at once."""
    receiver.hangs = True
    for number in range(18):
        add(ada, kind="webhook", url=f"{receiver.url}/{number}", wants=["note"])
    for number in range(20):
        ada.call("POST", "/notifications", json={"title": f"{number}"})
    with receiving() as quick:
        add(grace, kind="webhook", url=f"{quick.url}/hook", wants=["note"])
        grace.call("POST", "/notifications", json={"title": "Hello"})
        stop = threading.Event()
        dispatcher = Dispatcher(stop)
        dispatcher.start()
        quick.wait_for(1)
        mail_server.wait_for(1)
        receiver.released.set()
        stop.set()
        dispatcher.join()


def test_a_host_that_hangs_for_many_people_keeps_others_of_the_same_channel_waiting_no_longer(
    ada, receiver, monkeypatch
):
    """More hang than the lane has places, and none of them ends before the other's has gone through."""
    monkeypatch.setattr(outbound, "LONGEST_WAIT", 600.0)
    receiver.hangs = True
    with db.session(writes=True) as session:
        for number in range(dispatcher.MOST_IN_A_LANE + 20):
            person = users.create(session, f"p{number}@example.com", "seven green bottles")
            hook = NewChannel("webhook", f"{receiver.url}/{number}", "", ["note"])
            subscriptions.add(session, person, hook)
            inbox.plan(session, person, Message(Kind.note, "1", "Hello"), clock.now())
    with receiving() as quick:
        add(ada, kind="webhook", url=f"{quick.url}/hook", wants=["note"])
        ada.call("POST", "/notifications", json={"title": "Hello"})
        stop = threading.Event()
        running = Dispatcher(stop)
        running.start()
        quick.wait_for(1)
        receiver.released.set()
        stop.set()
        running.join()


def test_waiting_for_room_is_no_failure(ada, receiver, monkeypatch):
    channel = add(ada, kind="webhook", url=f"{receiver.url}/hook", wants=["note"])["id"]
    ada.call("POST", "/notifications", json={"title": "Hello"})
    monkeypatch.setattr(doors, "MOST_WAITING", 0)
    with time_machine.travel(clock.now(), tick=False) as now:
        for _ in range(outbox.MOST_DEATHS + 2):
            with db.session(writes=True) as session:
                (claim,) = outbox.claim(session, "webhook", 5)
            assert not outbox.deliver("webhook", claim)
            with db.session(writes=True) as session:
                outbox.put_back(session, [claim])
            assert send("webhook") == 0
            now.shift(2 * outbox.NO_ROOM)
        monkeypatch.setattr(doors, "MOST_WAITING", 1)
        send("webhook")
    (log,) = ada.call("GET", f"/channels/{channel}/deliveries").json()["items"]
    assert (log["state"], log["failures"], len(receiver.got)) == ("sent", 0, 1)


def test_what_arrives_is_in_the_inbox_whatever_the_channels_do(ada, receiver):
    add(ada, kind="webhook", url=f"{receiver.url}/hook", wants=["note"])
    receiver.status = 500
    ada.call("POST", "/notifications", json={"title": "Hello"})
    send("webhook")
    arrive()
    (one,) = ada.call("GET", "/notifications").json()["items"]
    assert {way["channel"]: way["state"] for way in one["deliveries"]} == {"email": "scheduled", "webhook": "scheduled"}
