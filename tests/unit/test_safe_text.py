"""What reaches a terminal is drawn by it, and never obeyed."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui_ledger.safe_text import MARK_LIMIT, safe_text

DANGEROUS = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
JOINERS = "\u200c\u200d"

hostile = st.text(
    st.one_of(
        st.characters(),  # surrogates included
        st.sampled_from(
            "\x00\t\n\r\x1b\x7f\x9b\u00ad\u061c\u2028\u2029\u202e\u2066\ufeff\U000e0041\ue000\uffff"
        ),
        st.sampled_from("\u200c\u200d\ufe0f\u0301\u0488\u093f\u094d"),
        st.sampled_from("aé剣盾कनبت👩💻🚀❤\U0001f3fd\\[]…"),
    )
)


def cells(text: str) -> int:
    """A second opinion on the width: what a terminal takes at least."""
    return sum(
        0 if unicodedata.category(one) in ("Mn", "Me") or one in JOINERS
        else 2 if unicodedata.east_asian_width(one) in "WF"
        else 1
        for one in text
    )  # fmt: skip


@given(hostile)
def test_nothing_that_a_terminal_obeys_or_hides_gets_through(text: str) -> None:
    left = {one for one in safe_text(text) if unicodedata.category(one) in DANGEROUS}
    assert left <= set(JOINERS)


@given(hostile)
def test_a_safe_text_stays_as_it_is(text: str) -> None:
    once = safe_text(text)
    assert safe_text(once) == once


@given(hostile, st.integers(0, 20))
def test_a_cut_text_fits_ends_in_an_ellipsis_and_is_safe(text: str, limit: int) -> None:
    whole, cut = safe_text(text), safe_text(text, limit=limit)
    assert cells(cut) <= limit
    assert safe_text(cut, limit=limit) == cut
    if cut != whole and limit > 0:
        assert cut.endswith("…")
        assert whole.startswith(cut[:-1])


@given(hostile)
def test_marks_never_stack_higher_than_the_limit(text: str) -> None:
    run = 0
    for one in safe_text(text):
        if unicodedata.category(one).startswith("M"):
            run += 1
        elif one not in JOINERS:
            run = 0
        assert run <= MARK_LIMIT


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("moyin", "moyin"),
        ("", ""),
        ("\x1b]0;owned\x07", "\\u001b]0;owned\\u0007"),
        ("two\nlines\tand a tab", "two\\u000alines\\u0009and a tab"),
        ("\x9b2J", "\\u009b2J"),
        ("safe\u202eexe.txt", "safe\\u202eexe.txt"),
        ("\ud800", "\\ud800"),
        ("\U000e0001", "\\U000e0001"),
        ("\ufeffid", "\\ufeffid"),
        ("[/nope] [@click=app.quit]", "[/nope] [@click=app.quit]"),
        ("剣 and 盾", "剣 and 盾"),
        ("Ame\u0301lie", "Ame\u0301lie"),
        ("क" + "\u0901" * 4 + "\u200d\u0901", "क" + "\u0901" * 4 + "\\u200d\\u0901"),
        ("\u0301ann", "\\u0301ann"),
        ("\x07\u0301", "\\u0007\\u0301"),
        ("ann\u3164", "ann\\u3164"),
        ("an\u034fn\ufe0f", "an\\u034fn\\ufe0f"),
        ("1\ufe0f\u20e3 1\ufe0f", "1\ufe0f\u20e3 1\\ufe0f"),
        ("❤\ufe0f ⌚\ufe0e 葛\U000e0100 👩🏽", "❤\ufe0f ⌚\ufe0e 葛\U000e0100 👩🏽"),
        ("a🏽🏽", "a\\U0001f3fd\\U0001f3fd"),
        ("\u1112\u1161\u11ab", "\u1112\u1161\u11ab"),
        ("a\u1161", "a\\u1161"),
        ("한" + "\u1161" * 6, "한" + "\u1161" * 4 + "\\u1161\\u1161"),
        ("z" + "\u0301" * 6, "z" + "\u0301" * 4 + "\\u0301\\u0301"),
    ],
)
def test_a_text_is_shown_as(text: str, shown: str) -> None:
    assert safe_text(text) == shown


@pytest.mark.parametrize(
    "text",
    [
        "👩\u200d💻",
        "🏳\ufe0f\u200d🌈",
        "👩🏽\u200d🚀",
        "❤\ufe0f\u200d🔥",
        "می\u200cخواهم",
        "ක්\u200dය",
        "র\u200d্য",
    ],
)
def test_a_joiner_stays_where_the_spelling_needs_it(text: str) -> None:
    assert safe_text(text) == text


@pytest.mark.parametrize(
    "text", ["mo\u200dyin", "mo\u200cyin", "\u200dक", "क\u200d", "क\u200d\u200dक", "👩\u200c💻"]
)
def test_a_joiner_that_only_hides_is_shown(text: str) -> None:
    assert not set(safe_text(text)) & set(JOINERS)


@pytest.mark.parametrize(
    ("text", "limit", "shown"),
    [
        ("moyin", 5, "moyin"),
        ("moyin", 4, "moy…"),
        ("moyin", 1, "…"),
        ("moyin", 0, ""),
        ("剣盾弓", 6, "剣盾弓"),
        ("剣盾弓", 5, "剣盾…"),
        ("剣盾弓", 4, "剣…"),
        ("ab\x1bcd", 7, "ab…"),
        ("👩\u200d💻x", 4, "👩…"),
        ("\u4dc0" * 4, 6, "\u4dc0\u4dc0…"),
        ("e\u0301e\u0301e\u0301", 2, "e\u0301…"),
    ],
)
def test_a_limit_counts_terminal_cells_and_cuts_no_escape_in_two(text: str, limit: int, shown: str) -> None:
    assert safe_text(text, limit=limit) == shown
