"""The hosted APIs' own examples against a real gateway: nothing is changed in them but base URL, key and voice."""

import json
import subprocess
import sys
from dataclasses import dataclass

import pytest

from loadtest.processes import voxgate

pytestmark = pytest.mark.slow

AITTS = """
import requests
import time
API_KEY = "KEY"
BASE_URL = "BASE/api/v1"
def generate_speech(text: str, voice_id: str = "VOICE") -> str:
    \"\"\"Generate speech using a public voice_id.\"\"\"
    response = requests.post(
        f"{BASE_URL}/tts",
        headers={"Authorization": f"Bearer {API_KEY}"},
        json={"text": text, "voice_id": voice_id}
    )
    response.raise_for_status()
    job_id = response.json()["data"]["job_id"]
    # Poll for completion
    while True:
        status = requests.get(
            f"{BASE_URL}/tts/{job_id}",
            headers={"Authorization": f"Bearer {API_KEY}"}
        ).json()["data"]
        if status["status"] == "completed":
            return status["audio_endpoint"]
        if status["status"] == "failed":
            raise Exception(status.get("error", {}).get("message"))
        time.sleep(1)
audio_endpoint = generate_speech("Hello from Joanna!")
# Download the audio file
download_url = f"{BASE_URL}{audio_endpoint}"
audio = requests.get(download_url,
    headers={"Authorization": f"Bearer {API_KEY}"},
    allow_redirects=True)
audio.raise_for_status()
with open("output.wav", "wb") as f:
    f.write(audio.content)
print("Saved to output.wav")
"""

AITTS_STREAM = """
import requests
# Step 1: Create streaming job
resp = requests.post("BASE/api/v1/tts/stream",
    headers={"Authorization": "Bearer KEY"},
    json={"text": "Hello from streaming", "voice_id": "VOICE"})
data = resp.json()["data"]
print(f"Transport: {data['transport_format']}")
# Step 2: Stream the audio
if "stream_url" in data:
    audio = requests.get(data["stream_url"])
    with open("output.ogg", "wb") as f:
        f.write(audio.content)
else:
    # Completed result returned immediately (repeat request)
    print(f"Audio ready at: {data['audio_endpoint']}")
"""

TTSAI = """
import requests, time
API_KEY = "KEY"
BASE = "BASE"
# 1. Submit TTS request
resp = requests.post(f"{BASE}/v1/tts/", json={
    "model": "kokoro",
    "text": "Hello from TTS.ai!",
    "voice": "af_bella"
}, headers={"Authorization": f"Bearer {API_KEY}"})
data = resp.json()
uuid = data["uuid"]
# 2. Poll for result
while True:
    result = requests.get(f"{BASE}/v1/speech/results/",
        params={"uuid": uuid}).json()
    if result["status"] == "completed":
        # 3. Download audio
        audio = requests.get(result["result_url"])
        with open("output.mp3", "wb") as f:
            f.write(audio.content)
        break
    elif result["status"] == "failed":
        raise Exception(result.get("error", "Generation failed"))
    time.sleep(1.5)
"""

NODE = """
const API_KEY = "KEY";
const BASE_URL = "BASE/api/v1";
async function generateSpeech(text, voice_id = "VOICE") {
const res = await fetch(`${BASE_URL}/tts`, {
method: "POST",
headers: {
"Authorization": `Bearer ${API_KEY}`,
"Content-Type": "application/json"
},
body: JSON.stringify({ text, voice_id })
});
const { data: job } = await res.json();
// Poll for completion
while (true) {
const statusRes = await fetch(`${BASE_URL}/tts/${job.job_id}`, {
headers: { "Authorization": `Bearer ${API_KEY}` }
});
const { data: status } = await statusRes.json();
if (status.status === "completed") return status.audio_endpoint;
if (status.status === "failed") throw new Error(status.error?.message);
await new Promise(r => setTimeout(r, 1000));
}
}
(async () => {
const audioEndpoint = await generateSpeech("Hello from TypeScript!");
// Download the audio file
const audioRes = await fetch(`${BASE_URL}${audioEndpoint}`, {
headers: { "Authorization": `Bearer ${API_KEY}` },
redirect: "follow",
});
const buffer = Buffer.from(await audioRes.arrayBuffer());
const fs = await import("fs");
fs.writeFileSync("output.wav", buffer);
console.log("Saved to output.wav");
})();
"""


