"""The command models: what they take, what they refuse, and what is on record of them."""

import json
from typing import Any

import pytest
from pydantic import ValidationError

from tui_ledger.domain.commands import (
    COMMANDS,
    TEXT_LIMIT,
    CloseWallet,
    Command,
    CreateUser,
    DepositMoney,
    PurchaseItem,
    RefundPurchase,
)


def refused(kind: type[Command], **fields: Any) -> str:
    """The sentence with which `fields` are refused."""
    with pytest.raises(ValidationError) as error:
        kind(**fields)
    assert len(error.value.errors()) == 1
    return str(error.value.errors()[0]["msg"])


# Fields


@pytest.mark.parametrize("wallet", ["a", "0", "moyin", "a-b_c", "x" * 32])
def test_a_wallet_id_is_short_and_plain(wallet: str) -> None:
    assert CloseWallet(wallet=wallet).wallet == wallet


@pytest.mark.parametrize(
    "wallet", ["", "-a", "_a", "A", "x" * 33, "a b", "a\n", "a/b", "a.b", "mo\u0443in", "１", "a\x00", "é"]
)
def test_any_other_wallet_id_is_refused(wallet: str) -> None:
    assert "a wallet id has 1 to 32" in refused(CloseWallet, wallet=wallet)


@pytest.mark.parametrize("id_", ["a", "1a", "A.b_c:d-e", "a" * 64, "0190a5b2-0000-7000-8000-000000000000"])
def test_a_command_id_has_a_non_digit(id_: str) -> None:
    assert CloseWallet(wallet="moyin", id=id_).id == id_


@pytest.mark.parametrize("id_", ["", "1", "123", "-a", ".a", "a" * 65, "a b", "a\n", "é", "１a", "a/b"])
def test_any_other_command_id_is_refused(id_: str) -> None:
    assert "a command id is 1 to 64" in refused(CloseWallet, wallet="moyin", id=id_)


def test_a_text_takes_two_hundred_code_points() -> None:
    assert CreateUser(wallet="moyin", owner="剣" * TEXT_LIMIT).owner == "剣" * 200
    assert "at most 200 characters, and this has 201" in refused(CreateUser, wallet="moyin", owner="剣" * 201)


@pytest.mark.parametrize(
    "text", ["[red]x[/]", "\x1b[2J", "\u202eevil", "a\nb", "  ", "Sealed:v1:", "a sealed:v1:"]
)
def test_a_text_is_taken_as_it_is(text: str) -> None:
    assert CreateUser(wallet="moyin", owner=text).owner == text


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("a\0b", "NUL"),
        ("\ud800", "valid Unicode"),
        ("a\udfffb", "valid Unicode"),
        ("sealed:v1:abc", "cannot begin with sealed:v1:"),
        ("sealed:v1:", "cannot begin with sealed:v1:"),
    ],
)
@pytest.mark.parametrize(
    ("kind", "field", "fields"),
    [
        (CreateUser, "owner", {}),
        (DepositMoney, "source", {"amount": "1"}),
        (PurchaseItem, "item", {"price": "1"}),
        (PurchaseItem, "merchant", {"item": "x", "price": "1"}),
        (RefundPurchase, "purchase", {}),
        (CloseWallet, "reason", {}),
    ],
)
def test_what_cannot_be_stored_or_looks_sealed_is_refused(
    text: str, reason: str, kind: type[Command], field: str, fields: dict[str, str]
) -> None:
    assert reason in refused(kind, wallet="moyin", **fields, **{field: text})


@pytest.mark.parametrize("item", ["", "   ", "\t"])
def test_what_is_bought_has_a_name(item: str) -> None:
    assert "it cannot be empty" in refused(PurchaseItem, wallet="moyin", item=item, price="1")


@pytest.mark.parametrize("amount", ["NaN", "1e3", "-5", "+5", "１２", "1_000", " 5", "9" * 20, ""])
def test_an_odd_amount_is_refused_before_the_wallet_is_known(amount: str) -> None:
    assert "an amount looks like 12.34" in refused(DepositMoney, wallet="moyin", amount=amount)


