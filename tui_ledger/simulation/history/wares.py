"""What people spend money on, where, and for how much: skewed, as prices are."""

from typing import Final

import msgspec


class Ware(msgspec.Struct, frozen=True):
    """Something on sale.

    Attributes:
        prices: In cents of a euro: the least, four quantiles that lie equally far apart, and the most.
        often: How often it is bought on a usual day, beside the others.
        habit: When people buy such a thing.
    """

    item: str
    category: str
    merchant: str
    prices: tuple[int, ...]
    often: int
    habit: str


WARES: Final = (
    Ware("groceries", "food", "Green Market", (800, 1900, 3100, 4600, 7200, 16000), 230, "groceries"),
    Ware("vegetables", "food", "Green Market", (300, 600, 900, 1300, 1900, 3800), 70, "groceries"),
    Ware("bread", "food", "Boulangerie Ødegård", (180, 290, 360, 450, 600, 1400), 90, "morning"),
    Ware("coffee", "food", "Café Central", (240, 300, 340, 390, 460, 900), 120, "morning"),
    Ware("lunch", "food", "Cantina Verde", (690, 890, 990, 1190, 1450, 2600), 90, "noon"),
    Ware("ramen 拉麺", "food", "Ramen Ichiban", (950, 1150, 1290, 1420, 1590, 2400), 30, "noon"),
    Ware("dinner", "food", "Osteria da Nonna", (1800, 2900, 3900, 5200, 7400, 18000), 34, "evening"),
    Ware("train ticket", "travel", "Northern Rail", (320, 680, 1240, 2150, 3900, 14000), 44, "morning"),
    Ware("bicycle repair", "travel", "Spoke & Chain", (1500, 2700, 3900, 5600, 8200, 21000), 8, "shopping"),
    Ware("hotel", "travel", "Hôtel du Lac", (6900, 9800, 13200, 18900, 31000, 120000), 7, "evening"),
    Ware("flight", "travel", "Swift Air", (5900, 11900, 18900, 29900, 52000, 160000), 6, "evening"),
    Ware("novel", "books", "Second Chapter", (690, 990, 1200, 1490, 1990, 3900), 18, "shopping"),
    Ware("textbook", "books", "Second Chapter", (1900, 2900, 3900, 5200, 7500, 18000), 6, "shopping"),
    Ware("sword 剣", "games", "Smithy", (1200, 4900, 12000, 20000, 34000, 95000), 4, "evening"),
    Ware("shield 盾", "games", "Smithy", (900, 3900, 9000, 30000, 41000, 88000), 3, "evening"),
    Ware("board game", "games", "Meeple & Co", (1400, 2200, 2900, 3800, 5400, 13000), 7, "shopping"),
    Ware("cinema", "leisure", "Odeon", (790, 990, 1150, 1290, 1590, 4200), 26, "evening"),
    Ware("concert", "leisure", "City Hall", (1800, 3200, 4500, 6400, 9800, 28000), 9, "evening"),
    Ware("swimming", "leisure", "Lido", (350, 450, 520, 600, 750, 1900), 14, "weekend"),
    Ware("headphones", "electronics", "Volt", (1900, 3900, 6900, 11900, 19900, 44900), 5, "shopping"),
    Ware("laptop", "electronics", "Volt", (39900, 59900, 79900, 109900, 159900, 349900), 2, "shopping"),
    Ware("shirt", "clothes", "Tailor & Daughter", (1290, 1990, 2790, 3490, 4990, 12900), 20, "shopping"),
    Ware(
        "winter coat", "clothes", "Tailor & Daughter", (4900, 7900, 10900, 14900, 21900, 69000), 4, "shopping"
    ),
    Ware("haircut", "health", "Salon Zoé", (1500, 2300, 2900, 3900, 5500, 14000), 10, "shopping"),
    Ware("pharmacy", "health", "Apotheke am Markt", (290, 590, 890, 1390, 2300, 9800), 22, "groceries"),
    Ware("electricity", "home", "Bright Energy", (3200, 4400, 5300, 6400, 8100, 19000), 14, "morning"),
    Ware("furniture", "home", "Holz & Söhne", (2900, 5900, 9900, 17900, 34900, 180000), 5, "weekend"),
    Ware("gift", "gifts", "Wunderkammer", (900, 1600, 2400, 3500, 5900, 24000), 6, "shopping"),
    Ware("toys", "gifts", "Meeple & Co", (700, 1300, 1900, 2700, 4400, 16000), 5, "shopping"),
    Ware("donation", "", "", (500, 1000, 2000, 2500, 5000, 25000), 4, "evening"),
)
"""In an order that never changes: a history names them by their number."""

RENT: Final = Ware("rent", "housing", "Harbour Homes", (0,), 0, "rent")
"""What is paid on the first of a month, at a price of one's own."""

# Cents of a euro in minor units of another currency, as a fraction, and the step to which prices are rounded.
_IN_CURRENCY: Final = {
    "EUR": (1, 1, 1),
    "USD": (11, 10, 1),
    "GBP": (17, 20, 1),
    "JPY": (3, 2, 10),
    "KWD": (10, 3, 5),
}


def in_currency(cents: int, currency: str) -> int:
    """About what `cents` of a euro are, in minor units of `currency`: a round number, and never nothing."""
    numerator, denominator, step = _IN_CURRENCY[currency]
    return max(cents * numerator // denominator // step, 1) * step
