"""Other apps' frequencies as the nearest schedule of ours."""

from habit_coach.habits.schedule import Daily, Every, PerPeriod, Schedule, describe, frequency


def nearest(times: int, days: int) -> tuple[Schedule, str | None]:
    """`times` in any `days` days, and a sentence where ours is not just that.

    Strength only looks at times / days: it stays the same for daily, 7 and 30 days, and once in up to 365 days.
    """
    if times < 1 or days < 1:
        return Daily(), "It says no frequency that can be read; it becomes every day."
    if times >= days:
        return Daily(), None
    if days == 7:
        return PerPeriod(times=times, period="week"), None
    if days == 30:
        return PerPeriod(times=times, period="month"), None
    if times == 1 and days <= 365:
        every = Every(n=days, unit="day")
        return every, f"Once in any {days} days becomes {describe(every)}, counted from its start."
    closest = min(_quotas(), key=lambda quota: abs(times / days - _share(quota)))
    return closest, f"{times} times in any {days} days has no equal here; it becomes {describe(closest)}."


def _quotas() -> list[PerPeriod]:
    weekly = [PerPeriod(times=times, period="week") for times in range(1, 7)]
    return weekly + [PerPeriod(times=times, period="month") for times in range(1, 30)]


def _share(schedule: Schedule) -> float:
    times, days = frequency(schedule)
    return times / days