@pytest.mark.parametrize("amount", ["0", "0.00", "0000"])
def test_an_amount_is_more_than_zero(amount: str) -> None:
    assert "more than zero" in refused(DepositMoney, wallet="moyin", amount=amount)


@pytest.mark.parametrize("amount", [5, 5.0, True, None, b"5"])
def test_an_amount_is_a_text(amount: object) -> None:
    refused(DepositMoney, wallet="moyin", amount=amount)


@pytest.mark.parametrize("currency", ["usd", "US", "XXX", "", "USDT", "ＵＳＤ"])
def test_a_currency_is_a_code_of_iso_4217(currency: str) -> None:
    assert "ISO 4217" in refused(CreateUser, wallet="moyin", currency=currency)


@pytest.mark.parametrize(("given", "version"), [("3", 3), ("0", 0), (7, 7), ("007", 7)])
def test_an_expected_version_is_a_whole_number(given: str | int, version: int) -> None:
    command = CloseWallet.model_validate({"wallet": "moyin", "expect": given})
    assert command.expect == version


@pytest.mark.parametrize("given", ["-1", "x", "1.0", "", " 1", "１", "9" * 16, -1, True, 1.0])
def test_any_other_expected_version_is_refused(given: object) -> None:
    refused(CloseWallet, wallet="moyin", expect=given)


@pytest.mark.parametrize("at", ["2026-01-31", "2026-01-31T12:00:00Z", "2026-01-31T12:00:00+09:00"])
def test_a_time_is_iso_8601(at: str) -> None:
    assert CloseWallet(wallet="moyin", at=at).at == at


@pytest.mark.parametrize(
    "at",
    [
        "",
        "yesterday",
        "2026-02-30",
        "10000-01-01",
        "0001-01-01T00:00:00+14:00",
        "2026-01-01T25:00",
        "２０２６-01-01",
    ],
)
def test_a_time_that_is_none_or_outside_the_calendar_is_refused(at: str) -> None:
    assert "a time looks like" in refused(CloseWallet, wallet="moyin", at=at)


def test_a_field_that_there_is_not_is_refused() -> None:
    assert "Extra inputs" in refused(CloseWallet, wallet="moyin", amount="5")


def test_a_command_cannot_be_changed() -> None:
    command = CloseWallet(wallet="moyin")
    with pytest.raises(ValidationError, match="frozen"):
        command.wallet = "other"


def test_every_command_has_a_verb_of_its_own() -> None:
    assert list(COMMANDS) == ["create", "deposit", "withdraw", "buy", "refund", "send", "close"]
    assert all(kind.verb == verb for verb, kind in COMMANDS.items())


# What is on record


def test_the_content_holds_verb_and_fields_as_given() -> None:
    command = DepositMoney(wallet="moyin", amount="5.0", expect=2, at="2026-01-31")
    assert json.loads(command.content()) == {
        "verb": "deposit", "wallet": "moyin", "amount": "5.0", "expect": 2, "at": "2026-01-31",
    }  # fmt: skip


def test_the_content_is_canonical() -> None:
    one = PurchaseItem(wallet="moyin", item="sword 剣", price="2", category="x")
    other = PurchaseItem(category="x", price="2", item="sword 剣", wallet="moyin")
    expected = '{"category":"x","item":"sword 剣","price":"2","verb":"buy","wallet":"moyin"}'
    assert one.content() == other.content() == expected


def test_the_content_does_not_hold_the_id() -> None:
    assert CloseWallet(wallet="moyin", id="a").content() == CloseWallet(wallet="moyin").content()


def test_a_default_is_not_filled_in_and_one_that_was_given_is_there() -> None:
    assert json.loads(CreateUser(wallet="moyin").content()) == {"verb": "create", "wallet": "moyin"}
    assert json.loads(CreateUser(wallet="moyin", currency="USD").content())["currency"] == "USD"


def test_an_amount_written_differently_is_other_content() -> None:
    assert DepositMoney(wallet="m", amount="5").content() != DepositMoney(wallet="m", amount="5.00").content()
