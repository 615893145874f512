"""What models are offered, and what they get: the official client against our transport."""

import json

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
