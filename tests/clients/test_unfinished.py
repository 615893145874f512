"""The part of a file that is here."""

from pathlib import Path

import msgspec
import pytest
from voxgate.options import UsageError
from voxgate.sinks import SinkError
from voxgate.unfinished import Note, Unfinished

NOTE = Note("a book", ("one", "two"))


def test_who_comes_again_goes_on_at_the_end(tmp_path):
    for piece in (b"once ", b"upon "):
        with Unfinished(tmp_path / "x.mp3") as file:
            assert file.begin(NOTE) == {b"once ": 0, b"upon ": 5}[piece]
            file.write(piece)
    with Unfinished(tmp_path / "x.mp3") as file:
        file.begin(NOTE)
        file.finish()

    assert (tmp_path / "x.mp3").read_bytes() == b"once upon "
    assert [path.name for path in tmp_path.iterdir()] == ["x.mp3"]


@pytest.mark.parametrize("other", [Note("a book", ("one", "three")), Note("another", ("one", "two"))])
def test_another_text_begins_anew(tmp_path, other):
    with Unfinished(tmp_path / "x.mp3") as file:
        file.begin(NOTE)
        file.write(b"once ")
    with Unfinished(tmp_path / "x.mp3") as file:
        assert file.begin(other) == 0
        assert file.noted() == other


def test_a_part_without_its_note_is_of_nobody_knows_what(tmp_path):
    (tmp_path / "x.mp3.part").write_bytes(b"noise")
    (tmp_path / "x.mp3.part.json").write_bytes(b"{broken")
    with Unfinished(tmp_path / "x.mp3") as file:
        assert file.noted() is None
        assert file.begin(NOTE) == 0


def test_an_mp3_of_several_does_not_tell_the_length_of_its_first(tmp_path):
    with Unfinished(tmp_path / "x.mp3") as file:
        file.begin(NOTE)
        file.write(b"\xff\xfb" + bytes(19) + b"Info, and Info")
        for _ in range(2):
            file.forget_length()
        file.finish()

    assert (tmp_path / "x.mp3").read_bytes() == b"\xff\xfb" + bytes(23) + b", and Info"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="Linux has such a device")
def test_a_full_disk_is_said(tmp_path):
    (tmp_path / "x.mp3.part").symlink_to("/dev/full")
    (tmp_path / "x.mp3.part.json").write_bytes(msgspec.json.encode(NOTE))
    with Unfinished(tmp_path / "x.mp3") as file:
        file.begin(NOTE)
        with pytest.raises(SinkError, match="No space left"):
            file.write(b"once ")


def test_a_folder_that_is_not_there_is_said(tmp_path):
    with Unfinished(tmp_path / "nowhere/x.mp3") as file, pytest.raises(UsageError, match="cannot write"):
        file.begin(NOTE)


def test_two_runs_at_once_do_not_write_into_one_file(tmp_path):
    with Unfinished(tmp_path / "x.mp3") as first, Unfinished(tmp_path / "x.mp3") as second:
        first.begin(NOTE)
        first.write(b"once ")
        with pytest.raises(UsageError, match="another run is writing"):
            second.begin(Note("another", ("three",)))
        first.write(b"upon ")
        first.finish()

    assert (tmp_path / "x.mp3").read_bytes() == b"once upon "


def test_a_folder_is_no_output_and_that_is_said_before_anything_is_fetched(tmp_path):
    (tmp_path / "x.mp3").mkdir()
    for folder in (tmp_path / "x.mp3", Path()):
        with Unfinished(folder) as file, pytest.raises(UsageError, match="it is a folder"):
            file.begin(NOTE)

    assert [path.name for path in tmp_path.iterdir()] == ["x.mp3"]


def test_a_name_that_became_a_folder_meanwhile_keeps_the_part(tmp_path):
    with Unfinished(tmp_path / "x.mp3") as file:
        file.begin(NOTE)
        file.write(b"once ")
        (tmp_path / "x.mp3").mkdir()
        with pytest.raises(SinkError, match="cannot write"):
            file.finish()
    with Unfinished(tmp_path / "x.mp3") as file:
        (tmp_path / "x.mp3").rmdir()
        assert file.begin(NOTE) == 5
