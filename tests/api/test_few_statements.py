"""What is asked all day takes a few statements, however many habits there are: SQLite itself counts them."""

import pytest
from sqlalchemy import event

from habit_coach import db

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


@pytest.fixture
def statements(client):
    """Every statement of the requests that follow, in the database's own words."""
    seen = []
    db.engine().dispose()
    event.listen(db.engine(), "connect", lambda connection, _record: connection.set_trace_callback(seen.append))
    return seen


def asked(statements, request):
    """How many statements a request takes, apart from the transaction around them."""
    assert request().status_code == 200  # brings a connection and what is learnt once a process
    statements.clear()
    assert request().status_code == 200
    return len([one for one in statements if not one.startswith(("BEGIN", "COMMIT", "ROLLBACK", "PRAGMA"))])


def test_a_check_in_takes_eight(ada, statements):
    """Token, habit, entry, the eve with the pauses, standing, change, webhooks, reminders."""
    habit = ada.habit()
    assert asked(statements, lambda: ada.call("POST", f"/habits/{habit}/checkin", json={"note": "1"})) == 8


def test_statistics_take_two(ada, statements):
    habit = ada.habit()
    assert asked(statements, lambda: ada.call("GET", f"/habits/{habit}/stats")) == 2


def test_the_list_takes_two_for_one_habit_and_for_thirty(ada, statements):
    def listed():
        return asked(statements, lambda: ada.call("GET", "/habits"))

    ada.habit()
    one = listed()
    for _ in range(29):
        ada.habit()
    assert listed() == one == 2
