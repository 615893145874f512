"""Random conversations over a socket of many contexts, beside a model of what the client was promised."""

import asyncio
import base64
import json
import random

import pytest

from gateway.core.formats import AudioFormat
from gateway.dialects import Close
from gateway.dialects.elevenlabs.sockets import ElevenLabsDialect
from gateway.dialects.elevenlabs.text_to_speech import TextToSpeech
from gateway.dialects.elevenlabs.wishes import Wishes

NAMES = ("a", "b", "c")
TEXTS = ("Hello there. ", "And ", "so on. ", " ", "... ", "No. ", "")


class Promises:
    """What each context of a name, in their order, was given to say; None where the client wanted no more of it."""

    def __init__(self):
        self.told = {name: [] for name in NAMES}
        self._open = dict.fromkeys(NAMES, False)

    def say(self, name, message):
        text = message.get("text", "")
        if text and not self._open[name]:
            self.told[name].append("")
            self._open[name] = True
        if self._open[name]:
            self.told[name][-1] += text
        elif message.get("close_context") and self.told[name]:
            self.told[name][-1] = None
        self._open[name] &= not message.get("close_context")


def conversation(dice):
    for _ in range(dice.randint(1, 60)):
        name = dice.choice(NAMES)
        message = {"context_id": name}
        if dice.random() < 0.7:
            message["text"] = dice.choice(TEXTS)
        if dice.random() < 0.2:
            message["flush"] = True
        if dice.random() < 0.2:
            message["close_context"] = True
        yield name, message


def heard_of(name, sent):
    """For each context of that name, in their order: what was heard of it, which ended with isFinal."""
    heard, now = [], ""
    for message in sent:
        if message["contextId"] != name:
            continue
        assert "error" not in message, message
        if message["isFinal"]:
            heard.append(now)
            now = ""
        else:
            now += base64.b64decode(message["audio"] or "").decode().replace("\0", "")
    assert now == "", "something came after the end"
    return heard


def letters(text):
    """Dots that stand alone are not spoken."""
    return "".join(filter(str.isalpha, text))


@pytest.mark.parametrize("seed", range(40))
async def test_every_context_says_what_it_was_given_and_ends_once(gateway, seed):
    dice, promises = random.Random(seed), Promises()
    wishes = Wishes("ann", "", AudioFormat("pcm_s16le", 8000).resolved(), every=dice.random() < 0.5)
    dialect = ElevenLabsDialect("elevenlabs", TextToSpeech(counts_on=wishes.every), wishes, multi=True)
    async with gateway.connect(dialect) as wire:
        for name, message in conversation(dice):
            promises.say(name, message)
            wire.say(message)
            for _ in range(dice.choice((0, 0, 3, 30))):
                await asyncio.sleep(0)  # the gateway gets on, more or less
        wire.say({"close_socket": True})
        await wire.session

    assert wire.sent.pop() == Close(1000)
    sent = [json.loads(frame) for frame in wire.sent]
    for name in NAMES:
        heard = heard_of(name, sent)
        assert len(heard) == len(promises.told[name])
        for text, said in zip(promises.told[name], heard, strict=True):
            if text is not None:
                assert letters(said) == letters(text)