@dataclass(frozen=True)
class Site:
    base: str
    key: str

    def filled(self, program):
        filled = program.replace("BASE/", f"{self.base}/").replace('"BASE"', f'"{self.base}"')
        return filled.replace('"KEY"', f'"{self.key}"').replace("Bearer KEY", f"Bearer {self.key}")


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    folder = tmp_path_factory.mktemp("site")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("VOXGATE_DATABASE_URL", f"sqlite+aiosqlite:///{folder}/voxgate.db")
        create = [sys.executable, "-c", "from voxgate.cli import main; main()", "keys", "create", "examples"]
        made = subprocess.run(create, capture_output=True, text=True, check=True)
        with voxgate("--engine=espeak") as server:
            yield Site(server.url.replace("ws", "http"), made.stdout.strip())


@pytest.mark.parametrize("voice", ["kokoro:en-US-Kokoro-Bella", "polly:en-GB-Generative-Brian", "en-us"])
def test_aitts_python_example(site, tmp_path, voice):
    run_python(site, AITTS.replace("VOICE", voice), tmp_path)

    assert (tmp_path / "output.wav").read_bytes().startswith(b"RIFF")


def test_aitts_streaming_example_and_its_link_works_once(site, tmp_path):
    run_python(site, AITTS_STREAM.replace("VOICE", "kokoro:en-US-Kokoro-Bella"), tmp_path)
    assert (tmp_path / "output.ogg").read_bytes().startswith(b"OggS")

    made = curl(site, "/api/v1/tts/stream", {"text": "Once only.", "voice_id": "en-us"})
    link = made["data"]["stream_url"]
    speaking = [
        "curl",
        "-s",
        f"{site.base}/api/v1/tts?{link.partition('?')[2]}",
        "-d",
        '{"text": "Mine.", "voice_id": "en-us"}',
    ]
    other = subprocess.run(speaking, capture_output=True, check=True).stdout
    first, second = (subprocess.run(["curl", "-s", link], capture_output=True, check=True).stdout for _ in range(2))

    assert first.startswith(b"OggS")
    assert json.loads(other)["error"]["code"] == json.loads(second)["error"]["code"] == "UNAUTHORIZED"


def test_aitts_node_example(site, tmp_path):
    node = ["node", "-e", site.filled(NODE.replace("VOICE", "polly:en-GB-Generative-Brian"))]
    subprocess.run(node, cwd=tmp_path, check=True, capture_output=True, timeout=60)

    assert (tmp_path / "output.wav").read_bytes().startswith(b"RIFF")


def test_aitts_two_speakers(site):
    text = "Instruction: Be cheerful and friendly.\nSpeaker 1: How are you today?\nSpeaker 2: I'm doing great!"
    voices = {"voice_id_speaker_1": "google:en-US-Gemini-Kore", "voice_id_speaker_2": "google:en-US-Gemini-Puck"}
    made = curl(site, "/api/v1/tts", {"text": text, "speaker_type": "multi", **voices})

    assert made["success"] is True
    assert finished(site, made["data"]["job_id"])["data"]["status"] == "completed"


def finished(site, job_id):
    while True:
        told = curl(site, f"/api/v1/tts/{job_id}")
        if told["data"]["status"] not in ("pending", "processing"):
            return told


def test_ttsai_example(site, tmp_path):
    run_python(site, TTSAI, tmp_path)

    assert (tmp_path / "output.mp3").read_bytes()[0] == 0xFF


def test_ttsbuddy_speaks_inline(site):
    said = curl(site, "/v1/agent-tts", {"text": "Text to convert to speech.", "voice": "af_heart", "speed": 1.0})

    assert (said["success"], said["status"]) == (True, "completed")
    assert said["audio"]["duration_seconds"] > 0.5
    audio = subprocess.run(["curl", "-s", said["audio_url"]], capture_output=True, check=True).stdout
    assert audio[0] == 0xFF
    again = curl(site, f"/v1/agent-tts?id={said['job_id']}")
    assert again["status"] == "completed"
    assert curl(site, "/v1/agent-tts?id=nobody")["error"]["code"] == "NOT_FOUND"


def test_a_wrong_key_is_told_in_the_vendors_words(site):
    wrong = Site(site.base, "wrong")

    assert curl(wrong, "/api/v1/tts", {"text": "Hi.", "voice_id": "a"})["error"]["code"] == "UNAUTHORIZED"
    assert curl(wrong, "/v1/tts/", {"text": "Hi.", "voice": "a"})["error"]["code"] == "unauthorized"
    assert curl(wrong, "/v1/agent-tts", {"text": "Hi."})["error"]["code"] == "INVALID_KEY"


def run_python(site, program, folder):
    command = [sys.executable, "-c", site.filled(program)]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr


