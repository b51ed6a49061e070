"""Guessing passwords is slowed for the guesser, and never locks the owner out.

- From one address at one account: `limit_sign_in` tries; a right password begins anew.
- From one address at any account: `limit_sign_in_address` failures.
- From everywhere at one account: after `limit_sign_in_account` failures each address has one try a window instead of
  ten. An owner who comes from an address of their own gets in with it; a crowd of guessers gets one guess each.
"""

from ipaddress import IPv6Address, ip_address, ip_network

from habit_coach import throttle
from habit_coach.errors import RateLimited
from habit_coach.settings import settings


def count_try(email: str, address: str) -> None:
    """Count one try, before the password is looked at. Raises RateLimited."""
    chosen, where = settings(), network(address)
    if throttle.left(chosen.limit_sign_in_address, "sign-in-address", where).remaining == 0:
        raise throttle.refusal(chosen.limit_sign_in_address, "sign-in-address", where)
    budget = throttle.spend(chosen.limit_sign_in, "sign-in", email, where)
    is_under_attack = throttle.left(chosen.limit_sign_in_account, "sign-in-account", email).remaining == 0
    if is_under_attack and budget.allowed - budget.remaining > 1:
        raise throttle.refusal(chosen.limit_sign_in, "sign-in", email, where)


def count_failure(email: str, address: str) -> None:
    """The password was wrong, or nobody has this address."""
    for rate, purpose, who in (
        (settings().limit_sign_in_address, "sign-in-address", network(address)),
        (settings().limit_sign_in_account, "sign-in-account", email),
    ):
        try:
            throttle.spend(rate, purpose, who)
        except RateLimited:
            continue  # it stays used up


def count_success(email: str, address: str) -> None:
    """The password was right: this address may try this account anew."""
    throttle.forgive(settings().limit_sign_in, "sign-in", email, network(address))


def network(address: str) -> str:
    """The address as one party: IPv6 gives each household 2^64 of them, so its network counts."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return address
    if isinstance(parsed, IPv6Address) and parsed.ipv4_mapped is None:
        return str(ip_network((parsed, 64), strict=False))
    return str(getattr(parsed, "ipv4_mapped", None) or parsed)
