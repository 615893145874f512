"""The page behind a share's link: plain HTML that plays the audio. No script, nothing from elsewhere."""

import hashlib
from base64 import b64encode
from collections.abc import Iterator
from html import escape

from gateway.core.shelf.facts import Share

STYLE = (
    "body{font:1rem/1.5 system-ui,sans-serif;max-width:40rem;margin:3rem auto;padding:0 1rem;color:#222}"
    "ol{padding-left:1.5rem}li{margin:1rem 0}audio{display:block;width:100%;margin-top:.3rem}"
    "input,button{font:inherit;padding:.4rem .6rem}p.no{color:#a00}"
    "@media(prefers-color-scheme:dark){body{color:#ddd;background:#161616}p.no{color:#f77}}"
)
# Said with every page: what it may load is its own audio, what it may send is the access code.
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; media-src 'self'; form-action 'self'; base-uri 'none'; "
    f"frame-ancestors 'none'; style-src 'sha256-{b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()}'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex",
    "Cache-Control": "no-store",
}
UNNAMED = "Audio"


def player(share: Share, path: str) -> str:
    """path: of the share; its tracks are below it."""
    title = share.title or (share.tracks[0].title if len(share.tracks) == 1 else "") or UNNAMED
    return _page(title, f"<h1 dir=auto>{escape(title)}</h1>{''.join(_tracks(share, path))}")


def door(path: str, wrong: str = "") -> str:
    """Asks for the access code, and does not say to what. wrong: why the last one was none."""
    said = f"<p class=no>{escape(wrong)}</p>" if wrong else ""
    form = (
        f'<form method=post action="{escape(path)}"><label>Access code <input name=code autocomplete=off maxlength=64 '
        "autocapitalize=characters spellcheck=false autofocus required></label> <button>Listen</button></form>"
    )
    return _page(UNNAMED, f"<h1>An access code is needed</h1>{said}{form}")


def nothing(why: str) -> str:
    return _page(UNNAMED, f"<h1>Nothing to hear</h1><p>{escape(why)}</p>")


def _tracks(share: Share, path: str) -> Iterator[str]:
    if len(share.tracks) == 1:
        yield _audio(path, 1)
        return
    yield "<ol>"
    for number, track in enumerate(share.tracks, 1):
        yield f"<li><span dir=auto>{escape(track.title or f'Part {number}')}</span>{_audio(path, number)}</li>"
    yield "</ol>"


def _audio(path: str, number: int) -> str:
    return f'<audio controls preload=none src="{escape(path)}/audio/{number}"></audio>'


def _page(title: str, body: str) -> str:
    return (
        '<!doctype html><html lang=en><meta charset=utf-8><meta name=viewport content="width=device-width">'
        f"<title>{escape(title)}</title><style>{STYLE}</style>{body}</html>"
    )
