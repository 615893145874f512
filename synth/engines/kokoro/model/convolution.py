"""Convolutions over time of [rows, time, channels], without a copy: for torch it is a picture one step high."""

from dataclasses import dataclass

import torch
import torch.nn.functional as F  # noqa: N812 - its name everywhere
from torch import Tensor

from synth.engines.kokoro.model.onednn import Shape, convolve_packed, pack_kernel
from synth.engines.kokoro.model.weights import Weights


class Convolution:
    """Of odd width, so that time keeps its length; beyond both ends are zeros. Takes any type and gives one."""

    def __init__(self, weights: Weights, *, stride: int = 1, dilation: int = 1, padding: int | None = None) -> None:
        """padding: steps of zeros at both ends, if not half the width."""
        weight = _picture(weights["weight"], weights.convolving)
        self._carrying = weights.carrying or weight.dtype
        half = dilation * (weight.shape[-1] - 1) // 2
        self._bias = _cast(weights.get("bias"), weight)
        self._dtype = weight.dtype
        self._shape = Shape(stride, half if padding is None else padding, dilation)
        self._packed = pack_kernel(weight, self._shape)
        self._weight = None if self._packed is not None else weight

    def __call__(self, x: Tensor) -> Tensor:
        """x: [rows, time, inputs] -> [rows, time / stride, outputs]."""
        picture = x.to(self._dtype).transpose(1, 2).unsqueeze(2)
        if self._packed is not None:
            y = convolve_packed(picture, self._packed, self._bias, self._shape)
        else:
            assert self._weight is not None
            y = F.conv2d(picture, self._weight, self._bias, *self._shape.pictured())
        return y.squeeze(2).transpose(1, 2).to(self._carrying)


@dataclass(frozen=True, slots=True)
class Upsampling:
    """A transposed convolution that makes time exactly `stride` times as long."""

    weight: Tensor  # [inputs, outputs / groups, 1, width], channels last
    bias: Tensor | None
    stride: int
    carrying: torch.dtype
    groups: int = 1

    @classmethod
    def of(cls, weights: Weights, stride: int, groups: int = 1) -> "Upsampling":
        weight = _picture(weights["weight"], weights.convolving)
        return cls(weight, _cast(weights.get("bias"), weight), stride, weights.carrying or weight.dtype, groups)

    def __call__(self, x: Tensor) -> Tensor:
        """x: [rows, time, inputs] -> [rows, time * stride, outputs]."""
        surplus = self.weight.shape[-1] - self.stride
        padding = (surplus + 1) // 2
        y = F.conv_transpose2d(
            x.to(self.weight.dtype).transpose(1, 2).unsqueeze(2),
            self.weight,
            self.bias,
            stride=(1, self.stride),
            padding=(0, padding),
            output_padding=(0, 2 * padding - surplus),
            groups=self.groups,
        )
        return y.squeeze(2).transpose(1, 2).to(self.carrying)


def _picture(weight: Tensor, dtype: torch.dtype | None) -> Tensor:
    return weight.to(dtype or weight.dtype).unsqueeze(2).contiguous(memory_format=torch.channels_last)


def _cast(bias: Tensor | None, weight: Tensor) -> Tensor | None:
    return None if bias is None else bias.to(weight.dtype)
