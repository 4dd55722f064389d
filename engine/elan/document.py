"""An .eaf as a tree of XML elements, of a file that may be hostile."""

from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from xml.etree.ElementTree import Element, ParseError, TreeBuilder

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser

from ..errors import InputError

#: The attribute that names an .eaf's schema.
SCHEMA = "{http://www.w3.org/2001/XMLSchema-instance}noNamespaceSchemaLocation"
#: Bytes, and elements with their ends: several times those of hours of dense annotation.
LARGEST, MOST = 32 * 2**20, 4_000_000
_SAID = 200  # letters of a sentence that come from the file


def read_document(path: Path) -> Element:
    """The element ANNOTATION_DOCUMENT of an .eaf, its comments kept.

    Nothing outside the file is read: a document type or entities are refused. Raises InputError where it cannot be
    read, is too large or no .eaf.
    """
    data = _bytes_of(path)
    if len(data) > LARGEST or data.count(b"<") > MOST:
        raise InputError(f"{path} is too large for an .eaf ({LARGEST // 2**20} MB at most); split it in ELAN.")
    with refused(path):
        parser = DefusedXMLParser(target=TreeBuilder(insert_comments=True), forbid_dtd=True)
        parser.feed(data)
        root = parser.close()
        if root.tag != "ANNOTATION_DOCUMENT":
            raise ValueError(f"it is a {root.tag}")
    return root


@contextmanager
def refused(path: Path) -> Generator[None]:
    """Turn what a damaged or hostile file makes XML and EAF readers raise into an InputError of one sentence."""
    try:
        yield
    except ParseError as error:
        raise InputError(f"{path} is no .eaf: {error}; save it anew in ELAN.") from error
    except (LookupError, ValueError, RecursionError) as error:
        raise InputError(f"{path} is no .eaf as ELAN writes it ({_said(error)}); save it anew in ELAN.") from error


def _said(error: Exception) -> str:
    if isinstance(error, DefusedXmlException):
        return "it has a document type"
    if isinstance(error, IndexError):  # of pympi, which looks for the value as the first part of an annotation
        return "an annotation has no value"
    said = f"{error.args[0]} is missing" if isinstance(error, KeyError) else str(error)
    return said.split("\n")[0][:_SAID]


def _bytes_of(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(LARGEST + 1)
    except OSError as error:
        raise InputError(f"Cannot read {path}: {error.strerror}.") from error
