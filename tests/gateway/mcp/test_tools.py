"""What models are offered, and what they get: the official client against our transport."""

import base64
import json

import pytest
from mcp.shared.exceptions import MCPError

from gateway.mcp.library import LIBRARY_TOOLS

HELLO = "Hello there. This is spoken."


def said(result):
    """What a model reads: the first content, which the structured one repeats."""
    told = json.loads(result.content[0].text)
    assert result.structured_content == told
    return told


async def test_the_tools_have_the_vendors_names_and_arguments(site, mode):
    async with site.connect(mode=mode) as client:
        tools = {tool.name: tool for tool in (await client.list_tools()).tools}

    assert list(tools) == [
        "search_voices",
        "get_voice_details",
        "generate_speech",
        "get_job_status",
        "get_audio_link",
        "list_jobs",
        "get_job_text",
        "delete_job_audio",
        *(tool.name for tool in LIBRARY_TOOLS),
        "ttsbuddy_speak",
    ]
    speech = tools["generate_speech"].input_schema
    assert {"text", "voice_id", "delivery_mode", "idempotency_key"} <= set(speech["properties"])
    assert (speech["type"], speech["required"]) == ("object", ["text"])
    buddy = tools["ttsbuddy_speak"].input_schema["properties"]
    assert (buddy["voice"]["default"], buddy["speed"]["default"]) == ("af_heart", 1.0)
    assert tools["delete_job_audio"].annotations.destructive_hint
    assert tools["list_jobs"].annotations.read_only_hint


async def test_a_job_is_made_followed_and_fetched(site, mode):
    async with site.connect(mode=mode) as client, site.working():
        made = said(await client.call_tool("generate_speech", {"text": HELLO, "voice_id": "ann"}))
        assert (made["status"], made["chars_charged"]) == ("pending", len(HELLO))
        told = {"status": "pending"}
        while told["status"] in ("pending", "processing"):
            told = said(await client.call_tool("get_job_status", {"job_id": made["job_id"]}))
        link = said(await client.call_tool("get_audio_link", {"job_id": made["job_id"]}))
        text = said(await client.call_tool("get_job_text", {"job_id": made["job_id"]}))

    assert (told["status"], told["chars_spoken"]) == ("completed", len(HELLO))
    assert text["text"] == HELLO
    status, audio = await site.get(link["audio_url"])
    assert (status, audio[:4], audio[44:].rstrip(b"\0 ")) == (200, b"RIFF", HELLO.encode())


async def test_a_stream_is_a_link_that_needs_no_key_and_plays_while_it_is_made(site):
    _, key = await site.keys.create("agent")
    async with site.connect(key) as client, site.working():
        asked = {"text": HELLO, "voice_id": "ann", "delivery_mode": "stream", "output_format": "wav"}
        made = said(await client.call_tool("generate_speech", asked))
        token = made["stream_url"].partition("?")[2]
        speaking = {"text": "Somebody else pays for this.", "voice_id": "ann"}
        other, _, _ = await site.post(speaking, f"/api/v1/tts?{token}")
        first, second = await site.get(made["stream_url"]), await site.get(made["stream_url"])

    assert made["transport_format"] == "wav"
    assert (first[0], first[1][44:].rstrip(b"\0 ")) == (200, HELLO.encode())
    assert (other, second[0]) == (401, 401)


@pytest.mark.slow
async def test_audio_comes_inline_unless_it_is_too_large(site):
    asked = {"voice_id": "ann", "delivery_mode": "inline"}
    async with site.connect() as client, site.working():
        short = await client.call_tool("generate_speech", {**asked, "text": HELLO, "output_format": "wav"})
        plain = await client.call_tool("generate_speech", {**asked, "text": HELLO})
        book = {"text": "word " * 80_000, "output_format": "wav", "sample_rate_hertz": 48_000}
        long = await client.call_tool("generate_speech", asked | book)

    audio = short.content[1]
    assert (audio.type, audio.mime_type) == ("audio", "audio/wav")
    assert base64.b64decode(audio.data)[44:].rstrip(b"\0 ") == HELLO.encode()
    assert (plain.content[1].mime_type, base64.b64decode(plain.content[1].data)[0]) == ("audio/mpeg", 0xFF)
    assert len(long.content) == 1
    assert said(long)["audio_url"]


async def test_ttsbuddy_waits_and_tells_where_the_audio_is(site):
    async with site.connect() as client, site.working():
        told = said(await client.call_tool("ttsbuddy_speak", {"text": HELLO}))
        status, audio = await site.get(told["audio_url"])

    assert (told["status"], told["audio"]["format"]) == ("completed", "mp3")
    assert (status, audio[0]) == (200, 0xFF)


async def test_what_is_accepted_is_promised_although_no_link_can_be_signed(site):
    signing = site.workshop.store.url

    async def sign_not(path, _seconds):
        raise OSError(path)

    site.workshop.store.url = sign_not
    async with site.connect() as client, site.working():
        told = said(await client.call_tool("ttsbuddy_speak", {"text": HELLO}))
        status, body, _ = await site.post({"text": HELLO}, "/v1/agent-tts")
        site.workshop.store.url = signing
        looked, shown = await site.get(f"{site.url}/v1/agent-tts?id={told['job_id']}")

    assert told["status"] == "processing"
    assert (status, json.loads(body)["status"]) == (202, "processing")
    assert (looked, json.loads(shown)["status"]) == (200, "completed")


