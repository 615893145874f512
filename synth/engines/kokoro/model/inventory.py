"""Every tensor of a checkpoint by name, with its shape: what loading insists on, and what a pretend one is made from.

The names are the released ones. `weight_g` and `weight_v` are a convolution's weight in two parts, its length and its
direction ("weight norm").
"""

from collections.abc import Iterator

from synth.engines.kokoro.model.architecture import UPSAMPLE_KERNELS, Architecture
from synth.engines.kokoro.model.rates import BINS, COARSE, FINE

HARMONICS = 9
NOISE_KERNELS = (7, 11)  # of the two residual blocks that the source goes through; fixed in the released network

Shape = tuple[int, ...]
Entries = Iterator[tuple[str, Shape]]


def inventory(a: Architecture) -> dict[str, Shape]:
    return dict(_all(a))


def _all(a: Architecture) -> Entries:
    yield from _albert(a)
    yield from _under("bert_encoder", _linear(a.albert_hidden, a.hidden))
    yield from _under("predictor", _predictor(a))
    yield from _under("text_encoder", _text_encoder(a))
    yield from _under("decoder", _decoder(a))
    yield from _under("decoder.generator", _generator(a))


def _under(prefix: str, entries: Entries) -> Entries:
    return ((f"{prefix}.{name}", shape) for name, shape in entries)


def _linear(inputs: int, outputs: int) -> Entries:
    yield "weight", (outputs, inputs)
    yield "bias", (outputs,)


def _norm(channels: int, scale: str = "weight", shift: str = "bias") -> Entries:
    yield scale, (channels,)
    yield shift, (channels,)


def _conv(inputs: int, outputs: int, kernel: int) -> Entries:
    yield from _kernel(inputs, outputs, kernel)
    yield "bias", (outputs,)


def _kernel(inputs: int, outputs: int, kernel: int) -> Entries:
    yield "weight_g", (outputs, 1, 1)
    yield "weight_v", (outputs, inputs, kernel)


def _lstm(inputs: int, outputs: int) -> Entries:
    """Both directions together give `outputs` channels."""
    half = outputs // 2
    for direction in ("", "_reverse"):
        yield f"weight_ih_l0{direction}", (4 * half, inputs)
        yield f"weight_hh_l0{direction}", (4 * half, half)
        yield f"bias_ih_l0{direction}", (4 * half,)
        yield f"bias_hh_l0{direction}", (4 * half,)


def _albert(a: Architecture) -> Entries:
    for name, rows in (("word", a.symbols), ("position", a.positions), ("token_type", 2)):
        yield f"bert.embeddings.{name}_embeddings.weight", (rows, a.albert_embedding)
    yield from _under("bert.embeddings.LayerNorm", _norm(a.albert_embedding))
    yield from _under("bert.encoder.embedding_hidden_mapping_in", _linear(a.albert_embedding, a.albert_hidden))
    yield from _under("bert.encoder.albert_layer_groups.0.albert_layers.0", _albert_layer(a))


def _albert_layer(a: Architecture) -> Entries:
    for name in ("query", "key", "value", "dense"):
        yield from _under(f"attention.{name}", _linear(a.albert_hidden, a.albert_hidden))
    yield from _under("attention.LayerNorm", _norm(a.albert_hidden))
    yield from _under("ffn", _linear(a.albert_hidden, a.albert_inner))
    yield from _under("ffn_output", _linear(a.albert_inner, a.albert_hidden))
    yield from _under("full_layer_layer_norm", _norm(a.albert_hidden))


def _predictor(a: Architecture) -> Entries:
    wide = a.hidden + a.style
    for layer in range(a.layers):
        yield from _under(f"text_encoder.lstms.{2 * layer}", _lstm(wide, a.hidden))
        yield from _under(f"text_encoder.lstms.{2 * layer + 1}.fc", _linear(a.style, 2 * a.hidden))
    yield from _under("lstm", _lstm(wide, a.hidden))
    yield from _under("duration_proj.linear_layer", _linear(a.hidden, a.longest))
    yield from _under("shared", _lstm(wide, a.hidden))
    for curve in ("F0", "N"):
        yield from _under(f"{curve}.0", _block(a, a.hidden, a.hidden))
        yield from _under(f"{curve}.1", _block(a, a.hidden, a.hidden // 2, up=True))
        yield from _under(f"{curve}.2", _block(a, a.hidden // 2, a.hidden // 2))
        yield f"{curve}_proj.weight", (1, a.hidden // 2, 1)
        yield f"{curve}_proj.bias", (1,)


def _block(a: Architecture, inputs: int, outputs: int, *, up: bool = False) -> Entries:
    yield from _under("conv1", _conv(inputs, outputs, 3))
    yield from _under("conv2", _conv(outputs, outputs, 3))
    yield from _under("norm1.fc", _linear(a.style, 2 * inputs))
    yield from _under("norm2.fc", _linear(a.style, 2 * outputs))
    if inputs != outputs:
        yield from _under("conv1x1", _kernel(inputs, outputs, 1))
    if up:
        yield from _under("pool", _conv(1, inputs, 3))


def _text_encoder(a: Architecture) -> Entries:
    yield "embedding.weight", (a.symbols, a.hidden)
    for layer in range(a.layers):
        yield from _under(f"cnn.{layer}.0", _conv(a.hidden, a.hidden, a.text_kernel))
        yield from _under(f"cnn.{layer}.1", _norm(a.hidden, "gamma", "beta"))
    yield from _under("lstm", _lstm(a.hidden, a.hidden))


def _decoder(a: Architecture) -> Entries:
    joined = a.decoder + a.residual + 2
    yield from _under("encode", _block(a, a.hidden + 2, a.decoder))
    for layer in range(3):
        yield from _under(f"decode.{layer}", _block(a, joined, a.decoder))
    yield from _under("decode.3", _block(a, joined, a.generator, up=True))
    yield from _under("F0_conv", _conv(1, 1, 3))
    yield from _under("N_conv", _conv(1, 1, 3))
    yield from _under("asr_res.0", _conv(a.hidden, a.residual, 1))


def _generator(a: Architecture) -> Entries:
    yield from _under("m_source.l_linear", _linear(HARMONICS, 1))
    stride = FINE // COARSE
    for stage, noise_kernel in enumerate((2 * stride, 1)):
        channels = a.generator >> (stage + 1)
        yield f"noise_convs.{stage}.weight", (channels, 2 * BINS, noise_kernel)
        yield f"noise_convs.{stage}.bias", (channels,)
        yield from _under(f"noise_res.{stage}", _snake_block(a, channels, NOISE_KERNELS[stage]))
        yield from _under(f"ups.{stage}", _kernel(channels, 2 * channels, UPSAMPLE_KERNELS[stage]))  # transposed
        yield f"ups.{stage}.bias", (channels,)
        for index, kernel in enumerate(a.kernels):
            yield from _under(f"resblocks.{stage * len(a.kernels) + index}", _snake_block(a, channels, kernel))
    yield from _under("conv_post", _conv(a.generator >> 2, 2 * BINS, 7))


def _snake_block(a: Architecture, channels: int, kernel: int) -> Entries:
    for index in range(len(a.dilations)):
        for half in "12":
            yield from _under(f"convs{half}.{index}", _conv(channels, channels, kernel))
            yield from _under(f"adain{half}.{index}.fc", _linear(a.style, 2 * channels))
            yield f"alpha{half}.{index}", (1, channels, 1)
