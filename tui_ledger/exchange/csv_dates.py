"""Dates and times as statements write them, by formats that the map names."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Annotated, Final
from zoneinfo import ZoneInfo

from pydantic import AfterValidator

from tui_ledger.clock import timestamp

_DAY: Final = ({"%Y", "%y"}, {"%m", "%b", "%B"}, {"%d"})
_TIME: Final = {"%H", "%I", "%p", "%M", "%S", "%f", "%z"}
_DIRECTIVE: Final = re.compile("%.?")


class NoDate(ValueError):
    """A text that is no date of the expected form."""


class Moment:
    """When something happened.

    Attributes:
        moment: In UTC.
        at: The same as a command has it: a date alone stays one, and is the beginning of that day in UTC.
    """

    def __init__(self, moment: datetime, *, date_only: bool) -> None:
        self.moment = moment
        self.at = moment.date().isoformat() if date_only else timestamp(moment)


class DateFormat:
    """How a file writes dates.

    Args:
        formats: As of `strptime`; the first one that fits counts.
        zone: Where times without an offset are local.
    """

    def __init__(self, formats: Sequence[str], zone: str) -> None:
        self._formats = [(one, _TIME.isdisjoint(_DIRECTIVE.findall(one))) for one in formats]
        self._zone = ZoneInfo(zone)

    def parse(self, text: str) -> Moment:
        """The moment that `text` says.

        Raises:
            NoDate: it is of none of the formats, or no day of the calendar.
        """
        if not text.isascii():  # strptime takes the digits of any script
            raise NoDate(self._expected())
        for form, date_only in self._formats:
            try:
                said = datetime.strptime(text, form)  # noqa: DTZ007 - its zone is given right here
                local = said if said.tzinfo else said.replace(tzinfo=UTC if date_only else self._zone)
                return Moment(local.astimezone(UTC), date_only=date_only)
            except (ValueError, OverflowError):
                continue
        raise NoDate(self._expected())

    def _expected(self) -> str:
        example = datetime(2026, 1, 31, 17, 45, tzinfo=UTC).strftime(self._formats[0][0])
        return f"a date looks like {example} here"


def _format(value: str) -> str:
    named = _DIRECTIVE.findall(value)
    if len(set(named)) != len(named) or not set(named) <= {*_TIME, *set().union(*_DAY), "%%"}:
        raise ValueError("a format has each of %d %m %Y once, and %H %M %S if there is a time")
    if not all(len(kinds & set(named)) == 1 for kinds in _DAY):
        raise ValueError("a format needs a day, a month and a year, as in %d.%m.%Y")
    return value


def _zone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (KeyError, ValueError, OSError):
        raise ValueError("a time zone looks like Europe/Berlin, Asia/Tokyo or UTC") from None
    return value


DateFormatText = Annotated[str, AfterValidator(_format)]
ZoneName = Annotated[str, AfterValidator(_zone)]
