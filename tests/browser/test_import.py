"""Bringing a history along: a table whose columns are mapped in the page, and a file that takes its time."""

import re
from datetime import date, timedelta

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import DESK, PHONE


def settings_of(visiting, email: str) -> Page:
    visiting.sign_up(email)
    return visiting.open("/settings")


@pytest.fixture
def foreign(tmp_path):
    """A table with columns of other names."""
    path = tmp_path / "diary.csv"
    path.write_text("Wann,Was,Wieviel,Wetter\n2026-07-02,Laufen,5,warm\n2026-07-03,Laufen,soon,cold\n", "utf-8")
    return path


def test_the_columns_of_a_table_are_mapped_in_the_page_and_the_preview_follows(visitor, foreign):
    page = settings_of(visitor(PHONE), "columns@example.com")
    page.locator("input[type=file]").set_input_files(foreign)
    expect(page.get_by_text("Say which column holds the day: Wann, Was, Wieviel, Wetter.")).to_be_visible()
    expect(page.get_by_role("cell", name="Laufen").first).to_be_visible()
    page.get_by_label("Day", exact=True).select_option("Wann")
    expect(page.get_by_text("plain CSV: 3 new habits and 1 day.")).to_be_visible()
    page.get_by_label("Habit", exact=True).select_option("Was")
    page.get_by_label("Number", exact=True).select_option("Wieviel")
    expect(page.get_by_text("plain CSV: 1 new habit and 1 day.")).to_be_visible()
    page.get_by_text("What could not be taken as it was").click()
    expect(page.get_by_text("diary.csv, line 3: “2026-07-03” with “soon” is not understood.")).to_be_visible()
    expect(page.get_by_text("mapped to nothing: Wetter.")).to_be_visible()
    page.get_by_role("button", name="Import", exact=True).click()
    expect(page.get_by_text("plain CSV: 1 new habit and 1 day were brought in.")).to_be_visible()
    page.get_by_role("link", name="See your habits").click()
    expect(page.get_by_text("Laufen").first).to_be_visible()


def test_a_large_file_shows_how_far_it_is(visitor, tmp_path):
    path = tmp_path / "years.csv"
    days = [date(2006, 7, 4) + timedelta(days=n) for n in range(7300)]
    path.write_text("date,habit\n" + "".join(f"{day},Habit {n}\n" for n in range(20) for day in days))
    page = settings_of(visitor(DESK), "years@example.com")
    page.locator("input[type=file]").set_input_files(path)
    expect(page.get_by_text(re.compile(r"20 new habits and 146.000 days\."))).to_be_visible(timeout=60_000)
    page.get_by_role("button", name="Import", exact=True).click()
    expect(page.locator("progress[value]")).to_be_visible(timeout=60_000)
    expect(page.get_by_text(re.compile(r"146.000 days were brought in\."))).to_be_visible(timeout=120_000)
