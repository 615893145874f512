"""In which types the network computes where."""

from dataclasses import dataclass

import torch


@dataclass(frozen=True, slots=True)
class Precision:
    """front: of all that decides durations and pitch. In float64 their rounding errors are too small to change the
    audio, whatever the batch; in float32 a row must go alone for that. decoding: of the convolutions after them;
    carrying: of what goes from one to the next. 16 bits are an approximation; statistics, snakes, the generator's sums
    and its last convolution, and the inverse STFT stay in float32. adding: of the source's phases.
    """

    front: torch.dtype = torch.float64
    decoding: torch.dtype = torch.float32
    carrying: torch.dtype = torch.float32
    adding: torch.dtype = torch.float32


def precision_on(device: str, decoding: torch.dtype = torch.float32) -> Precision:
    """What is exact there and fastest. On a processor batching never pays, and a row that is alone needs no float64; a
    card waits for its memory, so there values are carried in 16 bits too.
    """
    if torch.device(device).type == "cpu":
        return Precision(torch.float32, decoding)
    return Precision(torch.float64, decoding, carrying=decoding, adding=torch.float64)


def forbid_tf32() -> None:
    """In the whole process: what is called float32 is. By default cuDNN keeps 10 bits of a factor instead of 23, with
    which up to a third of the sentences would last a frame more or less. Nor are parts of a matrix product of 16 bits
    added up in 16, as they may be by default.
    """
    torch.backends.cudnn.allow_tf32 = False
    torch.backends.cuda.matmul.allow_tf32 = False
    torch.backends.cuda.matmul.allow_fp16_reduced_precision_reduction = False
    torch.backends.cuda.matmul.allow_bf16_reduced_precision_reduction = False
