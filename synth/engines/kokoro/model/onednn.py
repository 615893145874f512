"""Weights laid out for the processor's kernels once, instead of at every call, through torch's own oneDNN operators.

They are what torch.compile uses for frozen weights; torch does not document them. So they serve in the release that
they were tried with; elsewhere (another device or type too) the documented ones do the same.
"""

from dataclasses import dataclass

import torch
from torch import Tensor

TRIED = "2.13."


@dataclass(frozen=True, slots=True)
class Shape:
    """Of a convolution over time, in steps."""

    stride: int
    padding: int
    dilation: int

    def pictured(self) -> tuple[list[int], list[int], list[int]]:
        """Stride, padding and dilation over a picture one step high."""
        return [1, self.stride], [0, self.padding], [1, self.dilation]


def pack_kernel(weight: Tensor, shape: Shape) -> Tensor | None:
    """[outputs, inputs, 1, width] -> for `convolve_packed`; None: not here.

    It saves 1.5 ms a call where there are 1,024 channels, and nothing where there are 128.
    """
    if not _here(weight, "_convolution_pointwise") or shape.stride > 1:
        return None
    stride, padding, dilation = shape.pictured()
    packed: Tensor = torch._C._nn.mkldnn_reorder_conv2d_weight(  # noqa: SLF001 - see above
        weight.to_mkldnn(), padding, stride, dilation, 1
    )
    return packed


def convolve_packed(picture: Tensor, packed: Tensor, bias: Tensor | None, shape: Shape) -> Tensor:
    """[rows, inputs, 1, time] -> [rows, outputs, 1, time]."""
    stride, padding, dilation = shape.pictured()
    product: Tensor = torch.ops.mkldnn._convolution_pointwise(  # noqa: SLF001 - see above
        picture, packed, bias, padding, stride, dilation, 1, "none", [], ""
    )
    return product


def pack_matrix(weight: Tensor) -> Tensor | None:
    """[outputs, inputs] -> for `multiply_packed`; None: not here."""
    if not _here(weight, "_linear_pointwise"):
        return None
    packed: Tensor = torch.ops.mkldnn._reorder_linear_weight(weight.contiguous())  # noqa: SLF001 - see above
    return packed


def multiply_packed(x: Tensor, packed: Tensor, bias: Tensor | None) -> Tensor:
    """[.., inputs] -> [.., outputs]."""
    product: Tensor = torch.ops.mkldnn._linear_pointwise(x, packed, bias, "none", [], "")  # noqa: SLF001 - see above
    return product


def _here(weight: Tensor, operator: str) -> bool:
    if weight.device.type != "cpu" or weight.dtype != torch.float32 or not torch.__version__.startswith(TRIED):
        return False
    return torch._C._has_mkldnn and hasattr(torch.ops.mkldnn, operator)  # noqa: SLF001 - its documented name has no types
