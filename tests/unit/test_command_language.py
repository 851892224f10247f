"""The one-line language: what is written is read back, and what is wrong is explained."""

import shlex

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui_ledger.domain.command_language import (
    LINE_LIMIT,
    CommandSyntaxError,
    format_command,
    format_fields,
    parse,
    problems,
    required_fields,
    split_words,
    usage,
)
from tui_ledger.domain.commands import (
    COMMANDS,
    SEALED_PREFIX,
    CloseWallet,
    Command,
    CreateUser,
    DepositMoney,
    PurchaseItem,
    RefundPurchase,
    WithdrawMoney,
)
from tui_ledger.domain.money import EXPONENTS

texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=30).filter(
    lambda text: not text.startswith(SEALED_PREFIX)
)
tricky = st.text(" \t\n\"'\\=#;$`ab", max_size=8)
names = (texts | tricky | st.sampled_from(["item=x", "wallet=b", "id=1", "a=b=c", "="])).filter(
    lambda text: bool(text.strip())
)
wallets = st.from_regex(r"[a-z0-9][a-z0-9_-]{0,31}", fullmatch=True)
amounts = st.from_regex(r"[1-9][0-9]{0,10}(\.[0-9]{1,2})?", fullmatch=True)
ids = st.from_regex(r"[A-Za-z][A-Za-z0-9._:-]{0,63}", fullmatch=True)
moments = st.datetimes().map(lambda moment: f"{moment.isoformat()}Z")

FIELDS = {
    "wallet": wallets,
    "to": wallets,
    "amount": amounts,
    "price": amounts,
    "item": names,
    "purchase": names,
    "currency": st.sampled_from(sorted(EXPONENTS)),
    "id": ids,
    "expect": st.integers(0, 10**15 - 1),
    "at": moments,
}


@st.composite
def commands(draw: st.DrawFn) -> Command:
    """Any command, with any of its optional fields."""
    kind = draw(st.sampled_from(list(COMMANDS.values())))
    fields = {
        name: draw(FIELDS.get(name, texts | tricky))
        for name, field in kind.model_fields.items()
        if field.is_required() or draw(st.booleans())
    }
    return kind.model_validate(fields)


def command_or_error(line: str) -> Command | CommandSyntaxError:
    """What a line says, or why it says nothing."""
    try:
        return parse(line)
    except CommandSyntaxError as error:
        return error


@given(commands())
def test_what_was_written_is_read_back(command: Command) -> None:
    again = parse(format_command(command))
    assert again == command
    assert again.content() == command.content()


@given(st.text(max_size=60) | st.text("createdepositbuy \"'\\=.0123456789", max_size=60))
def test_whatever_is_typed_is_a_command_or_a_sentence(line: str) -> None:
    outcome = command_or_error(line)
    assert isinstance(outcome, Command) or (outcome.code and str(outcome))


@given(st.sampled_from(sorted(COMMANDS)), st.lists(texts | tricky, max_size=5))
def test_a_verb_with_any_words_is_a_command_or_a_sentence(verb: str, words: list[str]) -> None:
    assert command_or_error(shlex.join([verb, *words])).verb == verb


# Reading


