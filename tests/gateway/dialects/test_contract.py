"""The same questions to every protocol of conversations. A new one is tested by adding its client to contract/."""

import pytest
from contract import CLIENTS

TEXT = "Hello there. It costs $3.50, or 4 € – “quite cheap”, isn't it? Yes! And so on"


class Conversation:
    """A client that says things in its own words, and hears them in everybody's."""

    def __init__(self, client, wire):
        self.client = client
        self._wire = wire

    def say(self, *batches):
        for frame in (frame for batch in batches for frame in batch):
            self._wire.say(self.client.written(frame))

    @property
    def heard(self):
        fresh = type(self.client)()  # hears from the first word, as it must to know the handles
        return [fresh.hear(frame) for frame in self._wire.sent]

    async def until(self, kind, context_id="a"):
        """Returns when that has been heard of the context, or the connection is closed."""
        await self._wire.sent.until(
            lambda _: any(
                each.kind == "closed" or (each.kind, each.context_id) == (kind, context_id) for each in self.heard
            )
        )

    def of(self, context_id="a"):
        return [each for each in self.heard if each.context_id == context_id or each.kind == "closed"]

    def said(self, context_id="a"):
        return b"".join(each.audio for each in self.heard if each.context_id == context_id).decode()

    def count(self, kind, context_id="a"):
        return sum((each.kind, each.context_id) == (kind, context_id) for each in self.heard)


def squeezed(text):
    """Without white space: an odd segment has a space more."""
    return "".join(text.split())


@pytest.fixture(params=CLIENTS, ids=lambda client: client.__name__)
def client(request):
    return request.param()


@pytest.fixture
async def talk(client, gateway):
    gateway.synth.sample_at(client.rate)
    async with gateway.connect(client.dialect) as wire:
        yield Conversation(client, wire)


@pytest.fixture
def answering(client):
    if not client.flushes:
        pytest.skip("a flush has no answer")


@pytest.fixture
def several(client):
    if not client.contexts:
        pytest.skip("one context to a connection")


async def test_every_accepted_word_is_spoken_in_order(talk, client):
    words = [TEXT] if client.least == "text" else TEXT.split(" ")
    talk.say(client.open("a"), *(client.text("a", word + " ") for word in words), client.end("a"))
    await talk.until("ended")

    assert squeezed(talk.said()) == squeezed(TEXT)


async def test_a_text_in_one_piece_is_the_same_as_in_letters(talk, client):
    if client.least != "letter":
        pytest.skip("a message has whole words")
    talk.say(client.open("a"), *(client.text("a", letter) for letter in TEXT), client.end("a"))
    await talk.until("ended")

    assert squeezed(talk.said()) == squeezed(TEXT)


@pytest.mark.usefixtures("answering")
async def test_each_flush_is_answered_once_after_its_audio(talk, client):
    said = 0
    for number, text in enumerate(("One.", "Two", "Three!"), start=1):
        talk.say(client.open("a") if number == 1 else [], client.text("a", text), client.flush("a"))
        await talk._wire.sent.until(lambda _, number=number: talk.count("flushed") == number)
        said += len(text)
        assert len(squeezed(talk.said())) == said, "its audio has come before"

    assert talk.count("flushed") == 3


async def test_the_end_comes_once_and_last(talk, client):
    talk.say(client.open("a"), client.text("a", TEXT), client.end("a"))
    await talk.until("ended")
    talk.say([] if client.closes else client.end("a"), client.keep_alive("a"))
    talk._wire.hang_up()
    await talk._wire.session

    kinds = [each.kind for each in talk.of() if each.kind != "other"]
    ended = "closed" if client.closes else "ended"
    assert kinds.count(ended) == 1
    assert "audio" not in kinds[kinds.index(ended) :]
    if client.flushes:
        assert kinds.count("flushed") == 1
        assert kinds.index("flushed") > max(place for place, kind in enumerate(kinds) if kind == "audio")


@pytest.mark.parametrize("text", [" ", "\n\n", "...", "?! ,", "—", "🙂"])
async def test_a_text_without_sound_ends_well(talk, client, text):
    talk.say(client.open("a"), client.text("a", text), client.flush("a"))
    if client.flushes:
        await talk.until("flushed")
    talk.say(client.text("a", "Go on."), client.end("a"))
    await talk.until("ended")

    assert squeezed(talk.said()) in ("Goon.", "Goon." if client.flushes else f"{squeezed(text)}Goon.")
    assert talk.count("failed") == 0


