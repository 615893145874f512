"""What the generator does between two convolutions: normalise to the style, snake, zeros behind each sentence's end."""

from collections.abc import Callable

from torch import Tensor

from synth.engines.kokoro.model.rows import Rows

Affine = tuple[Tensor, Tensor]  # scale and shift, per sentence
SnakeNorm = Callable[[Tensor, Affine, Tensor, Rows, int], Tensor]


def snake_norm(x: Tensor, affine: Affine, alpha: Tensor, rows: Rows, rate: int) -> Tensor:
    """In rows: x; alpha: [channels] -> in rows, ready for a convolution, in the affine's type."""
    return rows.zero(_snake(rows.normalise(x, *affine, rate), alpha), rate)


def _snake(x: Tensor, alpha: Tensor) -> Tensor:
    """With every channel's own alpha: x + sin(alpha x)^2 / alpha. In place: fresh memory costs as much as the sum."""
    wave = (x * alpha).sin_().square_()
    return x.addcmul_(wave, alpha.reciprocal())