@pytest.mark.parametrize(
    ("line", "command"),
    [
        ("create moyin", CreateUser(wallet="moyin")),
        (
            'create moyin owner="Moyin 莫吟" currency=JPY',
            CreateUser(wallet="moyin", owner="Moyin 莫吟", currency="JPY"),
        ),
        ("deposit moyin 1000 source=salary", DepositMoney(wallet="moyin", amount="1000", source="salary")),
        ("deposit moyin source=salary 1000", DepositMoney(wallet="moyin", amount="1000", source="salary")),
        ("deposit amount=5 wallet=moyin", DepositMoney(wallet="moyin", amount="5")),
        ("deposit wallet=moyin 5", DepositMoney(wallet="moyin", amount="5")),
        ("\t withdraw   moyin 5 \r\n", WithdrawMoney(wallet="moyin", amount="5")),
        ("buy moyin 'long sword' 200", PurchaseItem(wallet="moyin", item="long sword", price="200")),
        (
            'buy moyin "the \\"best\\" sword" 200',
            PurchaseItem(wallet="moyin", item='the "best" sword', price="200"),
        ),
        ("buy moyin long\\ sword 200", PurchaseItem(wallet="moyin", item="long sword", price="200")),
        ("buy moyin item=a=b 200", PurchaseItem(wallet="moyin", item="a=b", price="200")),
        ("buy moyin #1 5", PurchaseItem(wallet="moyin", item="#1", price="5")),
        ("buy moyin $HOME;ls 5", PurchaseItem(wallet="moyin", item="$HOME;ls", price="5")),
        ("refund moyin 3", RefundPurchase(wallet="moyin", purchase="3")),
        ("refund moyin b-1 amount=1.50", RefundPurchase(wallet="moyin", purchase="b-1", amount="1.50")),
        ("close moyin reason= id=c1", CloseWallet(wallet="moyin", reason="", id="c1")),
        ("close moyin expect=0 at=2026-01-31", CloseWallet(wallet="moyin", expect=0, at="2026-01-31")),
    ],
)
def test_a_line_is_a_command(line: str, command: Command) -> None:
    assert parse(line) == command
    assert parse(line).content() == command.content()


# What is wrong


@pytest.mark.parametrize(
    ("line", "code", "sentence"),
    [
        ("", "empty", "A command begins with a verb: create, deposit"),
        (" \t", "empty", "A command begins with a verb"),
        ("depositt moyin 5", "unknown_verb", "There is no command depositt; did you mean deposit?"),
        ("WITHDRAW moyin 5", "unknown_verb", "did you mean withdraw?"),
        ("xyzzy", "unknown_verb", "There is no command xyzzy. The commands are create, deposit,"),
        ("deposit moyin 5 sorce=x", "unknown_field", "deposit has no field sorce; did you mean source?"),
        (
            "deposit moyin 5 zzz=x",
            "unknown_field",
            "deposit has no field zzz. Expected: deposit <wallet> <amount>",
        ),
        ("close moyin id=a id=b", "repeated_field", "id is given twice."),
        (
            "deposit moyin 5 6",
            "too_many_words",
            "6 is one word too many: name its field, as in source=..., or put a text of several",
        ),
        ("deposit wallet=moyin 5 6", "too_many_words", "6 is one word too many"),
        ("buy moyin sword", "missing_field", "buy needs price. Expected: buy <wallet> <item> <price>"),
        ("buy", "missing_field", "buy needs wallet, item and price."),
        ('buy moyin "long sword 5', "bad_quotes", "A quote is not closed"),
        ("buy moyin it's 5", "bad_quotes", "A quote is not closed"),
        ("close moyin \\", "bad_quotes", "A quote is not closed"),
        ("deposit moyin 1e3", "bad_amount", "amount 1e3: an amount looks like 12.34."),
        ("deposit moyin １２", "bad_amount", "amount １２: an amount looks like 12.34."),
        ("deposit moyin 0", "bad_amount", "amount 0: an amount is more than zero."),
        ("buy moyin sword NaN", "bad_amount", "price NaN: an amount looks like 12.34."),
        ("close Moyin", "bad_wallet", "wallet Moyin: a wallet id has 1 to 32"),
        ("create moyin currency=usd", "bad_currency", "currency usd: a currency is an ISO 4217 code"),
        ("close moyin id=1", "bad_id", "id 1: a command id is 1 to 64"),
        ("close moyin expect=-1", "bad_expect", "expect -1: a version is a whole number such as 3."),
        ("close moyin at=tomorrow", "bad_at", "at tomorrow: a time looks like"),
        ('buy moyin "" 5', "bad_item", "item: it cannot be empty."),
        ("create moyin owner=sealed:v1:x", "bad_owner", "a text cannot begin with sealed:v1:"),
        ("refund moyin 3 amount=x", "bad_amount", "amount x: an amount looks like 12.34."),
        ("close " + "x" * LINE_LIMIT, "line_too_long", "A command has at most 65,536 characters."),
    ],
)
def test_what_is_wrong_is_explained(line: str, code: str, sentence: str) -> None:
    with pytest.raises(CommandSyntaxError) as error:
        parse(line)
    assert error.value.code == code
    assert sentence in str(error.value)
    assert error.value.exit_status == 3