async def test_the_same_key_is_the_same_job_and_another_text_is_refused(site):
    asked = {"text": HELLO, "voice_id": "ann", "idempotency_key": "unique-key-abc"}
    async with site.connect() as client:
        first, again = [said(await client.call_tool("generate_speech", asked)) for _ in range(2)]
        other = await client.call_tool("generate_speech", {**asked, "text": "Another."})
        jobs = said(await client.call_tool("list_jobs", {"limit": 10}))

    assert first["job_id"] == again["job_id"]
    assert (other.is_error, said(other)["error"]["code"]) == (True, "idempotency_key_reuse")
    assert [job["job_id"] for job in jobs["jobs"]] == [first["job_id"]]


async def test_jobs_are_listed_in_pages_by_status_and_deleted(site):
    async with site.connect() as client:
        made = [
            said(await client.call_tool("generate_speech", {"text": f"Number {n}.", "voice_id": "ann"}))["job_id"]
            for n in range(3)
        ]
        first = said(await client.call_tool("list_jobs", {"limit": 2}))
        rest = said(await client.call_tool("list_jobs", {"limit": 2, "cursor": first["next_cursor"]}))
        pending = said(await client.call_tool("list_jobs", {"status": "pending"}))
        done = said(await client.call_tool("list_jobs", {"status": "completed"}))
        gone = said(await client.call_tool("delete_job_audio", {"job_id": made[0]}))
        missing = await client.call_tool("get_job_status", {"job_id": made[0]})

    assert [job["job_id"] for page in (first, rest) for job in page["jobs"]] == made[::-1]
    assert (len(pending["jobs"]), done["jobs"], rest["next_cursor"], gone["deleted"]) == (3, [], None, True)
    assert said(missing)["error"]["code"] == "unknown_job"


async def test_voices_are_found_and_told_of(site):
    async with site.connect() as client:
        german = said(await client.call_tool("search_voices", {"language": "de"}))
        american = said(await client.call_tool("search_voices", {"language": "en-US", "search": "AN", "limit": 1}))
        asked = {"voice_id": "google:de-DE-Chirp3HD-Charon"}
        vendors = said(await client.call_tool("get_voice_details", asked))

        made = said(
            await client.call_tool("generate_speech", {"text": HELLO, "voice_id": american["voices"][0]["voice_id"]})
        )

    assert [voice["name"] for voice in german["voices"]] == ["Bob"]
    assert (american["voices"][0]["name"], american["voices"][0]["provider"]) == ("Ann", "echo")
    assert american["voices"][0]["supports_streaming"]
    assert (vendors["voice_id"], vendors["name"]) == (asked["voice_id"], "Bob")
    assert made["status"] == "pending"


async def test_who_asks_hears_how_far_a_job_is(site, mode):
    heard = []

    async def progress(done, total, _message):
        heard.append((done, total))

    async with site.connect(mode=mode) as client, site.working():
        await client.call_tool("ttsbuddy_speak", {"text": HELLO}, progress_callback=progress)

    assert heard[-1] == (len(HELLO), len(HELLO))


WRONG = [
    ("generate_speech", {"text": "Hi.", "voice_id": "nobody"}, "unknown_voice"),
    ("generate_speech", {"text": "  ", "voice_id": "ann"}, "invalid_setting"),
    ("generate_speech", {"voice_id": "ann"}, "invalid_message"),
    ("generate_speech", {"text": "Hi.", "voice_id": "ann", "delivery_mode": "post"}, "invalid_message"),
    ("generate_speech", {"text": "Hi.", "voice_id": "ann", "speed": 9}, "invalid_setting"),
    ("generate_speech", {"text": "Hi.", "voice_id": "ann", "idempotency_key": ""}, "invalid_setting"),
    (
        "generate_speech",
        {"text": "Hi.", "voice_id": "ann", "delivery_mode": "stream", "output_bitrate_kbps": 64},
        "invalid_setting",
    ),
    ("ttsbuddy_speak", {"text": "Hi.", "voice": "Brian!"}, "invalid_setting"),
    ("get_job_status", {"job_id": "nothing\0"}, "unknown_job"),
    ("get_audio_link", {"job_id": 7}, "invalid_message"),
    ("list_jobs", {"limit": 10_000}, "invalid_message"),
    ("list_jobs", {"status": "odd"}, "invalid_setting"),
    ("list_jobs", {"cursor": "nothing"}, "unknown_job"),
]


async def test_what_cannot_be_done_is_told_as_a_result_with_our_code(site):
    async with site.connect() as client:
        for tool, arguments, code in WRONG:
            told = await client.call_tool(tool, arguments)

            assert (told.is_error, said(told)["error"]["code"]) == (True, code), (tool, arguments)


async def test_audio_that_is_not_there_yet_and_an_unknown_tool(site):
    async with site.connect() as client:
        made = said(await client.call_tool("generate_speech", {"text": HELLO, "voice_id": "ann"}))
        early = said(await client.call_tool("get_audio_link", {"job_id": made["job_id"]}))
        with pytest.raises(MCPError, match="there is no tool 'dance'"):
            await client.call_tool("dance", {})

    assert early["error"] == {
        "code": "not_ready",
        "message": "the job has no audio yet",
        "retryable": True,
        "retry_after": 1.0,
    }


async def test_a_bug_is_told_as_one_and_not_shown(site):
    async with site.connect() as client:
        site.synth.catalog = None
        told = await client.call_tool("search_voices", {})

    assert said(told)["error"] == {
        "code": "internal_error",
        "message": "this server made a mistake",
        "retryable": False,
    }
