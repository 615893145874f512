"""What the hosted APIs' clients look up, against a real gateway, with curl."""

import json
import subprocess
import sys
from dataclasses import dataclass

import pytest
from described import check

from loadtest.processes import voxgate

pytestmark = pytest.mark.slow


@dataclass(frozen=True)
class Site:
    base: str
    key: str
    generating: str  # a key for nothing else
    polling: str  # a key with a plan of one request a minute

    def ask(self, path, body=None, *, method=None, key=None):
        """The status, and the body as JSON. key: empty for none."""
        key = self.key if key is None else key
        command = ["curl", "-s", "-w", "\n%{http_code}", f"{self.base}{path}"]
        command += ["-H", f"Authorization: Bearer {key}"] if key else []
        command += ["-X", method] if method else []
        command += ["-H", "Content-Type: application/json", "-d", json.dumps(body)] if body is not None else []
        said, _, status = subprocess.run(command, capture_output=True, check=True).stdout.rpartition(b"\n")
        told = json.loads(said)
        check(method or ("GET" if body is None else "POST"), path.partition("?")[0], int(status), told)
        return int(status), told

    def data(self, path, body=None, **how):
        status, told = self.ask(path, body, **how)
        assert status < 300, told
        return told["data"]


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    folder = tmp_path_factory.mktemp("site")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("VOXGATE_DATABASE_URL", f"sqlite+aiosqlite:///{folder}/voxgate.db")
        patch.setenv("VOXGATE_DATA_DIR", str(folder))
        patch.setenv("VOXGATE_PRICES", "espeak=10")
        patch.setenv("VOXGATE_AUDIO_LINK_LIFE", "600")
        plain = new_key("lists")
        generating, polling = new_key("speaks", "--scope", "tts:generate"), new_key("polls", "--plan", "ttsbuddy")
        with voxgate("--engine=espeak") as server:
            yield Site(server.url.replace("ws", "http"), plain, generating, polling)


def new_key(name, *options):
    create = [sys.executable, "-c", "from voxgate.cli import main; main()", "keys", "create", name, *options]
    return subprocess.run(create, capture_output=True, text=True, check=True).stdout.strip()


def spoken(site, body, path="/api/v1/tts"):
    job_id = site.data(path, body)["job_id"]
    while (told := site.data(f"/api/v1/tts/{job_id}"))["status"] in ("pending", "processing"):
        pass
    assert told["status"] == "completed"
    return job_id


def test_aitts_voices_are_listed_and_each_id_speaks(site):
    page = site.data("/api/v1/voices?language=en-US&gender=female&limit=1")
    [voice] = page["voices"]

    assert page["total"] > 1
    assert site.data(f"/api/v1/voices/{voice['voice_id']}") == voice
    job_id = spoken(site, {"text": "By its public name.", "voice_id": voice["voice_id"]})
    [listed] = site.data("/api/v1/jobs?limit=1&status=completed")["jobs"]
    assert (listed["job_id"], listed["voice_id"]) == (job_id, voice["voice_id"])
    assert site.ask("/api/v1/voices?gender=robot")[1]["error"]["code"] == "VALIDATION_ERROR"


def test_aitts_jobs_come_in_pages_with_their_text_and_price(site):
    for text in ("First.", "Second.", "Third."):
        spoken(site, {"text": text, "voice_id": "en-us"})

    first = site.data("/api/v1/jobs?limit=2")
    second = site.data(f"/api/v1/jobs?limit=2&cursor={first['next_cursor']}")
    seen = [site.data(f"/api/v1/jobs/{job['job_id']}/text")["text"] for job in first["jobs"] + second["jobs"]]

    assert first["has_more"] is True
    assert seen[:3] == ["Third.", "Second.", "First."]
    assert first["jobs"][0]["cost"] == 0.06
    estimate = site.data("/api/v1/pricing/estimate", {"text": "x" * 500, "voice_id": "en-us"})
    assert (estimate["estimated_cost"], estimate["chars_charged"]) == (5.0, 500)
    assert site.ask("/api/v1/jobs/nobody/text")[0] == 404
    assert site.ask("/api/v1/jobs?cursor=nobody")[0] == 404


def test_a_dialogue_is_charged_by_its_text(site):
    text = "They meet.\nSpeaker 1: How are you?\nSpeaker 2: Well."
    voices = {"voice_id_speaker_1": "en-us", "voice_id_speaker_2": "en-gb"}
    made = site.data("/api/v1/tts", {"text": text, "speaker_type": "multi", **voices})

    assert made["chars_charged"] == len(text)
    told = site.data(f"/api/v1/jobs/{made['job_id']}/text")["text"]
    assert told == "Speaker 1: They meet.\nSpeaker 1: How are you?\nSpeaker 2: Well."


