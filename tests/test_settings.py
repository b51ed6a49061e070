from concurrent.futures import ThreadPoolExecutor

import pytest

from habit_coach.settings import Settings

SAFE = {"environment": "production", "secret_key": "s" * 40, "base_url": "https://habits.example.com"}


def test_processes_that_start_at_once_share_one_secret(tmp_path):
    with ThreadPoolExecutor(16) as many:
        secrets = set(many.map(lambda _: Settings(data=tmp_path).secret, range(64)))
    assert len(secrets) == 1
    assert len(secrets.pop()) >= 32
    assert [file.name for file in tmp_path.iterdir()] == ["secret.key"]


def test_production_starts_with_safe_settings():
    assert Settings(**SAFE).is_https


@pytest.mark.parametrize(
    ("unsafe", "said"),
    [
        ({"secret_key": None}, "SECRET_KEY"),
        ({"secret_key": "short"}, "SECRET_KEY"),
        ({"bcrypt_cost": 10}, "BCRYPT_COST"),
        ({"rate_limits": "off"}, "RATE_LIMITS"),
        ({"allowed_origins": ["*"]}, "ALLOWED_ORIGINS"),
    ],
)
def test_production_refuses_what_is_unsafe_and_names_the_setting(unsafe, said):
    with pytest.raises(ValueError, match=said):
        Settings(**SAFE | unsafe)
