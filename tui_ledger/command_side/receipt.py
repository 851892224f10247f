"""What a command's sender gets back."""

import msgspec


class Receipt(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """The outcome of one command.

    Attributes:
        command: The verb.
        command_id: Its id, given or generated; the same id and fields again give this receipt again.
        accepted: Whether it became events, which are then durable.
        first: Position of its first event, `last` of its last; None when refused.
        version: The wallet's version after it.
        attempts: How often it was decided: again when another process had changed the wallet.
        duplicate: It was on record already, and nothing happened now.
        code: Why it was refused, for programs; `message` says it in a sentence, and `details` holds
            what the sentence is filled in with.
    """

    command: str
    wallet: str
    command_id: str
    accepted: bool
    first: int | None = None
    last: int | None = None
    version: int | None = None
    attempts: int = 1
    duplicate: bool = False
    code: str | None = None
    message: str | None = None
    details: dict[str, str] = {}

    @property
    def position(self) -> int:
        """The position up to which a view must have come to show the command's effect.

        Raises:
            ValueError: the command was refused and has no effect.
        """
        if self.last is None:
            raise ValueError(f"the command was refused: {self.message}")
        return self.last
