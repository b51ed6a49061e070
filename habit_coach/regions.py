"""How parts of the world write days and numbers, and where their week begins. A region is an ISO 3166 code, "DE"."""

from collections.abc import Mapping
from functools import cache, lru_cache

from babel import Locale, UnknownLocaleError, localedata
from babel.core import get_global, parse_locale
from babel.numbers import format_percent

ANYWHERE = ""
# The first that stands for people of whom nothing is known: days before months, 24 hours, weeks from Monday.
OTHERWISE = "GB"


def of_languages(header: str) -> str:
    """The region behind an Accept-Language header, its likeliest language first; ANYWHERE when it names none.

    A language without a region stands for the region in which most speak it: "de" for DE, "en" for US.
    """
    weighed = [_weighed(part) for part in header.split(",")]
    for _, tag in sorted(weighed, key=lambda pair: -pair[0]):
        if region := _of_tag(tag):
            return region
    return ANYWHERE


def is_known(region: str) -> bool:
    return region in named()


@cache
def named() -> dict[str, str]:
    """Every country and territory by its code, with its English name."""
    names: Mapping[str, str] = Locale("en").territories
    written = {code for code in names if len(code) == 2 and (_english(code) or _main(code))}
    return {code: names[code] for code in sorted(written, key=names.__getitem__)}


def first_weekday(region: str) -> int:
    """Where the week begins: 0 is Monday."""
    return numbers(region).first_week_day


@cache
def days(region: str) -> Locale:
    """The locale that orders days: English as it is written there, for all words of the app are English."""
    return _english(region or OTHERWISE) or Locale("en", "001")


@cache
def numbers(region: str) -> Locale:
    """The locale that groups numbers: English as it is written there or, where it is not, the region's own language."""
    return _english(region or OTHERWISE) or _main(region) or Locale("en", "001")


def percent(rate: float, region: str) -> str:
    """A rate from 0 to 1: "83%"."""
    return _percent(round(rate, 2), region)


@lru_cache(maxsize=2048)
def _percent(rate: float, region: str) -> str:
    return format_percent(rate, locale=numbers(region))


def _weighed(part: str) -> tuple[float, str]:
    tag, _, weight = part.partition(";q=")
    try:
        return float(weight or 1), tag.strip()
    except ValueError:
        return 0.0, tag.strip()


def _of_tag(tag: str) -> str:
    try:
        language, territory, *_ = parse_locale(tag, sep="-")
    except ValueError:
        return ANYWHERE
    if territory and is_known(territory):
        return territory
    likely = get_global("likely_subtags").get(language)
    return parse_locale(likely)[1] or ANYWHERE if likely else ANYWHERE


def _english(region: str) -> Locale | None:
    name = f"en_{region}"
    return Locale("en", region) if localedata.exists(name) else None


def _main(region: str) -> Locale | None:
    """Of a region, the language in which most speak there."""
    likely = get_global("likely_subtags").get(f"und_{region}", "")
    try:
        return Locale.parse(likely)
    except (UnknownLocaleError, ValueError):
        return None
