"""Whatever stands between, what is joined to a file is the job's own audio."""

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from voxgate.errors import SpeechError
from voxgate.fetching import Fetching
from voxgate.jobs_api import Audio, Job, JobsApi
from voxgate.options import Server
from voxgate.patience import Patience
from voxgate.progress import open_progress
from voxgate.unfinished import Note, Unfinished

RIGHT = bytes(range(256)) * 40
HALF = len(RIGHT) // 2
JOB = Job("one", "completed", "mp3", 10, 10, audio=Audio("/x", len(RIGHT), 1.0))


@pytest.fixture
async def fetched(tmp_path):
    """Fetches from a server with these answers, one after the other; the first half may be here already."""

    async def fetch(*answers, here=b"", patience=30.0):
        left = iter(answers)

        async def answer(request):
            return next(left)(request)

        app = web.Application()
        app.router.add_get("/v1/jobs/one/audio", answer)
        output, name = tmp_path / "x.mp3", "a text"
        async with TestServer(app) as server, JobsApi(Server(url=f"http://127.0.0.1:{server.port}")) as api:
            with open_progress(10, quiet=True) as progress, Unfinished(output) as file:
                file.begin(Note(name, ("one",)))
                file.write(here)
            with open_progress(10, quiet=True) as progress, Unfinished(output) as file:
                await Fetching(api, Patience(patience, progress.say), progress, [JOB]).into(file, name)
        return output.read_bytes()

    return fetch


def ranged(request):
    start = int(request.headers["Range"].removeprefix("bytes=").removesuffix("-")) if "Range" in request.headers else 0
    said = {"Content-Range": f"bytes {start}-{len(RIGHT) - 1}/{len(RIGHT)}"}
    return web.Response(body=RIGHT[start:], status=206, headers=said) if start else web.Response(body=RIGHT)


def rangeless(_request):
    return web.Response(body=RIGHT)


def hotels_page(_request):
    return web.Response(text="<html>Please log in</html>" * 400, content_type="text/html")


def endless_page(_request):
    """Of unknown length."""
    page = web.Response(text="<html>Please log in</html>" * 400, content_type="text/html")
    page.enable_chunked_encoding()
    return page


def other_part(_request):
    return web.Response(body=RIGHT[7:], status=206, headers={"Content-Range": f"bytes 7-{len(RIGHT) - 1}/{len(RIGHT)}"})


def other_file(_request):
    return web.Response(body=RIGHT[HALF:], status=206, headers={"Content-Range": f"bytes {HALF}-{len(RIGHT)}/999999"})


def part_of_nothing(_request):
    return web.Response(body=RIGHT[HALF:], status=206)


@pytest.mark.parametrize("foreign", [hotels_page, endless_page, other_part, other_file, part_of_nothing])
async def test_a_foreign_answer_is_not_taken_for_audio_and_asked_for_again(fetched, foreign):
    assert await fetched(foreign, ranged, here=RIGHT[:HALF]) == RIGHT


@pytest.mark.parametrize("answer", [ranged, rangeless])
async def test_the_rest_is_joined_to_what_is_here(fetched, answer):
    assert await fetched(answer, here=RIGHT[:HALF]) == RIGHT


async def test_foreign_answers_alone_are_told_and_nothing_is_kept_of_them(fetched, tmp_path):
    with pytest.raises(SpeechError, match="not the job's audio"):
        await fetched(hotels_page, patience=0.0)

    assert (tmp_path / "x.mp3.part").read_bytes() == b""