@pytest.mark.usefixtures("several")
async def test_orders_about_contexts_that_are_not_there_do_no_harm(talk, client):
    talk.say(client.flush("nobody"), client.interrupt("nobody"), client.keep_alive("nobody"))
    talk.say(client.open("a"), client.text("a", "Hello."), client.end("a"))
    await talk.until("ended")

    assert squeezed(talk.said()) == "Hello."
    assert [each for each in talk.heard if each.kind in ("failed", "closed")] == []


async def test_a_sign_of_life_says_nothing(talk, client):
    talk.say(client.open("a"), client.text("a", "Hello "))
    for _ in range(3):
        talk.say(client.keep_alive("a"))
    talk.say(client.text("a", "there."), client.end("a"))
    await talk.until("ended")

    assert squeezed(talk.said()) == "Hellothere."
    assert talk.count("flushed") <= 1


async def test_each_message_has_whole_samples(talk, client):
    talk.say(client.open("a"), client.text("a", TEXT + TEXT), client.end("a"))
    await talk.until("ended")

    assert {len(each.audio) % 2 for each in talk.heard if each.kind == "audio"} == {0}


async def test_an_unknown_voice_is_told(talk, client):
    talk.say(client.open("a", "nobody"), client.text("a", "Hello."), client.flush("a"))
    await talk.until("ended" if client.tells_end else "failed")

    assert talk.said() == ""
    assert talk.count("failed") == 1 or talk.heard[-1].kind == "closed"


async def test_a_failure_of_the_engine_is_told_after_the_audio(talk, client):
    talk.say(client.open("a", "broken"), client.text("a", "Hello there."), client.flush("a"))
    await talk.until("ended" if client.tells_end else "failed")

    kinds = [each.kind for each in talk.of() if each.kind in ("audio", "failed", "closed", "flushed")]
    assert kinds in (["audio", "failed"], ["audio", "closed"], ["audio", "failed", "closed"])


async def test_nonsense_ends_the_connection(talk, client):
    talk.say(client.open("a", "stuck"), client.text("a", "Hello there."), [client.nonsense])
    await talk._wire.session

    assert talk.heard[-1].kind == "closed"


@pytest.mark.usefixtures("several")
async def test_nothing_stale_comes_after_an_interruption(talk, client, gateway):
    talk.say(client.open("a", "stuck"), client.text("a", "Old news. More of it."), client.flush("a"))
    await gateway.synth.asked.length(1)
    talk.say(client.interrupt("a"))
    await talk.until("ended")
    before = len(talk.said())
    talk.say(client.open("a"), client.text("a", "Fresh."), client.end("a"))
    await talk._wire.sent.until(lambda _: talk.count("ended") == 2)

    assert squeezed(talk.said()[before:]) == "Fresh."


@pytest.mark.usefixtures("several")
async def test_a_name_can_be_used_again_at_once(talk, client, gateway):
    """The client does not wait for the answer to its interruption."""
    talk.say(client.open("a", "stuck"), client.text("a", "Old news."), client.flush("a"))
    await gateway.synth.asked.length(1)
    talk.say(client.interrupt("a"), client.open("a"), client.text("a", "Fresh"))
    await talk.until("ended")
    talk.say(client.text("a", " air."), client.end("a"))
    await talk._wire.sent.until(lambda _: talk.count("ended") == 2)

    assert squeezed(talk.said()).endswith("Freshair.")
    assert talk.count("failed") == 0


@pytest.mark.usefixtures("several")
async def test_a_slow_context_does_not_hold_up_another(talk, client):
    talk.say(client.open("slow", "stuck"), client.text("slow", "Never ends."), client.flush("slow"))
    talk.say(client.open("a"), client.text("a", "Hello."), client.end("a"))
    await talk.until("ended")

    assert squeezed(talk.said("a")) == "Hello."
    assert talk.count("ended", "slow") == 0


@pytest.mark.usefixtures("several")
async def test_an_endless_context_does_not_hold_up_another(talk, client, gateway):
    talk.say(client.open("endless", "endless"), client.text("endless", "Sing."), client.flush("endless"))
    await gateway.synth.chunks.length(1)
    talk.say(client.open("a"), client.text("a", "Hello."), client.end("a"))
    await talk.until("ended")

    assert squeezed(talk.said("a")) == "Hello."
