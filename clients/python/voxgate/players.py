"""Programs that play audio from a pipe."""

from collections.abc import Mapping
from dataclasses import dataclass
from shutil import which
from types import MappingProxyType

from voxgate.options import UsageError

SELF_DESCRIBING = ("wav", "ogg_opus", "mp3", "aac", "flac")
RATE = 24_000  # Hz


@dataclass(frozen=True, slots=True)
class Player:
    """encodings: what it plays, the best first; arguments may name {rate}."""

    name: str
    encodings: tuple[str, ...]
    arguments: tuple[str, ...]

    def command(self, rate: int) -> tuple[str, ...]:
        return self.name, *(argument.format(rate=rate) for argument in self.arguments)


PLAYERS: Mapping[str, Player] = MappingProxyType(
    {
        player.name: player
        for player in (
            Player("ffplay", SELF_DESCRIBING, ("-nodisp", "-autoexit", "-loglevel", "error", "-i", "-")),
            Player("mpv", SELF_DESCRIBING, ("--really-quiet", "--no-video", "-")),
            Player("paplay", ("pcm_s16le",), ("--raw", "--format=s16le", "--channels=1", "--rate={rate}")),
            Player("aplay", ("pcm_s16le",), ("-q", "-t", "raw", "-f", "S16_LE", "-c", "1", "-r", "{rate}")),
        )
    }
)


def installed() -> list[Player]:
    return [player for player in PLAYERS.values() if which(player.name)]


def find_player(encoding: str | None) -> Player:
    """The first installed one that plays this encoding. Raises UsageError when there is none."""
    found = installed()
    if not found:
        raise UsageError(f"no player found ({', '.join(PLAYERS)}); write to a file instead: -o speech.ogg")
    able = [player for player in found if encoding is None or encoding in player.encodings]
    if not able:
        raise UsageError(
            f"{found[0].name} plays {', '.join(found[0].encodings)}, not {encoding}; write it to a file: -o"
        )
    return able[0]
