import logging

import pytest
from redis.exceptions import ConnectionError as NoConnection
from redis.exceptions import TimeoutError as NoAnswer
from reflex_base.utils.exceptions import LockExpiredError

from habit_coach.errors import Conflict, NotSignedIn
from habit_coach.ui import errors


def words(exception) -> str:
    return "".join(str(event.args) for event in errors.show(exception))


@pytest.mark.parametrize("passing", [NoConnection("away"), NoAnswer("slow"), LockExpiredError("10 s")])
def test_trouble_that_passes_asks_to_try_again_and_is_no_error_in_the_log(passing, caplog):
    with caplog.at_level(logging.INFO):
        assert errors.NOT_NOW in words(passing)
    assert [record.levelname for record in caplog.records] == ["WARNING"]


def test_a_refusal_is_told_in_its_own_words():
    assert "There is one already." in words(Conflict("There is one already."))


def test_whoever_is_signed_out_is_led_to_sign_in_and_back():
    assert "/sign-in" in words(NotSignedIn("Sign in."))


def test_a_bug_gives_its_number_and_never_its_words(caplog):
    shown = words(RuntimeError("secret inside"))
    assert "secret inside" not in shown
    (record,) = caplog.records
    assert record.args[0] in shown
