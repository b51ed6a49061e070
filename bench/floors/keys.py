"""The key that both floors with a token sign theirs with."""

import jwt

KEY = "a key of thirty-two bytes or more, for HS256"


def token(user_id: str) -> str:
    return "Bearer " + jwt.encode({"sub": user_id}, KEY, algorithm="HS256")
