"""Photos, sound and video: what they tell of people is gone, what is none is refused."""

from __future__ import annotations

import hashlib
import io
import os
import struct
import time
import zlib
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

import pytest
from followed_town import Town
from mutagen import id3
from PIL import ExifTags, Image

from gis_grid.incidents import media, service
from gis_grid.incidents.routes import asked
from gis_grid.incidents.rules import IncidentRules
from gis_grid.kit.errors import BadInput

if TYPE_CHECKING:
    from pathlib import Path

    from fastapi.testclient import TestClient
    from sqlalchemy import Connection

SHANGHAI: Final = ZoneInfo("Asia/Shanghai")
MARK: Final = b"Zhang San, Xiaomi 14"


def photo(kind: str = "JPEG", size: tuple[int, int] = (60, 40)) -> bytes:
    """Return a photo, left half red, with everything that a phone and a program write into one."""
    image = Image.new("RGB", size, "blue")
    image.paste("red", (0, 0, size[0] // 2, size[1]))
    exif = Image.Exif()
    exif[ExifTags.Base.Make] = MARK.decode()
    exif[ExifTags.Base.Orientation] = 3
    exif.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.DateTimeOriginal] = "2026:11:20 09:30:00"
    gps = exif.get_ifd(ExifTags.IFD.GPSInfo)
    gps[ExifTags.GPS.GPSLatitudeRef], gps[ExifTags.GPS.GPSLatitude] = "N", (32.0, 3.0, 9.0)
    gps[ExifTags.GPS.GPSLongitudeRef], gps[ExifTags.GPS.GPSLongitude] = "E", (118.0, 46.0, 57.0)
    written = io.BytesIO()
    extra = {"comment": MARK} if kind == "JPEG" else {}
    image.save(written, kind, exif=exif, icc_profile=MARK * 10, **extra)
    return written.getvalue() + MARK


def box(name: bytes, *content: bytes) -> bytes:
    inside = b"".join(content)
    return struct.pack(">I4s", 8 + len(inside), name) + inside


_MADE: Final = round(
    (datetime(2026, 11, 20, 1, 30, tzinfo=UTC) - datetime(1904, 1, 1, tzinfo=UTC)).total_seconds()
)
MADE: Final = struct.pack(">II", _MADE, _MADE)


def film() -> bytes:
    """Return the frame of a video as phones write it: place and device in `udta` and `meta`."""
    header = box(b"mvhd", bytes(4) + MADE + bytes(88))
    described = box(b"udta", box(b"\xa9xyz", b"\0\x12\x15\xc7+32.0525+118.7825/"), box(b"meta", MARK))
    track = box(b"trak", box(b"udta", MARK), box(b"mdia", box(b"hdlr", bytes(8), b"vide", bytes(12))))
    moov = box(b"moov", header, described, track)
    return box(b"ftyp", b"mp42\0\0\0\0mp42isom") + moov + box(b"mdat", b"picture") + box(b"free", MARK)


def sound() -> bytes:
    written = io.BytesIO(b"\xff\xfb\x90\x64" + bytes(413) + b"\xff\xfb\x90\x64" + bytes(413))
    tags = id3.ID3()
    tags.add(id3.TPE1(encoding=3, text=MARK.decode()))
    tags.save(written, v1=2)
    return written.getvalue()


@pytest.mark.parametrize(
    ("kind", "media_type"), [("JPEG", "image/jpeg"), ("PNG", "image/png"), ("WEBP", "image/webp")]
)
def test_a_photo_is_only_its_picture(kind: str, media_type: str) -> None:
    sent = photo(kind)
    assert sent.count(MARK) > 1
    found = media.clean(sent, SHANGHAI)
    assert MARK not in found.content
    assert (found.media_type, found.lon, found.lat) == (media_type, 118.7825, 32.0525)
    assert found.taken_at == datetime(2026, 11, 20, 1, 30, tzinfo=UTC)
    with Image.open(io.BytesIO(found.content)) as image:
        assert (image.size, dict(image.getexif())) == ((60, 40), {})
        assert not {"exif", "comment", "icc_profile", "xmp"} & set(image.info)
        left, right = (image.convert("RGB").getpixel((x, 20)) for x in (5, 55))
    assert left[2] > 200 > right[2], "turned as its EXIF said"  # type: ignore[index]


@pytest.mark.parametrize(
    ("said", "offset"),
    [("0001:01:01 00:00:00", ""), ("9999:12:31 23:59:59", "-14:00"), ("0001:01:01 00:00:00", "+14:00")],
)
def test_a_photo_of_a_time_that_cannot_be_has_none(said: str, offset: str) -> None:
    exif = Image.Exif()
    details = exif.get_ifd(ExifTags.IFD.Exif)
    details[ExifTags.Base.DateTimeOriginal], details[ExifTags.Base.OffsetTimeOriginal] = said, offset
    written = io.BytesIO()
    Image.new("RGB", (9, 9)).save(written, "JPEG", exif=exif)
    assert media.clean(written.getvalue(), SHANGHAI).taken_at is None


def test_a_film_keeps_its_picture_and_its_length() -> None:
    sent = film()
    found = media.clean(sent, SHANGHAI)
    assert (MARK in sent, MARK in found.content) == (True, False)
    assert b"118.7825" not in found.content
    assert b"picture" in found.content
    assert len(found.content) == len(sent), "what is left lies where it lay"
    assert (found.media_type, found.lon, found.lat) == ("video/mp4", 118.7825, 32.0525)
    assert found.taken_at == datetime(2026, 11, 20, 1, 30, tzinfo=UTC)
    measured = film().replace(b"vide", b"meta")
    assert "measurements" in media.clean(measured, SHANGHAI).note


def test_a_sound_loses_its_tags() -> None:
    sent = sound()
    found = media.clean(sent, SHANGHAI)
    assert MARK in sent
    assert (found.media_type, MARK in found.content, b"TAG" in found.content) == ("audio/mpeg", False, False)


def adts(length: int = 20) -> bytes:
    """Return a frame of AAC as ADTS has it."""
    head = (0xFF, 0xF1, 0x50, 0x80 | length >> 11, length >> 3 & 255, (length & 7) << 5 | 31, 0xFC)
    return bytes(head) + bytes(length - 7)


@pytest.mark.parametrize(
    ("frames", "media_type"),
    [
        (b"#!AMR\n" + (b"\x3c" + bytes(31)) * 4 + b"\x7c", "audio/amr"),
        (adts() * 4, "audio/aac"),
    ],
)
def test_a_sound_of_frames_is_its_frames_alone(frames: bytes, media_type: str) -> None:
    found = media.clean(frames + b"\xc0" + MARK, SHANGHAI)
    assert (found.content, found.media_type) == (frames, media_type)


def nested() -> bytes:
    """Return a film whose boxes lie 3,000 deep in each other."""
    inside = b""
    for _ in range(3000):
        inside = box(b"trak", inside)
    return box(b"ftyp", b"mp42\0\0\0\0mp42isom") + box(b"moov", inside)


def bomb() -> bytes:
    """Return a PNG of a few bytes whose header says 60,000 x 60,000."""
    header = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    chunks = [(b"IHDR", header), (b"IDAT", zlib.compress(bytes(1000))), (b"IEND", b"")]
    packed = [struct.pack(">I", len(c)) + n + c + struct.pack(">I", zlib.crc32(n + c)) for n, c in chunks]
    return b"\x89PNG\r\n\x1a\n" + b"".join(packed)


@pytest.mark.parametrize(
    ("content", "title"),
    [
        (b"", "not taken"),
        (b"<html><script>alert(1)</script>", "not taken"),
        (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "not taken"),
        (b"MZ" + bytes(200), "not taken"),
        (b"%PDF-1.7" + bytes(200), "not taken"),
        (b"GIF89a" + bytes(200), "not taken"),
        (photo()[:300], "broken"),
        (b"\xff\xd8\xff\xe0" + bytes(300), "broken"),
        (bomb(), "too large|broken"),
        (film()[:60], "broken"),
        (box(b"ftyp", b"mp42\0\0\0\0mp42isom") + struct.pack(">I4s", 2**31, b"moov"), "broken"),
        (nested(), "broken"),
        (b"fLaC" + bytes(50), "broken"),
        (b"#!AMR\n" + b"<script>alert(1)</script>" * 9, "broken"),
        (adts() + b"<script>" + adts() * 3, "broken"),
    ],
)
def test_what_is_none_is_refused(content: bytes, title: str) -> None:
    with pytest.raises(BadInput, match=title):
        media.clean(content, SHANGHAI)


@pytest.fixture
def town(anonymous: TestClient, conn: Connection, tmp_path: Path) -> Town:
    rules = replace(IncidentRules.of(anonymous.app.state.settings), media=tmp_path / "media")  # type: ignore[attr-defined]
    anonymous.app.dependency_overrides[asked._rules] = lambda: rules  # type: ignore[attr-defined]
    return Town(anonymous, conn)


def files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def test_a_photo_goes_in_and_comes_out_within_scope(town: Town, tmp_path: Path) -> None:
    path = f"/incidents/{town.report()['code']}/attachments"
    wrong = {"Content-Type": "text/html"}
    answer = town.call("worker", "POST", path, content=photo(), headers=wrong)
    assert answer.status_code == 201, answer.text
    kept = answer.json()
    assert (kept["media_type"], kept["lon"], kept["lat"]) == ("image/jpeg", 118.7825, 32.0525)
    assert kept["taken_at"] == "2026-11-20T01:30:00Z"
    again = town.call("worker", "POST", path, files={"file": ("a.exe", photo())})
    assert again.json() == kept, "the same file in a form is the same attachment"
    assert len(files(tmp_path)) == 1

    given = town.call("auditor", "GET", f"{path}/{kept['sha256']}")
    assert hashlib.sha256(given.content).hexdigest() == kept["sha256"]
    assert given.headers["content-type"] == "image/jpeg"
    assert given.headers["content-disposition"].startswith("attachment; filename=")
    assert given.headers["x-content-type-options"] == "nosniff"
    assert given.headers["content-security-policy"].startswith("sandbox;")
    assert "no-store" in given.headers["cache-control"]

    assert town.call("consumer", "GET", path).status_code == 403
    assert town.call("neighbour", "GET", path).status_code == 404
    assert town.call("neighbour", "GET", f"{path}/{kept['sha256']}").status_code == 404
    assert town.call("neighbour", "POST", path, content=photo()).status_code == 404
    assert town.call("auditor", "GET", f"{path}/{'0' * 64}").status_code == 404
    assert town.call("auditor", "GET", f"{path}/..%2F..%2Fetc").status_code in {404, 422}
    assert town.call("auditor", "GET", path).json()["attachments"] == [kept]


def test_a_time_that_no_phone_had_is_none(town: Town) -> None:
    path = f"/incidents/{town.report()['code']}/attachments"
    for made, told in ((0, None), (1_700_000_000, None), (2**32 - 1, None), (3_846_000_000, "2025-11-14")):
        sent = film().replace(MADE, struct.pack(">II", made, made))
        taken_at = town.call("worker", "POST", path, content=sent).json()["taken_at"]
        assert (taken_at and taken_at[:10]) == told, made


def test_who_reported_over_the_border_sees_the_own_photos_alone(town: Town) -> None:
    code = town.report("worker", lon=118.795)["code"]
    path = f"/incidents/{code}/attachments"
    for name, side in (("worker", 60), ("neighbour", 50)):
        added = town.call(name, "POST", path, content=photo(size=(side, 40)))
        assert added.status_code == 201, added.text
    seen = {name: town.call(name, "GET", path).json()["attachments"] for name in ("worker", "neighbour")}
    assert [one["added_by"] for one in seen["worker"]] == ["worker"]
    assert [one["added_by"] for one in seen["neighbour"]] == ["worker", "neighbour"]
    own, other = (f"{path}/{one['sha256']}" for one in seen["neighbour"])
    assert town.call("worker", "GET", own).status_code == 200
    assert town.call("worker", "GET", other).status_code == 404
    assert town.call("helper", "GET", path).status_code == 404


def test_what_is_refused_or_breaks_off_leaves_nothing(town: Town, tmp_path: Path) -> None:
    path = f"/incidents/{town.report()['code']}/attachments"
    refused = town.call("worker", "POST", path, content=b"<html>", headers={"Content-Type": "image/jpeg"})
    assert (refused.status_code, refused.json()["title"]) == (400, "The file is not taken")
    cut = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.jpg"\r\n\r\n' + photo()
    form = {"Content-Type": "multipart/form-data; boundary=x"}
    broken = town.call("worker", "POST", path, content=cut, headers=form)
    assert (broken.status_code, broken.json()["detail"]) == (400, "the form breaks off")
    large = town.call("worker", "POST", path, content=bytes((50 << 20) + 100_000))
    assert large.status_code == 413
    assert files(tmp_path) == []
    assert town.call("auditor", "GET", path).json()["attachments"] == []


def test_a_file_that_no_attachment_names_is_swept_after_a_day(town: Town, tmp_path: Path) -> None:
    path = f"/incidents/{town.report()['code']}/attachments"
    kept = town.call("worker", "POST", path, content=photo()).json()["sha256"]
    folder = tmp_path / "media"
    rolled_back = media.keep(folder, b"of a request that was killed")
    half = folder / kept[:2] / ".0123456789abcdef"
    half.write_bytes(b"half")
    now = datetime.now(UTC)
    assert service.sweep(town.conn, folder, now) == 0
    for file in files(folder):
        os.utime(file, (time.time() - 2 * 86_400,) * 2)
    young = media.keep(folder, b"just now")
    assert service.sweep(town.conn, folder, now) == 2
    assert [media.find(folder, one) is None for one in (kept, rolled_back, young)] == [False, True, False]
    assert service.sweep(town.conn, folder, now + timedelta(days=2)) == 1


def test_the_same_picture_makes_reports_alike(town: Town) -> None:
    one = town.report(title="楼道里堆了东西")["code"]
    other = town.report(title="电动车乱停", category="city.parking")["code"]
    assert town.call("commander", "GET", f"/incidents/{one}/duplicates").json()["duplicates"] == []
    for code in (one, other):
        town.call("worker", "POST", f"/incidents/{code}/attachments", content=photo())
    (found,) = town.call("commander", "GET", f"/incidents/{one}/duplicates").json()["duplicates"]
    assert (found["code"], found["likeness"]["picture"], found["likeness"]["score"]) == (other, True, 0.9)
