import asyncio
import subprocess
from contextlib import suppress
from pathlib import Path

import pytest
from obstore.store import MemoryStore, S3Store

from gateway.config import ConfigError
from gateway.library.links import Links
from gateway.library.store import FAILURES, AudioStore, open_store

BIG = bytes(range(256)) * 4096  # 1 MiB; eight of them are more than a part


@pytest.fixture(params=["folder", "memory"])
def store(request, tmp_path):
    kept = open_store("", tmp_path / "audio") if request.param == "folder" else MemoryStore()
    return AudioStore(kept, Links(b"secret"), clock=lambda: 1000.0)


async def read(store, *where):
    return b"".join([chunk async for chunk in store.read(*where)])


async def test_what_is_written_piece_by_piece_is_seen_when_it_is_finished_and_not_before(store):
    writer = store.open_writer("jobs/a/1/audio.mp3")
    for _ in range(8):
        await writer.write(BIG)

    assert await store.list("jobs/a") == []
    await writer.finish()
    assert await store.list("jobs/a") == ["jobs/a/1/audio.mp3"]
    assert await store.size("jobs/a/1/audio.mp3") == writer.size == 8 * len(BIG)
    assert await read(store, "jobs/a/1/audio.mp3") == BIG * 8


@pytest.mark.parametrize("pieces", [1, 5, 6, 13])
async def test_a_file_begins_with_what_is_known_at_its_end(store, pieces):
    writer = store.open_writer("jobs/a/1/audio.wav")
    for _ in range(pieces):
        await writer.write(BIG)
    await writer.finish(b"head")

    assert await read(store, "jobs/a/1/audio.wav") == b"head" + (BIG * pieces)[4:]
    assert await store.list("jobs") == ["jobs/a/1/audio.wav"]
    assert writer.size == pieces * len(BIG)


async def test_what_is_abandoned_is_never_seen(store):
    writer = store.open_writer("jobs/a/1/audio.mp3")
    for _ in range(8):
        await writer.write(BIG)
    writer.abandon()

    assert await store.list("jobs/a") == []


async def test_a_range_is_read(store):
    await store.put("jobs/a/x", b"0123456789")

    assert await read(store, "jobs/a/x", 3, 5) == b"34"
    assert await read(store, "jobs/a/x", 8) == b"89"
    assert await read(store, "jobs/a/x", 8, 100) == b"89"
    assert await read(store, "jobs/a/x", 10) == b""


async def test_what_is_not_there_is_said_to_be_not_there(store):
    for asking in (store.get("jobs/b"), store.size("jobs/b"), read(store, "jobs/b")):
        with pytest.raises(FileNotFoundError):
            await asking


async def test_deleting_takes_a_folder_and_nothing_beside_it(store):
    for path in ("jobs/a/1/x", "jobs/a/2/parts/1", "jobs/ab/1/x"):
        await store.put(path, b"x")
    await store.delete("jobs/a")
    await store.delete("jobs/none")

    assert await store.list("jobs") == ["jobs/ab/1/x"]


async def test_what_a_folder_does_not_let_go_of_is_a_failure_and_no_deletion():
    """The kernel's own files cannot be deleted, by root neither."""
    store = AudioStore(open_store("", Path("/proc/self")), Links(b"secret"))
    with pytest.raises(FAILURES):
        await store.delete("fdinfo")


async def test_a_folder_that_two_delete_at_once_is_gone_for_both(tmp_path):
    store = AudioStore(open_store("", tmp_path), Links(b"secret"))
    for number in range(50):
        await store.put(f"jobs/a/{number}/x", b"x")
    await asyncio.gather(*(store.delete("jobs/a") for _ in range(4)))

    assert list((tmp_path / "jobs").iterdir()) == []


async def test_without_a_signature_of_the_stores_own_the_link_is_ours(store):
    url = await store.url("jobs/a/1/audio.mp3", 60)

    assert url.startswith("/v1/library/jobs/a/1/audio.mp3?expires=1060&signature=")


async def test_a_bucket_signs_for_itself():
    bucket = S3Store("bucket", region="eu-west-1", access_key_id="key", secret_access_key="secret")
    url = await AudioStore(bucket, Links(b"secret")).url("jobs/a/audio.mp3", 60)

    assert url.startswith("https://s3.eu-west-1.amazonaws.com/bucket/jobs/a/audio.mp3?")
    assert "X-Amz-Expires=60" in url


def test_a_store_is_chosen_by_its_url(tmp_path):
    assert open_store(f"file://{tmp_path}/kept", tmp_path).prefix == tmp_path / "kept"
    with pytest.raises(ConfigError, match="VOXGATE_AUDIO_URL") as refused:
        open_store("nonsense://me:hunter2@bucket", tmp_path)
    assert "hunter2" not in str(refused.value)


async def until_there_is_room(store, path):
    """The writer's thread closes what was abandoned when it comes to it; until then the disk is full."""
    for _ in range(100):
        with suppress(*FAILURES):
            await store.put(path, BIG)
            return
        await asyncio.sleep(0.05)
    raise TimeoutError("the half file still takes its room")


@pytest.mark.slow
async def test_a_full_disk_is_a_failure_and_leaves_no_half_file(tmp_path):
    mounted = subprocess.run(  # noqa: ASYNC221 - a moment
        ["mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", tmp_path], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("no small disk can be mounted here")
    try:
        store = AudioStore(open_store("", tmp_path / "audio"), Links(b"secret"))
        writer = store.open_writer("jobs/a/1/audio.wav")
        with pytest.raises(FAILURES):  # noqa: PT012 - which of them hits the end is the store's business
            for _ in range(20):
                await writer.write(BIG)
            await writer.finish()
        writer.abandon()
        assert await store.list("jobs") == []
        await store.delete("jobs/a")
        await until_there_is_room(store, "jobs/b")
        assert await read(store, "jobs/b") == BIG
    finally:
        with suppress(subprocess.CalledProcessError):
            subprocess.run(["umount", "-l", tmp_path], check=True)  # noqa: ASYNC221