@pytest.mark.parametrize("line", ["{}", "deposit moyin 5 {}=x", "deposit moyin 5 {}", "deposit {} 5"])
def test_a_sentence_does_not_repeat_a_word_without_end(line: str) -> None:
    with pytest.raises(CommandSyntaxError) as error:
        parse(line.format("x" * 60_000))
    assert len(str(error.value)) < 300


def test_an_error_knows_verb_and_wallet_as_far_as_they_were_said() -> None:
    with pytest.raises(CommandSyntaxError) as error:
        parse("deposit moyin")
    assert (error.value.verb, error.value.wallet) == ("deposit", "moyin")
    with pytest.raises(CommandSyntaxError) as error:
        parse("deposit wallet=moyin amount=x")
    assert (error.value.verb, error.value.wallet) == ("deposit", "moyin")
    with pytest.raises(CommandSyntaxError) as error:
        parse("pay moyin 5")
    assert (error.value.verb, error.value.wallet) == (None, None)


# Help while typing


@pytest.mark.parametrize(
    ("verb", "form"),
    [
        ("create", "create <wallet> [owner=...] [currency=USD]"),
        ("deposit", "deposit <wallet> <amount> [source=...]"),
        ("withdraw", "withdraw <wallet> <amount> [destination=...]"),
        ("buy", "buy <wallet> <item> <price> [category=...] [merchant=...]"),
        ("refund", "refund <wallet> <purchase> [amount=...]"),
        ("close", "close <wallet> [reason=...]"),
    ],
)
def test_the_form_of_each_command_comes_from_its_model(verb: str, form: str) -> None:
    assert usage(verb) == form


def test_a_line_with_fields_missing_shows_what_belongs_there() -> None:
    assert format_fields(PurchaseItem, {"wallet": "ann"}) == "buy ann <item> <price>"
    fields = {"item": "green tea", "wallet": "ann", "merchant": "x y", "price": "3", "id": "b-1"}
    assert format_fields(PurchaseItem, fields) == 'buy ann "green tea" 3 merchant="x y" id=b-1'


@given(commands())
def test_nothing_is_wrong_with_the_fields_of_a_command(command: Command) -> None:
    fields = {name: str(getattr(command, name)) for name in command.model_fields_set}
    assert problems(type(command), fields) == {}
    assert parse(format_fields(type(command), fields)) == command


def test_what_is_wrong_with_a_field_is_what_the_line_would_be_told() -> None:
    fields = {"wallet": "Ann", "item": " ", "price": "0"}
    found = problems(PurchaseItem, fields)
    assert set(found) == set(required_fields(PurchaseItem))
    for name, value in fields.items():
        right = {"wallet": "ann", "item": "tea", "price": "3"} | {name: value}
        with pytest.raises(CommandSyntaxError) as error:
            parse(format_fields(PurchaseItem, right))
        assert str(error.value) == str(found[name])
    assert problems(PurchaseItem, {}) == {}


@given(st.text(" \t\r\n\"'\\ab=é", max_size=14))
def test_quotes_work_as_in_a_shell(line: str) -> None:
    try:
        expected = shlex.split(line)
    except ValueError:
        with pytest.raises(CommandSyntaxError, match="A quote is not closed"):
            split_words(line)
    else:
        assert split_words(line) == expected


@pytest.mark.parametrize(
    ("line", "item"),
    [
        ("""buy a 'a "b" c' 1""", 'a "b" c'),
        ("""buy a "a 'b' c" 1""", "a 'b' c"),
        ("""buy a x'y z'"w v"u 1""", "xy zw vu"),
        ("""buy a "a\\"b" 1""", 'a"b'),
        ("""buy a a\\ b 1""", "a b"),
        ("""buy a 'a\\b' 1""", "a\\b"),
    ],
)
def test_a_quoted_item_is_read_as_in_a_shell(line: str, item: str) -> None:
    command = parse(line)
    assert isinstance(command, PurchaseItem)
    assert command.item == item == shlex.split(line)[2]
