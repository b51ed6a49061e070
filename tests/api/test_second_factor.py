"""The second factor: what the password alone no longer opens."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pyotp
import pytest
import time_machine

from habit_coach import clock, db
from tests.conftest import use


@pytest.fixture(autouse=True)
def clockwork():
    """Codes change every 30 seconds."""
    with time_machine.travel("2026-03-10T12:00:00Z", tick=False) as traveller:
        yield traveller


@pytest.fixture
def app(ada):
    """Ada's authenticator app, set up; its code is of now."""
    made = ada.call("POST", "/auth/second-factor").json()
    totp = pyotp.TOTP(made["secret"])
    answer = ada.call("POST", "/auth/second-factor/confirm", json={"code": totp.at(clock.now())})
    assert answer.status_code == 200, answer.text
    totp.recovery = answer.json()["recovery_codes"]
    return totp


def sign_in(person, **more):
    body = {"email": person.email, "password": person.password} | more
    return person.client.post("/api/v1/auth/login", json=body)


def test_the_secret_comes_as_a_picture_for_the_app_and_as_letters(ada):
    made = ada.call("POST", "/auth/second-factor").json()
    assert made["uri"].startswith("otpauth://totp/Habit%20Coach:ada%40example.com?")
    assert made["secret"] in made["uri"]
    assert made["qr_code"].startswith("<svg")


def test_it_is_off_until_a_first_code_confirms_it(ada):
    ada.call("POST", "/auth/second-factor")
    assert ada.call("POST", "/auth/second-factor/confirm", json={"code": "000000"}).status_code == 422
    assert ada.call("GET", "/auth/second-factor").json()["on"] is False
    assert sign_in(ada).status_code == 200


def test_with_it_the_password_alone_does_not_sign_in(ada, app, clockwork):
    clockwork.shift(30)
    needed = sign_in(ada)
    assert (needed.status_code, needed.json()["title"]) == (401, "A code is needed")
    assert sign_in(ada, code="123456").status_code == 401
    assert sign_in(ada, code=app.at(clock.now())).status_code == 200


def test_without_the_password_nobody_learns_whether_it_is_on(ada, app):
    assert sign_in(ada, password="a wrong password").json()["title"] == "Please sign in"


def test_a_code_is_good_once(ada, app, clockwork):
    assert sign_in(ada, code=app.at(clock.now())).status_code == 401  # it confirmed the app
    clockwork.shift(30)
    code = app.at(clock.now())
    assert [sign_in(ada, code=code).status_code for _ in range(2)] == [200, 401]


def test_of_many_at_once_with_one_code_one_gets_in(ada, app, clockwork):
    clockwork.shift(30)
    code = app.at(clock.now())
    with ThreadPoolExecutor(6) as pool:
        statuses = sorted(pool.map(lambda _: sign_in(ada, code=code).status_code, range(6)))
    assert statuses == [200] + [401] * 5


def test_a_clock_that_is_half_a_minute_off_still_gets_in(ada, app, clockwork):
    clockwork.shift(60)
    assert sign_in(ada, code=app.at(clock.now() - timedelta(seconds=30))).status_code == 200
    assert sign_in(ada, code=app.at(clock.now() + timedelta(seconds=30))).status_code == 200
    clockwork.shift(300)
    assert sign_in(ada, code=app.at(clock.now() - timedelta(seconds=60))).status_code == 401


def test_a_recovery_code_stands_in_for_the_app_once(ada, app):
    assert len(set(app.recovery)) == 10
    assert sign_in(ada, code=app.recovery[0].upper()).status_code == 200
    assert sign_in(ada, code=app.recovery[0]).status_code == 401
    assert ada.call("GET", "/auth/second-factor").json() == {"on": True, "recovery_codes_left": 9}


def test_guessing_codes_is_slowed(ada, app, monkeypatch):
    use(monkeypatch, rate_limits="on")
    statuses = [sign_in(ada, code=f"{number:06}").status_code for number in range(12)]
    assert statuses == [401] * 10 + [429] * 2


