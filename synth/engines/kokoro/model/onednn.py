"""Weights laid out for the processor's kernels once, instead of at every call, through torch's own oneDNN operators.

They are what torch.compile uses for frozen weights; torch does not document them. So they are looked for, and where
they are missing (another device, type or release) the documented ones do the same.
"""

import torch
from torch import Tensor


def pack_matrix(weight: Tensor) -> Tensor | None:
    """[outputs, inputs] -> for `multiply_packed`; None: not here."""
    if weight.device.type != "cpu" or weight.dtype != torch.float32 or not _available("_linear_pointwise"):
        return None
    packed: Tensor = torch.ops.mkldnn._reorder_linear_weight(weight.contiguous())  # noqa: SLF001 - see above
    return packed


def multiply_packed(x: Tensor, packed: Tensor, bias: Tensor | None) -> Tensor:
    """[.., inputs] -> [.., outputs]."""
    product: Tensor = torch.ops.mkldnn._linear_pointwise(x, packed, bias, "none", [], "")  # noqa: SLF001 - see above
    return product


def _available(operator: str) -> bool:
    return torch._C._has_mkldnn and hasattr(torch.ops.mkldnn, operator)  # noqa: SLF001 - its documented name has no types
