"""What the documents say of the tests is so."""

import re

from tests.conftest import ROOT

SECURITY = (ROOT / "docs" / "security.md").read_text("utf-8")
PROMISES = [
    one for one in re.split(r"\n(?=- |\n|#)", SECURITY[: SECURITY.index("## The content security")]) if one[:2] == "- "
]


def test_every_promise_of_security_names_a_test_and_every_test_it_names_is_there():
    sources = "".join(path.read_text("utf-8") for path in (ROOT / "tests").rglob("test_*.py"))
    there = set(re.findall(r"^def (test_\w+)", sources, re.MULTILINE))
    assert len(PROMISES) > 30
    for promise in PROMISES:
        named = re.findall(r"`(test_\w+)`", promise)
        assert named, f"No test is named for: {promise}"
        assert set(named) <= there, f"{set(named) - there} is not there any more, for: {promise}"


def test_every_file_that_the_documents_of_security_name_is_there():
    for document in (ROOT / "docs" / "security.md", ROOT / "SECURITY.md"):
        for path in re.findall(r"`((?:tests|bench|docs|habit_coach)/[\w/.]+)`", document.read_text("utf-8")):
            assert (ROOT / path).exists(), f"{document.name}: {path}"