def test_aitts_webhook_is_the_owners(site):
    path = "/api/user/enterprise/webhook"
    made = site.data(path, {"url": "https://example.com/hook"}, method="PUT")
    shown = site.data(f"/api/v1{path.removeprefix('/api')}")
    _, ours = site.ask("/v1/webhook")

    assert len(made["secret"]) == 64
    assert (shown["url"], ours["url"]) == ("https://example.com/hook", "https://example.com/hook")
    assert "secret" not in shown
    assert site.data(f"{path}/test", {})["test_id"].startswith("whd_")
    assert site.data(path, method="DELETE") == {"url": None, "enabled": False}
    status, refused = site.ask(path, {"url": "https://10.0.0.1/hook"}, method="PUT")
    assert (status, refused["error"]["code"]) == (400, "VALIDATION_ERROR")


@pytest.mark.parametrize("url", ["https://127.0.0.1/hook", "http://example.com/", "https://metadata.internal/", "no"])
def test_a_jobs_own_webhook_never_leads_inside(site, url):
    for path, body in (
        ("/api/v1/tts", {"text": "Hi.", "voice_id": "en-us", "webhook_url": url}),
        ("/v1/tts/", {"text": "Hi.", "voice": "en-us", "webhook_url": url}),
    ):
        assert site.ask(path, body)[0] == 400


def test_a_stream_is_listened_to_with_a_key_for_speaking_alone(site):
    made = site.data("/api/v1/tts/stream", {"text": "Only to speak.", "voice_id": "en-us"}, key=site.generating)

    audio = subprocess.run(["curl", "-s", made["stream_url"]], capture_output=True, check=True).stdout

    assert audio.startswith(b"OggS")
    assert site.ask(f"/api/v1/tts/{made['job_id']}", key=site.generating)[1]["error"]["code"] == "FORBIDDEN"


def test_ttsai_polling_is_nobodys_request(site):
    """The key's plan has one request a minute."""
    status, made = site.ask("/v1/tts/", {"text": "Hi.", "voice": "en-us"}, key=site.polling)
    assert (status, made["credits_used"]) == (200, 1)

    polls = [site.ask(f"/v1/speech/results/?uuid={made['uuid']}", key="")[0] for _ in range(5)]

    assert polls == [200] * 5
    assert (
        site.ask("/v1/tts/", {"text": "Hi.", "voice": "en-us"}, key=site.polling)[1]["error"]["code"] == "rate_limited"
    )


def test_ttsai_lists_and_streams(site):
    _, voices = site.ask("/v1/voices/?language=de")
    _, models = site.ask("/v1/models/")
    stream = ["curl", "-s", "-D", "-", "-H", f"Authorization: Bearer {site.key}", f"{site.base}/v1/tts/stream/"]
    body = json.dumps({"text": "Hello from TTS.ai!", "voice": "en-us", "format": "mp3"})
    said = subprocess.run([*stream, "-d", body], capture_output=True, check=True, text=True).stdout

    assert voices["total"] == len(voices["voices"]) > 0
    assert models["models"][0]["credits_per_1k_chars"] == 10.0
    head, _, events = said.replace("\r\n", "\n").partition("\n\n")
    assert "X-Credits-Used: 1" in head
    assert "text/event-stream" in head
    told = [json.loads(event.removeprefix("data: ")) for event in events.strip().split("\n\n")]
    assert {event["type"] for event in told[:-1]} == {"speech.audio.delta"}
    assert (told[-1]["type"], told[-1]["usage"]["characters"]) == ("speech.audio.done", 18)


def test_ttsbuddys_catalogue_needs_no_key(site):
    status, catalogue = site.ask("/api/v1/voices", key="")

    assert status == 200
    assert {"code", "name", "gender", "language", "language_code"} <= catalogue["voices"][0].keys()
    assert site.ask("/api/v1/voices", key="wrong")[1]["error"]["code"] == "UNAUTHORIZED"


def test_a_voice_is_heard_before_it_is_chosen(site):
    [voice, *_] = site.ask("/v1/voices/?language=de")[1]["voices"]
    fetch = ["curl", "-s", "-L", "-w", "%{content_type}", voice["preview_url"]]
    first, second = (subprocess.run(fetch, capture_output=True, check=True).stdout for _ in range(2))

    assert first == second
    assert (first[0], first[-10:]) == (0xFF, b"audio/mpeg")
    sample = site.data("/api/v1/voices/espeak:de-Espeak-German/sample-url")
    assert (sample["status"], sample["url"].partition("?")[0]) != ("generating", "")
    assert site.ask("/v1/voices/preview/nobody.mp3", key="")[0] == 404
    assert site.ask("/api/v1/voices/nobody/sample-url")[1]["error"]["code"] == "INVALID_VOICE"


def test_what_leads_to_a_preview_is_not_kept_until_its_link_is_dead(site):
    fetch = ["curl", "-s", "-o", "/dev/null", "-D", "-", f"{site.base}/v1/voices/preview/de.mp3"]
    head = subprocess.run(fetch, capture_output=True, text=True, check=True).stdout

    assert (head.split()[1], "Cache-Control: max-age=300\n" in head.replace("\r", "")) == ("307", True), head


def test_anybody_sees_how_the_server_is(site):
    status, health = site.ask("/v1/health", key="")

    assert status == 200
    assert (health["status"], health["models_loaded"]) == ("online", ["espeak"])
    assert {"latency_ms", "queue_size"} <= health.keys()
