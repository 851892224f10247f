"""What can be asked for: imperative, validated by pydantic, not yet true.

Each model is also a verb of the command language (`command_language`): its required fields by position,
its optional ones by name.
"""

import re
from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Final

import msgspec
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from tui_ledger.clock import parse_timestamp
from tui_ledger.domain.mistakes import Mistake
from tui_ledger.domain.money import EXPONENTS, split_amount

TEXT_LIMIT: Final = 200
"""The longest text that a command may hold, in code points."""

SEALED_PREFIX: Final = "sealed:v1:"
"""How a text begins that the ledger itself has encrypted; nobody else may begin a text so."""

_canonical: Final = msgspec.json.Encoder(order="deterministic")
_WALLET = re.compile(r"[a-z0-9][a-z0-9_-]{0,31}", re.ASCII)
_COMMAND_ID = re.compile(r"(?=.*[^0-9])[A-Za-z0-9][A-Za-z0-9._:-]{0,63}", re.ASCII)
_PROCESS_ID = re.compile(r"[0-9a-f-]{36}:[a-z]+", re.ASCII)
_VERSION = re.compile(r"[0-9]{1,15}", re.ASCII)


def is_wallet_id(text: str) -> bool:
    """Whether `text` can be the id of a wallet."""
    return _WALLET.fullmatch(text) is not None


def is_command_id(text: str) -> bool:
    """Whether `text` can be the id of a command, of a person's or of a process's."""
    return _COMMAND_ID.fullmatch(text) is not None


def is_process_id(text: str) -> bool:
    """Whether `text` has the form of the ids that only processes give their commands."""
    return _PROCESS_ID.fullmatch(text) is not None


def _wallet_id(value: str) -> str:
    if not is_wallet_id(value):
        raise Mistake("wallet_id")
    return value


def _command_id(value: str) -> str:
    if not is_command_id(value):
        raise Mistake("command_id")
    if is_process_id(value):
        # Whoever took it first would keep a transfer from ever ending.
        raise Mistake("process_id")
    return value


def check_text(value: str) -> str:
    """`value`, if it can be stored as what a person wrote.

    Raises:
        Mistake: it is too long, no Unicode, or has what nobody may write.
    """
    if len(value) > TEXT_LIMIT:
        raise Mistake("too_long", limit=str(TEXT_LIMIT), length=str(len(value)))
    if "\0" in value:
        raise Mistake("nul")
    if not value.isascii() and any("\ud800" <= character <= "\udfff" for character in value):
        raise Mistake("not_unicode")
    if value.startswith(SEALED_PREFIX):
        raise Mistake("sealed", prefix=SEALED_PREFIX)
    return value


def check_name(value: str) -> str:
    """`value`, if it can be stored as the name of something.

    Raises:
        Mistake: it is empty, or no text.
    """
    if not value.strip():
        raise Mistake("empty")
    return check_text(value)


def _amount(value: str) -> str:
    whole, decimals = split_amount(value)
    if not (whole + decimals).strip("0"):
        raise Mistake("zero")
    return value


def _currency(value: str) -> str:
    if value not in EXPONENTS:
        raise Mistake("currency")
    return value


def _version(value: object) -> object:
    if isinstance(value, str):
        if _VERSION.fullmatch(value) is None:
            raise Mistake("version")
        return int(value)
    return value


def _moment(value: str) -> str:
    try:
        parse_timestamp(value)
    except ValueError:
        raise Mistake("moment") from None
    return value


WalletId = Annotated[str, AfterValidator(_wallet_id)]
CommandId = Annotated[str, AfterValidator(_command_id)]
Text = Annotated[str, AfterValidator(check_text)]
Name = Annotated[str, AfterValidator(check_name)]
Amount = Annotated[str, AfterValidator(_amount)]
CurrencyCode = Annotated[str, AfterValidator(_currency)]
Version = Annotated[int, BeforeValidator(_version), Field(ge=0, le=10**15)]
Moment = Annotated[str, AfterValidator(_moment)]


class Command(BaseModel):
    """What every command has. Amounts are texts in major units, exact only once the currency is known.

    Attributes:
        wallet: The wallet that it is about.
        id: Makes the command idempotent: the same id and fields again give the first receipt again.
        expect: The version that the wallet must have (0: it must not exist); else a conflict.
        at: When it happened, ISO 8601; now, if it is not given, and never in the future.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)
    verb: ClassVar[str]

    wallet: WalletId
    id: CommandId | None = None
    expect: Version | None = None
    at: Moment | None = None

    def content(self) -> str:
        """Verb and fields as given, without the id and without defaults, as canonical JSON."""
        fields: dict[str, Any] = {name: getattr(self, name) for name in self.model_fields_set if name != "id"}
        fields["verb"] = self.verb
        return _canonical.encode(fields).decode()


class CreateUser(Command):
    """Open a wallet."""

    verb = "create"
    owner: Text = ""
    currency: CurrencyCode = "USD"


class DepositMoney(Command):
    """Put money in."""

    verb = "deposit"
    amount: Amount
    source: Text = ""


class WithdrawMoney(Command):
    """Take money out."""

    verb = "withdraw"
    amount: Amount
    destination: Text = ""


class PurchaseItem(Command):
    """Buy something and pay for it."""

    verb = "buy"
    item: Name
    price: Amount
    category: Text = ""
    merchant: Text = ""


class RefundPurchase(Command):
    """Pay a purchase back, in part (`amount`) or what is left of it.

    `purchase` is given as its position in the log or the id of the command that bought it; before the
    command is decided, the handler turns that into the purchase's event id.
    """

    verb = "refund"
    purchase: Name
    amount: Amount | None = None


class SendMoney(Command):
    """Send money to another wallet. It arrives, or comes back, a little later: see `transfer`."""

    verb = "send"
    to: WalletId
    amount: Amount
    note: Text = ""


class CloseWallet(Command):
    """Close a wallet for good; its balance must be zero, with nothing on its way."""

    verb = "close"
    reason: Text = ""


COMMANDS: Final[dict[str, type[Command]]] = {
    kind.verb: kind
    for kind in (
        CreateUser,
        DepositMoney,
        WithdrawMoney,
        PurchaseItem,
        RefundPurchase,
        SendMoney,
        CloseWallet,
    )
}
"""Every command by its verb, in the order in which help lists them."""

_content_decoder: Final = msgspec.json.Decoder(dict[str, Any])


def read_content(content: str, kinds: Mapping[str, type[Command]] = COMMANDS) -> Command:
    """The command of one of `kinds` that `content` is of; see `Command.content`.

    Raises:
        ValueError: it is of none.
    """
    try:
        fields = _content_decoder.decode(content)
    except RecursionError:
        raise ValueError("this is nested too deeply to be a command") from None
    kind = kinds.get(str(fields.pop("verb", "")))
    if kind is None:
        raise ValueError("this is no command that the program knows")
    return kind.model_validate(fields)
