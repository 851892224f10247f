"""Why a command was refused: a stable code, and a sentence that a person understands."""

from typing import Final

SENTENCES: Final = {
    "unknown_wallet": "There is no wallet {wallet}; the command create {wallet} makes it.",
    "wallet_exists": "The wallet {wallet} exists already.",
    "wallet_closed": "The wallet {wallet} is closed; nothing can happen in it any more.",
    "wallet_not_empty": "The wallet {wallet} still holds {balance} {currency}; it closes only at zero.",
    "insufficient_funds": "{wallet} has {available} {currency}, and this needs {needed} {currency}.",
    "bad_amount": "{amount} is no amount for {wallet}: {reason}.",
    "balance_too_large": "{wallet} would hold more than {limit} {currency}, the most that a wallet can hold.",
    "unknown_purchase": "{wallet} has no purchase {purchase}; name it by its position or its command id.",
    "refund_too_large": "Of that purchase {left} {currency} can be refunded; this is {needed} {currency}.",
    "same_wallet": "A transfer goes to another wallet, and {wallet} is where this one comes from.",
    "transfer_under_way": "{wallet} has a transfer {transfer} on its way already; choose another id.",
    "other_currency": "{wallet} is kept in {currency}, and the transfer is in {sent}.",
    "transfer_known": "{wallet} has received the transfer {transfer} before.",
    "transfer_over": "{wallet} has no transfer {transfer} on its way.",
    "in_the_future": "{at} is in the future; a command can only say what has happened.",
    "conflict": "{wallet} is at version {actual}, not {expected}: somebody was faster; look, and try again.",
}
"""The English sentence for each code; the names in braces are the rejection's details."""


class Rejected(Exception):
    """A command was refused, and nothing happened: a rejection is never an event.

    Attributes:
        code: Stable, for programs: a key of `SENTENCES`.
        details: What the sentence is filled in with, for whoever says it in another language.
    """

    def __init__(self, code: str, **details: str) -> None:
        super().__init__(SENTENCES[code].format_map(details))
        self.code = code
        self.details = details
