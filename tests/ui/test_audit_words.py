import re

from habit_coach.ui.pages.admin.audit import SAID
from tests.conftest import ROOT


def test_whatever_the_audit_log_may_hold_is_told_in_words():
    """Actions are written out where they are recorded; a new one without words fails here."""
    recorded = set()
    for path in (ROOT / "habit_coach").rglob("*.py"):
        calls = re.findall(r"audit\.record\((.*?)\n", path.read_text("utf-8"))
        recorded |= {action for call in calls for action in re.findall(r'"([a-z-]+\.[a-z-]+)"', call)}
    assert len(recorded) > 20
    assert recorded <= SAID.keys()
