"""What a PDF that Chromium wrote holds: its words, and the sizes of its pictures."""

from __future__ import annotations

import re
import zlib
from typing import Final

_OBJECT: Final = re.compile(rb"(?s)\n(\d+) 0 obj\n(.*?)\nendobj")
_STREAM: Final = re.compile(rb"(?s)stream\r?\n(.*)\r?\nendstream")
_TOKEN: Final = re.compile(
    rb"/F(?P<font>\d+) [\d.]+ Tf"
    rb"|/ActualText <FEFF(?P<actual>[0-9A-F]*)>"
    rb"|(?P<end>EMC)"
    rb"|<(?P<codes>[0-9A-F]+)> Tj"
    rb"|\[(?P<spaced>[^\]]*)\] TJ"
)
_ONE: Final = re.compile(rb"<([0-9A-F]+)> <([0-9A-F]+)>\n")
_RANGE: Final = re.compile(rb"<([0-9A-F]+)> <([0-9A-F]+)> <([0-9A-F]+)>\n")


def picture_sizes(pdf: bytes) -> list[tuple[int, int]]:
    """Return width and height of each picture, in its own pixels."""
    images = (body for body in _objects(pdf).values() if b"/Subtype /Image" in body[:200])
    return [(_number(rb"/Width (\d+)", image), _number(rb"/Height (\d+)", image)) for image in images]


def words_of(pdf: bytes) -> str:
    """Return the text of all pages without any white space, which a PDF does not keep."""
    objects = _objects(pdf)
    pages = (body for body in objects.values() if body.startswith(b"<</Type /Page\n"))
    contents = (_data(objects[_number(rb"/Contents (\d+) 0 R", page)]) for page in pages)
    return "".join("".join(_read(content, objects) for content in contents).split())


def _objects(pdf: bytes) -> dict[int, bytes]:
    return {int(number): body for number, body in _OBJECT.findall(pdf)}


def _number(pattern: bytes, body: bytes) -> int:
    found = re.search(pattern, body)
    assert found, pattern
    return int(found[1])


def _data(body: bytes) -> bytes:
    found = _STREAM.search(body)
    assert found
    return zlib.decompress(found[1]) if b"/FlateDecode" in body[: found.start()] else found[1]


def _read(content: bytes, objects: dict[int, bytes]) -> str:
    letters: list[str] = []
    meanings: dict[bytes, str] = {}
    said_otherwise = False
    for token in _TOKEN.finditer(content):
        if token["font"]:
            # Skia names a font by the number of its object.
            meanings = _meanings(objects[int(token["font"])], objects)
        elif token["actual"] is not None:
            said_otherwise = True
            letters.append(bytes.fromhex(token["actual"].decode()).decode("utf-16-be"))
        elif token["end"]:
            said_otherwise = False
        elif not said_otherwise:
            spaced = re.findall(rb"<([0-9A-F]+)>", token["spaced"] or b"")
            letters += (_spelt(codes, meanings) for codes in ([token["codes"]] if token["codes"] else spaced))
    return "".join(letters)


def _spelt(codes: bytes, meanings: dict[bytes, str]) -> str:
    width = len(next(iter(meanings), b"00"))
    return "".join(meanings.get(codes[at : at + width], "") for at in range(0, len(codes), width))


def _meanings(font: bytes, objects: dict[int, bytes]) -> dict[bytes, str]:
    table = _data(objects[_number(rb"/ToUnicode (\d+) 0 R", font)])
    found: dict[bytes, str] = {}
    for part in re.findall(rb"(?s)beginbfchar\n(.*?)endbfchar", table):
        found |= {code: bytes.fromhex(word.decode()).decode("utf-16-be") for code, word in _ONE.findall(part)}
    for part in re.findall(rb"(?s)beginbfrange\n(.*?)endbfrange", table):
        for first, last, word in _RANGE.findall(part):
            codes = range(int(first, 16), int(last, 16) + 1)
            begin = int(word, 16)
            found |= {b"%0*X" % (len(first), code): chr(begin + step) for step, code in enumerate(codes)}
    return found
