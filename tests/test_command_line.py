import socket

import pytest
from click.testing import CliRunner

from habit_coach.__main__ import main
from habit_coach.ui.bundling import serve_from_anywhere, share
from tests.conftest import use


def said(*command: str) -> str:
    done = CliRunner().invoke(main, command)
    assert done.exit_code == 1, done.output
    return done.output


@pytest.fixture
def environment(tmp_path, monkeypatch):
    """Sets what the commands read; nothing of it outlives the test."""
    yield lambda **values: use(monkeypatch, **{"data": str(tmp_path / "data")} | values)
    use(monkeypatch)


def test_a_taken_port_is_named_with_the_way_out(environment, monkeypatch):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        environment(port=str(port))
        assert f"PORT={port + 1} make run" in said("prepare")


def test_a_data_folder_that_cannot_be_written_to_is_named_with_the_way_out(environment, tmp_path):
    (tmp_path / "file").touch()
    environment(data=str(tmp_path / "file"))
    words = said("migrate")
    assert str(tmp_path / "file") in words
    assert "HABIT_COACH_DATA=" in words


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"environment": "production"}, "HABIT_COACH_SECRET_KEY"),
        ({"environment": "production", "secret_key": "short"}, "32 characters"),
        ({"allowed_origins": '["*"]'}, "each origin"),
        ({"web_workers": "2"}, "REDIS_URL"),
        ({"port": "99999"}, "65535"),
    ],
)
def test_settings_that_cannot_work_or_are_not_safe_are_refused_with_a_sentence(environment, monkeypatch, values, words):
    monkeypatch.delenv("HABIT_COACH_REDIS_URL", raising=False)
    monkeypatch.delenv("REDIS_URL", raising=False)
    environment(**values)
    assert words in said("migrate")


def test_a_secret_can_come_from_a_file(environment, tmp_path):
    from habit_coach.settings import settings

    (tmp_path / "key").write_text("a key of more than thirty-two characters\n")
    environment(secret_key_file=str(tmp_path / "key"), environment="production")
    assert settings().secret == b"a key of more than thirty-two characters"


def test_the_secret_that_is_made_is_kept_and_only_ours_to_read(environment, tmp_path):
    from habit_coach.settings import settings

    (tmp_path / "data").mkdir()
    environment()
    first = settings().secret
    environment()
    assert settings().secret == first
    assert (tmp_path / "data" / "secret.key").stat().st_mode & 0o077 == 0


def test_the_built_pages_look_for_their_server_where_they_came_from(tmp_path):
    script = tmp_path / "kit-abc.js"
    script.write_text("var e={PING:`http://localhost:8000/ping`,EVENT:`ws://localhost:8000/_event`};")
    serve_from_anywhere(tmp_path)
    assert "8000" not in script.read_text()
    assert "EVENT:location.origin.replace(`http`,`ws`)+`/_event`" in script.read_text()


def test_a_build_that_could_not_be_bundled_fails_and_is_not_served_in_pieces():
    with pytest.raises(ValueError, match="another vite"):
        share("export default {}")
