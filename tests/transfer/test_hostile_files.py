"""Files that are broken or meant to harm: refused with a sentence while they are read, before any database is asked."""

import io
import json
import zipfile
from dataclasses import dataclass
from pathlib import Path

import pytest

from habit_coach.errors import Invalid
from habit_coach.transfer import files, formats
from tests.transfer.test_loop_csv import DAYS, NEW


@dataclass(frozen=True)
class Somebody:
    timezone: str = "Europe/Berlin"
    day_start: int = 0


@pytest.fixture
def refused(tmp_path):
    """The sentence with which a file is refused."""

    def refuse(content: bytes | Path) -> str:
        path = content if isinstance(content, Path) else tmp_path / "hostile"
        if isinstance(content, bytes):
            path.write_bytes(content)
        with pytest.raises(Invalid) as error:
            formats.read(path, Somebody())
        return error.value.message

    return refuse


def test_a_zip_bomb(refused, tmp_path):
    path = tmp_path / "bomb.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("Habits.csv", "w") as file:
        for _ in range(300):
            file.write(b"0" * files.MEGABYTE)
    assert path.stat().st_size < files.MEGABYTE
    assert "unpacks to more than 250 MB" in refused(path)


def test_a_zip_bomb_that_lies_about_its_size(refused, tmp_path):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("Habits.csv", NEW + "x" * 5_000_000)
    honest = (len(NEW) + 5_000_000).to_bytes(4, "little")
    refused(packed.getvalue().replace(honest, (100).to_bytes(4, "little")))


def test_a_zip_of_very_many_files(refused, make_zip):
    assert "more than 5,000 files" in refused(make_zip({f"{n}": "" for n in range(5_001)}))


@pytest.mark.parametrize("name", ["../../etc/Habits.csv", "/etc/Habits.csv", "a/..\\..\\Habits.csv", "C:/Habits.csv"])
def test_a_zip_that_points_outside(refused, make_zip, name):
    assert "outside of itself" in refused(make_zip({name: NEW}))


def test_a_folder_whose_links_point_outside(refused, tmp_path):
    (tmp_path / "secret").write_text(NEW + "001,Secret,YES_NO,,,1,1,#112233,,,,false\n")
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "Habits.csv").symlink_to(tmp_path / "secret")
    assert "not an export" in refused(folder)


def test_a_cell_without_end(refused, make_zip):
    path = make_zip({"Habits.csv": NEW + '001,"' + "x" * 30_000_000})
    assert "cannot be read as CSV" in refused(path)


def test_a_file_beyond_the_limit(refused, tmp_path):
    path = tmp_path / "large.csv"
    with path.open("wb") as file:
        file.truncate(files.LARGEST_FILE + 1)
    assert "larger than 200 MB" in refused(path)


def test_json_that_would_fill_the_memory(refused, make_zip):
    assert "larger than 50 MB" in refused(make_zip({"x.json": "[" + "[]," * 20_000_000 + "[]]"}))


def test_rows_without_end(refused, tmp_path, monkeypatch):
    monkeypatch.setattr(files, "MOST_ROWS", 1_000)
    (tmp_path / "rows.csv").write_text("date,habit\n" + "2026-07-01,x\n" * 1_001)
    assert "more than 1,000 rows" in refused(tmp_path / "rows.csv")


@pytest.mark.parametrize("encoding", ["utf-16", "latin-1"])
def test_another_encoding(refused, tmp_path, encoding):
    path = tmp_path / "export.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("Habits.csv", f"{NEW}001,Swim,YES_NO,,,1,1,#112233,,,,false\n")
        archive.writestr("001/Checkmarks.csv", f"{DAYS}2026-07-01,YES_MANUAL,früh\n".encode(encoding))
    assert "is not UTF-8 text" in refused(path)


def test_a_zip_that_breaks_off(refused, make_zip):
    path = make_zip({"Habits.csv": NEW * 50})
    path.write_bytes(path.read_bytes()[:-30])
    refused(path)


def test_json_that_breaks_off(refused):
    whole = json.dumps({"habits": [{"name": "Run", "id": "a", "tags": [], "records": []}]})
    assert "is not whole" in refused(whole[:-5].encode())


@pytest.mark.parametrize("opening", ["[", '{"habits":'])
def test_json_that_nests_without_end(refused, opening):
    assert refused((opening * 200_000).encode())


def test_json_of_another_shape(refused):
    strange = {"habits": [{"name": ["x"], "records": [{"day": 5, "done": 1, "text": {}}], "period": "weekly"}]}
    assert "not in a form that is known here" in refused(json.dumps(strange).encode())


@pytest.mark.parametrize("content", [b"", b"\x89PNG\r\n\x1a\n\x00\x00", b"\x00" * 5000, b"hello", b"PK\x05\x06"])
def test_what_is_no_export_at_all(refused, content):
    assert refused(content)


def test_formulas_and_markup_are_only_words(account, make_zip):
    words = '=HYPERLINK("http://example.com")'
    row = f'001,"{words.replace(chr(34), chr(34) * 2)}",YES_NO,<script>,,1,1,#112233,,,,false\n'
    account.bring(make_zip({"Habits.csv": NEW + row, "001/Checkmarks.csv": DAYS}))
    assert account.habits()[0].name == words


def test_numbers_and_days_that_cannot_be_are_left_out(account, make_zip):
    days = DAYS + "2026-07-01,999999999999999,\n1900-01-01,1000,\n2026-07-02,-5000,\n2026-07-03,2000,\n"
    row = "001,Run,NUMERICAL,,,1,1,#112233,km,AT_LEAST,inf,false\n"
    shown = account.bring(make_zip({"Habits.csv": NEW + row, "001/Checkmarks.csv": days}))
    assert list(account.days("Run")) == ["2026-07-03"]
    assert len(shown.notes) == 4


def test_text_that_no_database_keeps_is_cleaned(account, tmp_path):
    path = tmp_path / "odd.json"
    path.write_text('{"habits": [{"name": "a\\u0000b\\ud800", "records": [], "tags": []}]}')
    account.bring(path)
    assert account.habits()[0].name == "ab"
