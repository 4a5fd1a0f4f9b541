"""Who may open the operations page: the password alone, and no guessing for long."""

import base64

import pytest

from operations.login import MAX_WRONG, WRONG_SECONDS, LoginGuard, Refused


def told(password: str) -> str:
    return "Basic " + base64.b64encode(password.encode()).decode()


def status(guard: LoginGuard, header: str, host: str = "127.0.0.1") -> int:
    try:
        guard.enter({"host": host, "authorization": header} if header else {"host": host})
    except Refused as refused:
        return refused.status
    return 200


WRONG = ["", "Basic", "Basic !!!", "Bearer x", "Basic " + "\u00e9" * 9, told("kehila:"), told(":"), told("x" * 5_000),
         told("kehila:rightx"), told("kehila:righ"), told("Kehila:right"), "Bearer " + told("kehila:right")[6:]]  # fmt: skip


@pytest.mark.parametrize("header", WRONG)
def test_only_the_password_opens(header: str) -> None:
    assert status(LoginGuard("kehila:right"), header) == 401
    assert status(LoginGuard("kehila:right"), told("kehila:right")) == 200
    assert status(LoginGuard("kehila:right"), told("kehila:right"), "town.example") == 421


def test_guesses_are_braked_and_the_password_comes_in_again() -> None:
    at = [0.0]
    guard = LoginGuard("kehila:right", lambda: at[0])
    assert [status(guard, told("kehila:wrong")) for _ in range(MAX_WRONG)] == [401] * MAX_WRONG
    assert status(guard, told("kehila:right")) == status(guard, told("kehila:wrong")) == 429
    at[0] = WRONG_SECONDS
    assert status(guard, told("kehila:right")) == 200
    # A browser that has not asked its user yet is no guess.
    assert {status(guard, "") for _ in range(2 * MAX_WRONG)} == {401}
    assert status(guard, told("kehila:right")) == 200
