"""The one family of expected errors; each front turns it into its own kind of answer, in one place."""


class HabitCoachError(Exception):
    """Something the person can mend; `message` says what to do."""

    status = 400
    title = "The request cannot be carried out"

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class Invalid(HabitCoachError):
    """What was sent breaks a rule; `fields` maps the name of a field to its own sentence."""

    status = 422
    title = "Something needs another look"

    def __init__(self, message: str, fields: dict[str, str] | None = None) -> None:
        super().__init__(message)
        self.fields = fields or {}


class NotFound(HabitCoachError):
    """It does not exist, or belongs to somebody else: both look the same."""

    status = 404
    title = "Not found"


class Conflict(HabitCoachError):
    """It cannot be done to the thing as it is now."""

    status = 409
    title = "That does not fit what is there"


class NotSignedIn(HabitCoachError):
    """Nobody, or somebody whose session has ended."""

    status = 401
    title = "Please sign in"

    def __init__(self, message: str = "Please sign in.") -> None:
        super().__init__(message)


class Forbidden(HabitCoachError):
    """Known, but not allowed to do this."""

    status = 403
    title = "Not allowed"


class RateLimited(HabitCoachError):
    """Too many tries; `retry_after` is in whole seconds, `allowed` the number of tries there are in all."""

    status = 429
    title = "Too many tries"

    def __init__(self, message: str, retry_after: int, allowed: int = 0) -> None:
        super().__init__(message)
        self.retry_after = retry_after
        self.allowed = allowed


class Unavailable(HabitCoachError):
    """It would work, but not at this moment; `retry_after` is in whole seconds."""

    status = 503
    title = "Not available at the moment"
    retry_after = 5
