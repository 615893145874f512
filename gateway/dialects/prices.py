"""What speech costs, in the operator's own credits. Told, never charged: plans bound characters and minutes."""

from gateway.core.events import OpenContext
from gateway.dialects.surface import Request
from gateway.errors import SpeechError

PER = 1_000  # characters that a price is for
ANY = "*"  # the engine that stands for all others


def price_of(request: Request, engine: str) -> float:
    """Credits for 1,000 characters; 0 as long as the operator has set none."""
    prices = request.settings.prices
    return prices.get(engine, prices.get(ANY, 0.0))


def credits_of(request: Request, opened: OpenContext, characters: int) -> float:
    """Credits for a text. A voice that nobody speaks costs nothing: it will be refused."""
    if not request.settings.prices:
        return 0.0
    try:
        engine = request.catalog.resolve(opened.voice, opened.language).engine
    except SpeechError:
        return 0.0
    return round(characters * price_of(request, engine) / PER, 4)
