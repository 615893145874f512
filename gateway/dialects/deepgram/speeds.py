"""The speeds that Deepgram's /v2/speak has: from 0.5 to 1.5 in steps of 0.05."""

from dataclasses import dataclass

LOWEST, HIGHEST, STEPS = 0.5, 1.5, 20  # steps in 1
ROUNDING = 1e-6


@dataclass(frozen=True, slots=True)
class Wrong:
    code: str
    description: str


def check_speed(speed: float) -> Wrong | None:
    if not LOWEST - ROUNDING <= speed <= HIGHEST + ROUNDING:
        return Wrong("SPEED_OUT_OF_RANGE", f"speed is from {LOWEST} to {HIGHEST}")
    if abs(speed * STEPS - round(speed * STEPS)) > ROUNDING:
        return Wrong("SPEED_INCREMENT_INVALID", f"speed comes in steps of {1 / STEPS}")
    return None
