"use strict";

const PREVIEW = "/v1/voices/preview/";
const FILTERS = { language: "language", gender: "gender", engine: "engine" };
const at = (id) => document.getElementById(id);

async function show() {
  // Without a key: with one, the path has another vendor's list.
  const reply = await fetch("/api/v1/voices", { credentials: "omit" });
  if (!reply.ok) throw new Error(`the list cannot be read (${reply.status})`);
  const { voices } = await reply.json();
  for (const [id, field] of Object.entries(FILTERS)) {
    const words = [...new Set(voices.map((voice) => voice[field]))].sort();
    at(id).append(...words.map((word) => new Option(word)));
    at(id).addEventListener("change", () => list(voices));
  }
  at("search").addEventListener("input", () => list(voices));
  list(voices);
}

function list(voices) {
  const part = at("search").value.toLowerCase();
  const found = voices.filter(
    (voice) =>
      `${voice.code} ${voice.name}`.toLowerCase().includes(part) &&
      Object.entries(FILTERS).every(([id, field]) => !at(id).value || at(id).value === voice[field]),
  );
  at("count").textContent = `${found.length} of ${voices.length}`;
  at("voices").replaceChildren(...found.map(row));
}

function row(voice) {
  const line = document.createElement("tr");
  for (const text of [voice.code, voice.name, voice.language, voice.gender, voice.engine]) {
    line.insertCell().textContent = text;
  }
  const button = document.createElement("button");
  button.textContent = "listen";
  button.addEventListener("click", () => listen(voice));
  line.insertCell().append(button);
  return line;
}

async function listen(voice) {
  at("note").textContent = "";
  at("player").src = `${PREVIEW}${encodeURIComponent(voice.code)}.mp3`;
  try {
    await at("player").play();
  } catch {
    at("note").textContent = `${voice.code} cannot be heard at the moment; try again`;
  }
}

show().catch((error) => {
  at("note").textContent = error.message;
});
