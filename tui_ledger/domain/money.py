"""Money: an integer of minor units and an ISO 4217 currency code. There is no float anywhere."""

import re
from typing import Final

from tui_ledger.domain.mistakes import Mistake

LIMIT: Final = 10**15
"""The largest amount and the largest balance, in minor units."""

_AMOUNT = re.compile(r"([0-9]{1,16})(?:\.([0-9]{1,4}))?", re.ASCII)

# ISO 4217, list one: the currencies in use and how many digits their minor unit has.
_DIGITS: Final = {
    0: "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF",
    2: "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BOV BRL BSD BTN BWP BYN BZD "
    "CAD CDF CHE CHF CHW CNY COP COU CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS "
    "GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL "
    "MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK "
    "PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS "
    "TMT TOP TRY TTD TWD TZS UAH USD USN UYU UZS VED VES WST XAD XCD XCG YER ZAR ZMW ZWG",
    3: "BHD IQD JOD KWD LYD OMR TND",
    4: "CLF UYW",
}

EXPONENTS: Final = {code: digits for digits, codes in _DIGITS.items() for code in codes.split()}
"""How many decimal digits the minor unit of each currency has."""


class AmountError(Mistake):
    """A text that is no amount."""


def split_amount(text: str) -> tuple[str, str]:
    """Whole and decimal digits of an amount as people write it: `12`, `12.3`, `12.34`.

    Only ASCII digits and one point: no sign, exponent, separator, space or other script's digits.

    Raises:
        AmountError: `text` is not of that form.
    """
    match = _AMOUNT.fullmatch(text)
    if match is None:
        raise AmountError("amount")
    return match[1], match[2] or ""


def parse_amount(text: str, currency: str) -> int:
    """The minor units that `text` says, exactly.

    Raises:
        AmountError: no amount, more decimals than the currency has, or beyond the limit.
    """
    whole, decimals = split_amount(text)
    digits = EXPONENTS[currency]
    if len(decimals) > digits:
        if digits == 0:
            raise AmountError("no_decimals", currency=currency)
        example = f"12.{'34567'[:digits]}"
        raise AmountError("decimals", currency=currency, digits=str(digits), example=example)
    minor = int(whole + decimals.ljust(digits, "0"))
    if minor > LIMIT:
        raise AmountError("too_large", limit=format_amount(LIMIT, currency), currency=currency)
    return minor


def format_amount(minor: int, currency: str) -> str:
    """`minor` units as a decimal text in major units: `format_amount(-1234, "USD")` is `-12.34`."""
    digits = EXPONENTS[currency]
    if digits == 0:
        return str(minor)
    text = str(abs(minor)).zfill(digits + 1)
    return f"{'-' if minor < 0 else ''}{text[:-digits]}.{text[-digits:]}"