def curl(site, path, body=None):
    command = ["curl", "-s", f"{site.base}{path}", "-H", f"Authorization: Bearer {site.key}"]
    if body is not None:
        command += ["-H", "Content-Type: application/json", "-d", json.dumps(body)]
    return json.loads(subprocess.run(command, capture_output=True, check=True).stdout)


SUMMARY = """curl https://aitts.theproductivepixel.com/api/v1/storage \\
-H "Authorization: Bearer tts_YOUR_KEY\""""
ITEMS = """curl "https://aitts.theproductivepixel.com/api/v1/storage/items?limit=20" \\
-H "Authorization: Bearer tts_YOUR_KEY\""""
BULK_DELETE = """curl -X POST https://aitts.theproductivepixel.com/api/v1/storage/bulk-delete \\
-H "Authorization: Bearer tts_YOUR_KEY" \\
-H "Content-Type: application/json" \\
-d '{"job_ids": ["JOB_1", "JOB_2"]}'"""
PATCH = """curl -X PATCH https://aitts.theproductivepixel.com/api/v1/jobs/JOB_ID \\
-H "Authorization: Bearer tts_YOUR_KEY" \\
-H "Content-Type: application/json" \\
-d '{"tags": ["final"], "collection_id": "COLLECTION_ID"}'"""
ACCESS_CODES = """curl -X POST https://aitts.theproductivepixel.com/api/v1/shares/SHARE_CODE/access-codes/bulk \\
-H "Authorization: Bearer tts_YOUR_KEY" \\
-H "Content-Type: application/json" \\
-d '{"count": 5, "label_prefix": "event"}'"""
QR = """curl -X POST https://aitts.theproductivepixel.com/api/v1/shares/SHARE_CODE/qr \\
-H "Authorization: Bearer tts_YOUR_KEY" \\
-H "Content-Type: application/json" \\
-d '{"format": "png"}'"""
EXPORT = """curl "https://aitts.theproductivepixel.com/api/v1/shares/SHARE_CODE/access-codes/export" \\
-H "Authorization: Bearer tts_YOUR_KEY\""""
BOOKMARK = """curl -X POST https://aitts.theproductivepixel.com/api/v1/bookmarks \\
-H "Authorization: Bearer tts_YOUR_KEY" \\
-H "Content-Type: application/json" \\
-d '{"code": "SHARE_CODE"}'"""
BOOKMARKS = """curl https://aitts.theproductivepixel.com/api/v1/bookmarks \\
-H "Authorization: Bearer tts_YOUR_KEY\""""


def shell(site, command, **names):
    """The data of the reply to an example, in which nothing is changed but the base URL, the key and the names."""
    replaced = {"https://aitts.theproductivepixel.com": site.base, "tts_YOUR_KEY": site.key, **names}
    for name, value in replaced.items():
        command = command.replace(name, value)
    told = json.loads(subprocess.run(["sh", "-c", command], capture_output=True, check=True).stdout)
    assert told["success"] is True, told
    return told["data"]


def test_aitts_storage_shares_and_bookmarks_examples(site):
    jobs = [curl(site, "/api/v1/tts", {"text": "To be kept.", "voice_id": "en-us"})["data"]["job_id"] for _ in range(2)]
    assert [finished(site, job)["data"]["status"] for job in jobs] == ["completed"] * 2
    before = shell(site, SUMMARY)["items"]
    assert {item["job_id"] for item in shell(site, ITEMS)["items"]} >= set(jobs)
    collection = curl(site, "/api/v1/collections", {"name": "Kept"})["data"]["id"]
    edited = shell(site, PATCH, JOB_ID=jobs[0], COLLECTION_ID=collection)
    assert (edited["tags"], edited["collection_id"]) == (["final"], collection)

    share = curl(site, "/api/v1/shares", {"job_ids": jobs})["data"]
    named = {"SHARE_CODE": share["code"]}
    made = shell(site, ACCESS_CODES, **named)["access_codes"]
    assert [code["label"] for code in made] == [f"event-{number}" for number in range(1, 6)]
    assert shell(site, EXPORT, **named)["access_codes"] == made
    assert shell(site, QR, **named)["data_uri"].startswith("data:image/png;base64,")
    assert shell(site, BOOKMARK, **named) in shell(site, BOOKMARKS)["bookmarks"]

    assert shell(site, BULK_DELETE, JOB_1=jobs[0], JOB_2=jobs[1]) == {"deleted": jobs, "not_found": []}
    assert shell(site, SUMMARY)["items"] == before - 2
    page = subprocess.run(["curl", "-s", share["url"]], capture_output=True, check=True).stdout
    assert b"does not lead anywhere" in page
