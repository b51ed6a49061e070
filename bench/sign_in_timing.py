"""Whether the time of a refused sign-in tells if an address has an account: `python bench/sign_in_timing.py [TRIES]`.

Tries alternate between a known and an unknown address, over REST, at the full bcrypt cost. The probability that a
known one takes longer than an unknown one (Mann-Whitney's U / n^2) is 0.5 when nothing can be told.
"""

import os
import statistics
import sys
import tempfile
import time
import uuid
from pathlib import Path


def main(tries: int) -> None:
    from alembic import command
    from alembic.config import Config
    from scipy.stats import mannwhitneyu
    from starlette.testclient import TestClient

    from habit_coach.api.app import build_api

    command.upgrade(Config(Path(__file__).parent.parent / "alembic.ini"), "head")
    with TestClient(build_api(), base_url="http://localhost:8000") as client:
        new = {"email": "ada@example.com", "password": "seven green bottles"}
        assert client.post("/api/v1/auth/signup", json=new).status_code == 201
        took: dict[str, list[float]] = {"known": [], "unknown": []}
        for number in range(tries + 1):
            for kind in took if number % 2 else reversed(took):
                email = "ada@example.com" if kind == "known" else f"{uuid.uuid4().hex[:3]}@example.com"
                began = time.perf_counter()
                answer = client.post("/api/v1/auth/login", json={"email": email, "password": "not the password"})
                if number:  # the first warms up
                    took[kind].append(time.perf_counter() - began)
                assert answer.status_code == 401
    test = mannwhitneyu(took["known"], took["unknown"])
    for kind, times in took.items():
        print(f"{kind:8} median {statistics.median(times) * 1000:.1f} ms over {len(times)} tries")
    print(f"probability that known takes longer: {test.statistic / tries**2:.3f}, p = {test.pvalue:.2f}")


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {"HABIT_COACH_DATA": folder, "HABIT_COACH_RATE_LIMITS": "off"}
        main(int(sys.argv[1]) if sys.argv[1:] else 200)