def test_switching_it_off_takes_password_and_code(ada, app, clockwork):
    clockwork.shift(30)
    off = {"password": ada.password, "code": "123456"}
    assert ada.call("POST", "/auth/second-factor/off", json=off).status_code == 401
    off["code"] = app.at(clock.now())
    assert ada.call("POST", "/auth/second-factor/off", json=off | {"password": "wrong password"}).status_code == 422
    assert ada.call("POST", "/auth/second-factor/off", json=off).status_code == 204
    assert sign_in(ada).status_code == 200


def test_new_recovery_codes_take_password_and_code_and_end_the_earlier_ones(ada, app):
    proof = {"password": ada.password, "code": app.recovery[0]}
    for wrong, status in (({"code": "123456"}, 401), ({"password": "wrong password"}, 422)):
        assert ada.call("POST", "/auth/second-factor/recovery-codes", json=proof | wrong).status_code == status
    new = ada.call("POST", "/auth/second-factor/recovery-codes", json=proof).json()["recovery_codes"]
    assert len(set(new)) == 10
    assert sign_in(ada, code=app.recovery[1]).status_code == 401
    assert sign_in(ada, code=new[0]).status_code == 200
    assert ada.call("GET", "/auth/second-factor").json() == {"on": True, "recovery_codes_left": 9}


def test_without_a_second_factor_there_is_nothing_to_recover(ada):
    proof = {"password": ada.password, "code": "123456"}
    assert ada.call("POST", "/auth/second-factor/recovery-codes", json=proof).status_code == 409


def test_the_database_holds_neither_the_secret_nor_a_recovery_code(ada, app):
    with db.engine().connect() as connection:
        kept = str(connection.exec_driver_sql("SELECT * FROM second_factor").all())
        kept += str(connection.exec_driver_sql("SELECT * FROM recovery_code").all())
    assert app.secret not in kept
    assert not any(code in kept for code in app.recovery)


def post(client, path: str, **form):
    return client.post(path, data=form, follow_redirects=False)


def is_signed_in(client) -> bool:
    return "habit_coach_session" in client.cookies


def test_in_the_browser_a_second_page_asks_for_the_code(client, ada, app, clockwork):
    clockwork.shift(30)
    asked = post(client, "/sign-in", email=ada.email, password=ada.password, next="/habits")
    assert asked.headers["location"] == "/second-step?next=/habits"
    assert not is_signed_in(client)
    wrong = post(client, "/second-step", code="123456", next="/habits")
    assert wrong.headers["location"] == "/second-step?next=/habits"
    assert not is_signed_in(client)
    right = post(client, "/second-step", code=app.at(clock.now()), next="/habits")
    assert right.headers["location"] == "/habits"
    assert is_signed_in(client)


def test_the_step_between_the_pages_does_not_live_long_and_is_good_once(client, ada, app, clockwork):
    post(client, "/sign-in", email=ada.email, password=ada.password)
    step = client.cookies["habit_coach_step"]
    clockwork.shift(301)
    assert post(client, "/second-step", code=app.at(clock.now())).headers["location"] == "/sign-in"
    post(client, "/sign-in", email=ada.email, password=ada.password)
    clockwork.shift(30)
    assert post(client, "/second-step", code=app.at(clock.now())).headers["location"] == "/today"
    client.cookies.clear()
    client.cookies["habit_coach_step"] = step
    clockwork.shift(30)
    assert post(client, "/second-step", code=app.at(clock.now())).headers["location"] == "/sign-in"


def test_a_reset_password_does_not_get_past_the_second_factor(client, ada, app):
    from habit_coach.accounts import credentials

    with db.session(writes=True) as session:
        letter = credentials.ask_reset(session, ada.email, "192.0.2.1")
    token = letter.text.split("#")[1].split()[0]
    answer = post(client, "/reset-password", token=token, password="eleven quiet lamps")
    assert answer.headers["location"] == "/sign-in#"
    assert not is_signed_in(client)
