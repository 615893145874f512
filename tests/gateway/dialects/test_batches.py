"""TTS.ai's batches and webhooks. Values only."""

import json

import msgspec
import pytest
from contract.catalog import CATALOG

from gateway.core.events import OpenContext
from gateway.dialects.desk.views import BatchView, Outcome, View
from gateway.dialects.surface import Request, Settings
from gateway.dialects.ttsai.surface import TTSAI
from gateway.errors import InvalidMessage, InvalidSetting

ID = "550e8400-e29b-41d4-a716-446655440000"
NAME = ID.replace("-", "")
BATCHES = TTSAI.batches["/v1/tts/batch/"]


def request(**query):
    return Request({"task_id": NAME}, query, {}, CATALOG, Settings())


def parsed(**body):
    return BATCHES.parse(request(), json.dumps(body))


def job(state, **fields):
    return View(ID, state, OpenContext("", "de"), 5, 0, 100.0, **fields)


def test_a_batch_is_texts_as_they_are_sent_alone():
    texts = [{"text": "One.", "model": "kokoro", "voice": "af_bella"}, {"text": "Two.", "voice": "de", "format": "wav"}]

    batch = parsed(texts=texts, webhook_url="https://example.com/hook")

    assert [(each.text, each.opened.voice, each.opened.output.encoding) for each in batch.items] == [
        ("One.", "af_bella", "mp3"),
        ("Two.", "de", "wav"),
    ]
    assert batch.webhook_url == "https://example.com/hook"


@pytest.mark.parametrize(
    "body",
    [
        {"texts": []},
        {"texts": [{"text": "x"}] * 51},
        {"texts": [{"text": "x", "format": "opus"}]},
        {"texts": [{"text": "x", "webhook_url": "https://example.com"}]},
    ],
)
def test_what_is_no_batch_is_refused(body):
    with pytest.raises(InvalidSetting):
        parsed(**body)
    with pytest.raises(InvalidMessage):
        parsed(texts="x")


def test_a_batch_is_counted_until_all_have_ended():
    jobs = (
        job("completed", link="http://here/a", credits=3.0),
        job("failed", message="no"),
        job("processing"),
        job("queued"),
    )
    begun = msgspec.to_builtins(BATCHES.tell(BatchView(ID, 3, 3)).body)
    under_way = msgspec.to_builtins(BATCHES.tell(BatchView(ID, 4, 2, 1, jobs)).body)
    ended = msgspec.to_builtins(BATCHES.tell(BatchView(ID, 3, 0, 1, jobs[:2])).body)

    assert begun == {
        "batch_id": NAME,
        "total": 3,
        "completed": 0,
        "failed": 0,
        "status": "processing",
        "results": (),
    }
    assert (under_way["status"], under_way["completed"], under_way["failed"]) == ("processing", 1, 1)
    assert [each["status"] for each in under_way["results"]] == ["completed", "failed", "processing", "queued"]
    assert under_way["results"][0] == {
        "uuid": NAME,
        "status": "completed",
        "credits_used": 3.0,
        "result_url": "http://here/a",
    }
    assert (ended["status"], ended["completed"], ended["failed"]) == ("completed", 1, 2)  # one is not kept any more
    assert BATCHES.id_of(request(batch_id=NAME)) == BATCHES.id_of(request(batch_id=ID)) == ID
    with pytest.raises(InvalidSetting):
        BATCHES.id_of(request())


def test_a_task_is_told_to_its_webhook_as_the_vendor_tells_it():
    event, body = TTSAI.news(Outcome(ID, 11.2, "https://here", 1_736_937_000.0, 1_736_937_045.0))

    assert event == "task.completed"
    assert msgspec.to_builtins(body) == {
        "event": "task.completed",
        "task_id": NAME,
        "status": "success",
        "result_url": f"https://here/v1/results/{NAME}",
        "credits_used": 12,
        "created_at": "2025-01-15T10:30:00Z",
        "completed_at": "2025-01-15T10:30:45Z",
    }
    assert TTSAI.results["/v1/results/{task_id}"](request()) == ID
    event, body = TTSAI.news(Outcome(ID, 0.0, "https://here", 0.0, 1.0, error="no"))
    assert (event, body.status, body.error, body.result_url) == ("task.failed", "failed", "no", "")
