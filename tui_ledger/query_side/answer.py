"""What a question to a view is answered with."""

import msgspec

from tui_ledger.query_side.status import ViewStatus
from tui_ledger.query_side.view import Document


class Answer(msgspec.Struct, frozen=True):
    """A document and how old it is.

    Attributes:
        as_of: The position of the last event that the view had taken in.
        head: The position of the log's last event, asked after the document was read.
        document: None if the view has none under that key.
        status: How the view was doing; None where no worker has part in the answer.
    """

    view: str
    key: str
    as_of: int
    head: int
    document: Document | None
    status: ViewStatus | None = None

    @property
    def stale(self) -> bool:
        """Whether the log has events that the view does not know yet."""
        return self.as_of < self.head
