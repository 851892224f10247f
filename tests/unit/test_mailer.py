"""What the mailer writes, to whom, and about what."""

import pytest

from tui_ledger.domain.events import (
    Event,
    ItemPurchased,
    MoneyDeposited,
    RecordedEvent,
    TransferReceived,
    TransferSent,
    UserCreated,
)
from tui_ledger.domain.wallet import ImpossibleEvent
from tui_ledger.errors import InputError
from tui_ledger.reactors.mailer import BUILT_IN, Mailer, find_reactors
from tui_ledger.reactors.reactor import Mail, ReactorView


def recorded(data: Event, event_id: str = "e1") -> RecordedEvent:
    return RecordedEvent(
        position=7,
        stream=f"wallet/{data.wallet}",
        version=1,
        id=event_id,
        type=type(data).__name__,
        schema=1,
        data=data,
        occurred_at="",
        recorded_at="",
        command_id=None,
        correlation_id=None,
        causation_id=None,
        hash="",
    )


SWORD = ItemPurchased("moyin", "sword", 20000, "USD", "weapons", "smith")


@pytest.mark.parametrize(
    ("event", "mail"),
    [
        (SWORD, Mail("moyin", "moyin bought sword for 200.00 USD.")),
        (ItemPurchased("aiko", "剣", 200, "JPY", "", ""), Mail("aiko", "aiko bought 剣 for 200 JPY.")),
        (
            TransferReceived("tunde", "t1", "moyin", 250, "USD", "for lunch"),
            Mail("tunde", "tunde received 2.50 USD from moyin."),
        ),
        (UserCreated("moyin", "Mo Yin", "USD"), None),
        (MoneyDeposited("moyin", 100, "USD", ""), None),
        (TransferSent("moyin", "t1", "tunde", 250, "USD", ""), None),
    ],
)
def test_it_writes_to_who_bought_something_or_was_sent_money(event: Event, mail: Mail | None) -> None:
    assert Mailer().react(recorded(event)) == mail


def test_an_amount_in_no_currency_is_no_mail_but_an_error() -> None:
    with pytest.raises(ImpossibleEvent, match="no currency QQQ"):
        Mailer().react(recorded(ItemPurchased("moyin", "x", 1, "QQQ", "", "")))


def test_a_mail_s_id_follows_from_its_event_and_from_who_sends_it() -> None:
    def ids(name: str, event_id: str) -> list[str]:
        return list(ReactorView(Mailer(name)).keys(recorded(SWORD, event_id)))

    assert ids("mailer", "e1") == ids("mailer", "e1") == ["mailer/e1"]
    assert ids("mailer", "e2") == ["mailer/e2"]
    assert ids("another", "e1") == ["another/e1"]


def test_one_of_the_built_in_reactors_is_wrong_and_says_so() -> None:
    assert [(one.name, one.guarded) for one in BUILT_IN] == [("mailer", True), ("mailer-unguarded", False)]


def test_reactors_are_found_by_name_or_are_themselves() -> None:
    own = Mailer("my-mailer")
    assert find_reactors(["mailer", own]) == [BUILT_IN[0], own]
    with pytest.raises(
        InputError, match="no reactor maler; did you mean mailer\\? The reactors are mailer, "
    ):
        find_reactors(["maler"])
