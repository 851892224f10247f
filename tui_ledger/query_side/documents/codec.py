"""Between documents and their JSON text."""

from typing import Any, Final

import msgspec

from tui_ledger.errors import IntegrityError
from tui_ledger.query_side.documents.port import DamagedDocuments
from tui_ledger.query_side.view import Document


class NoDocument(IntegrityError):
    """What a view has made is no JSON object."""


_decoder: Final = msgspec.json.Decoder(dict[str, Any])
_encoder: Final = msgspec.json.Encoder()


def encode_document(document: Document) -> str:
    """Compact JSON, fields in the document's own order.

    Raises:
        NoDocument: something in it is no JSON.
    """
    try:
        return _encoder.encode(document).decode()
    except (TypeError, ValueError, OverflowError, RecursionError) as error:
        raise NoDocument(f"a document is made of JSON, and this is not: {error}") from None


def decode_document(body: str) -> Document:
    """The document that `body` says.

    Raises:
        DamagedDocuments: it says none.
    """
    try:
        return _decoder.decode(body)
    except msgspec.DecodeError as error:
        raise DamagedDocuments(f"A document of the view cannot be read: {error}.") from None
