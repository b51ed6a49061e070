"""What a browser sends with an event, checked before it is used: anyone can send anything."""

from datetime import date
from uuid import UUID

from habit_coach.errors import Invalid, NotFound


def an_id(text: str) -> UUID:
    """A public id. Raises NotFound for what is none."""
    try:
        return UUID(str(text))
    except ValueError:
        raise NotFound("There is no such thing here. It may have been deleted.") from None


def a_day(text: str, field: str) -> date:
    """A day from a date field. Raises Invalid, with the sentence at `field`."""
    try:
        return date.fromisoformat(str(text))
    except ValueError:
        sentence = "Choose a day."
        raise Invalid(sentence, {field: sentence}) from None
