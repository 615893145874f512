"""The page is looked at as a browser would: its script runs in Node over a document that has what the page has."""

import json
import re
import subprocess

import pytest

from loadtest.processes import voxgate

pytestmark = pytest.mark.slow

BROWSER = """
const base = process.argv[1], ids = JSON.parse(process.argv[2]);
class Element {
  constructor() { this.value = ""; this.children = []; this.heard = {}; }
  append(...children) { this.children.push(...children); }
  replaceChildren(...children) { this.children = children; }
  addEventListener(name, hear) { this.heard[name] = hear; }
  insertCell() { const cell = new Element(); this.children.push(cell); return cell; }
  async play() { this.played = await (await fetch(base + this.src)).arrayBuffer(); }
}
const elements = Object.fromEntries(ids.map((id) => [id, new Element()]));
globalThis.document = { getElementById: (id) => elements[id], createElement: () => new Element() };
globalThis.Option = class extends Element { constructor(text) { super(); this.value = text; } };
const reach = fetch;
globalThis.fetch = (path, options) => reach(path.startsWith("/") ? base + path : path, options);
(async () => {
  eval(await (await reach(base + "/gallery/app.js")).text());
  while (!elements.count.textContent) await new Promise((done) => setTimeout(done, 20));
  const all = elements.count.textContent;
  elements.language.value = elements.language.children.map((each) => each.value).find((each) => each === "de");
  elements.language.heard.change();
  const [row] = elements.voices.children;
  await row.children[5].children[0].heard.click();
  const first = new Uint8Array(elements.player.played)[0];
  console.log(JSON.stringify({ all, found: elements.count.textContent, first, voice: row.children[0].textContent }));
})();
"""


def test_voices_are_found_and_heard_on_the_page():
    with voxgate("--engine=espeak") as server:
        base = server.url.replace("ws", "http")
        page = subprocess.run(["curl", "-si", f"{base}/gallery"], capture_output=True, text=True, check=True).stdout
        ids = re.findall(r'id="(\w+)"', page)
        command = ["node", "-e", BROWSER, base, json.dumps(ids)]
        seen = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)

    assert "script-src 'self'" in page
    assert not seen.stderr
    told = json.loads(seen.stdout)
    assert told["voice"] == "de"
    assert told["first"] == 0xFF  # MPEG's frame
    assert re.fullmatch(r"(\d{3}) of \1", told["all"])
    assert re.fullmatch(r"[1-9]\d? of \d{3}", told["found"])
