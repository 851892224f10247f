"""The errors that a user can meet, each with the exit status that the command line gives it."""


class LedgerError(Exception):
    """An error with a sentence that a person can act on."""

    exit_status = 1


class InputError(LedgerError):
    """Something that was given is not what was expected.

    `message` says it when it is made a text: it is a sentence, or becomes one then.
    """

    exit_status = 3

    def __init__(self, message: object, code: str = "bad_input") -> None:
        super().__init__(message)
        self.code = code


class ConflictError(LedgerError):
    """Somebody else was faster, or a command id was used for something else."""

    exit_status = 4


class CommandIdReused(ConflictError):
    """The command id is on record with other content."""

    def __init__(self, command_id: str) -> None:
        super().__init__(
            f"The command id {command_id} was used before, for a different command; choose another id."
        )
        self.command_id = command_id


class IntegrityError(LedgerError):
    """The ledger is not what its own rules say it must be."""

    exit_status = 5


class LockedError(LedgerError):
    """Another process holds the ledger for too long."""

    exit_status = 6


class StorageError(LedgerError):
    """The ledger cannot be read or written."""

    exit_status = 7


class OutcomeUnknown(StorageError):
    """The disk failed while committing; whether the events are stored could not be found out."""


class NewerVersionError(LedgerError):
    """The data was written by a newer version of the program."""

    exit_status = 8


def explain(error: BaseException) -> str:
    """What is wrong, for a person: our own errors are sentences, of others the kind says the most."""
    if isinstance(error, LedgerError):
        return str(error)
    return f"{type(error).__name__}: {error}"
