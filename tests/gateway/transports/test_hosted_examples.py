"""Every code example of the hosted APIs' documents, run as it is there against a real gateway.

Nothing is changed in them but the base URL, the key, and what they call JOB_ID, SHARE_CODE and the like.
"""

import json
import re
import subprocess
import sys
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from loadtest.processes import voxgate

pytestmark = pytest.mark.slow

PAGES = Path(__file__).parent / "hosted"
EXAMPLE = re.compile(r"^=== (\w+) (\w+)(.*)\n((?:(?!^===).*\n?)*)", re.MULTILINE)
HOSTS = re.compile(r"https://(?:aitts\.theproductivepixel\.com|api\.tts\.ai|tts\.ai)")
KEYS = re.compile(r"tts_YOUR_KEY|YOUR_API_KEY|sk-tts-your-key|FIREBASE_ID_TOKEN")
UPLOADS = ("source_audio.mp3", "reference.wav", "recording.mp3", "noisy_audio.mp3")
# Browsers have these, Node has not.
BROWSER = "globalThis.Audio = class { play() {} }; const audioFile = new Blob(['RIFF']);\n"


@dataclass(frozen=True)
class Example:
    page: str
    language: str
    name: str
    marks: str
    program: str

    def __str__(self):
        return f"{self.page}-{self.language}-{self.name}"

    @property
    def absent(self):
        return "501" in self.marks


def examples():
    for page in sorted(PAGES.glob("*.txt")):
        for language, name, marks, program in EXAMPLE.findall(page.read_text(encoding="utf-8")):
            yield Example(page.stem, language, name, marks, program)


@dataclass
class Site:
    base: str
    key: str
    made: dict = field(default_factory=dict)

    def ask(self, path, body=None, method=None):
        request = urllib.request.Request(self.base + path, json.dumps(body).encode() if body else None, method=method)
        request.add_header("Authorization", f"Bearer {self.key}")
        with urllib.request.urlopen(request) as reply:
            return json.load(reply)["data"]

    def once(self, name, make):
        if name not in self.made:
            self.made[name] = make()
        return self.made[name]

    def job(self):
        def make():
            job = self.ask("/api/v1/tts", {"text": "A job.", "voice_id": "kokoro:en-US-Kokoro-Bella"})
            while (told := self.ask(f"/api/v1/tts/{job['job_id']}"))["status"] in ("pending", "processing"):
                pass
            return told

        return self.once("job", make)

    def share(self):
        job = self.job()["job_id"]
        return self.once("share", lambda: self.ask("/api/v1/shares", {"job_id": job, "job_ids": [job]}))["code"]

    def filled(self, example):
        program = KEYS.sub(self.key, HOSTS.sub(self.base, example.program)).replace("your-server.com", "localhost")
        if "needs job" in example.marks:
            program = re.sub(r"(?:YOUR_)?JOB_ID", self.job()["job_id"], program)
            program = program.replace("AUDIO_URL_FROM_RESPONSE", self.job()["audio_url"])
        if "needs stream" in example.marks:
            stream = self.ask("/api/v1/tts/stream", {"text": "Once.", "voice_id": "en-us"})
            program = program.replace("STREAM_URL_FROM_RESPONSE", stream["stream_url"])
        if "needs collection" in example.marks:
            made = self.once("collection", lambda: self.ask("/api/v1/collections", {"name": "A collection"}))
            program = program.replace("COLLECTION_ID", made.get("collection_id") or made["id"])
        return program.replace("SHARE_CODE", self.share()) if "needs share" in example.marks else program


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    folder = tmp_path_factory.mktemp("site")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("VOXGATE_DATABASE_URL", f"sqlite+aiosqlite:///{folder}/voxgate.db")
        create = [sys.executable, "-c", "from voxgate.cli import main; main()", "keys", "create", "examples"]
        made = subprocess.run(create, capture_output=True, text=True, check=True)
        with voxgate("--engine=espeak", webhooks_allow_private="true") as server:
            yield Site(server.url.replace("ws", "http"), made.stdout.strip())


@pytest.fixture
def folder(tmp_path):
    """With what the examples upload, and a curl whose failures are the program's."""
    for name in UPLOADS:
        (tmp_path / name).write_bytes(b"RIFF")
    shim = tmp_path / "bin" / "curl"
    shim.parent.mkdir()
    shim.write_text('#!/bin/sh\nexec /usr/bin/env -u PATH /usr/bin/curl -sS --fail-with-body "$@"\n')
    shim.chmod(0o755)
    return tmp_path


def run(command, folder, program=None):
    environ = {"PATH": f"{folder / 'bin'}:/usr/local/bin:/usr/bin:/bin"}
    return subprocess.run(
        command, input=program, cwd=folder, env=environ, capture_output=True, text=True, timeout=60, check=False
    )


def run_example(example, program, site, folder):
    match example.language:
        case "python":
            return run([sys.executable, "-c", program], folder)
        case "node":
            return run(["node", "--input-type=module", "-"], folder, BROWSER + program)
        case "json":
            headers = f"-H 'Authorization: Bearer {site.key}' -H 'Content-Type: application/json'"
            post = f"curl {site.base}/api/v1/mcp {headers} -d @-"
            return run(["sh", "-c", post], folder, program)
    return run(["bash", "-e", "-o", "pipefail"], folder, program)


@pytest.mark.parametrize("example", [each for each in examples() if not each.absent], ids=str)
def test_an_example_does_what_its_page_says(site, folder, example):
    done = run_example(example, site.filled(example), site, folder)

    assert done.returncode == 0, done.stderr + done.stdout
    for file in re.findall(r"(?:-o|--output|open\()\s*\"?(\w+\.(?:wav|mp3|ogg))", example.program):
        assert (folder / file).stat().st_size > 50, file
    if example.language == "json":
        assert "isError" not in done.stdout or '"isError":false' in done.stdout
    elif example.language == "curl" and done.stdout.startswith("{"):
        assert json.loads(done.stdout.splitlines()[-1]).get("success", True)


WRONG_PYTHON = """
try:
    exec(compile({program!r}, "example", "exec"))
except Exception as error:
    print(type(error))
print(response.status_code, response.text)
"""


@pytest.mark.parametrize("example", [each for each in examples() if each.absent], ids=str)
def test_what_is_no_speech_synthesis_is_told_to_be_missing(site, folder, example):
    program = site.filled(example)
    if example.language == "python":
        program = WRONG_PYTHON.format(program=program)
    elif example.language == "node":
        program = program.replace("console.log(result.text)", "console.log(response.status, JSON.stringify(result))")
    done = run_example(example, program, site, folder)

    kept = [
        file.read_text() for file in folder.glob("*.*") if file.suffix in (".wav", ".mp3") and file.stat().st_size > 4
    ]
    told = "\n".join((done.stdout, *kept))
    assert '"not_implemented"' in told, done.stderr + told
    assert ("501" in told) or done.returncode == 22, "curl's status for an HTTP error"
