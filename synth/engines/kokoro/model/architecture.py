"""The sizes of a network, read from its config.json."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from synth.engines import EngineError
from synth.engines.kokoro.model import rates

UPSAMPLE_RATES = [rates.COARSE // rates.CURVE, rates.FINE // rates.COARSE]
UPSAMPLE_KERNELS = [20, 12]


@dataclass(frozen=True, slots=True)
class Architecture:
    """symbols: rows of the embeddings; positions: the most tokens that a row may have.

    `decoder_dim` and `residual_dim` are fixed in the released network and absent from its config.
    """

    symbols: int
    positions: int
    albert_embedding: int
    albert_hidden: int
    albert_heads: int
    albert_inner: int
    albert_layers: int
    hidden: int
    style: int
    layers: int
    longest: int
    text_kernel: int
    decoder: int
    residual: int
    generator: int
    kernels: tuple[int, ...]
    dilations: tuple[int, ...]

    def __post_init__(self) -> None:
        """Raises EngineError."""
        for name, value in ((name, getattr(self, name)) for name in self.__slots__):
            sizes = value if isinstance(value, tuple) else (value,)
            if not sizes or not all(isinstance(size, int) and size > 0 for size in sizes):
                raise EngineError(f"the model's config has a size that is none: {name} is {value!r}")

    @classmethod
    def read(cls, config: Mapping[str, Any]) -> "Architecture":
        """Raises EngineError if the config lacks something or describes another kind of network."""
        try:
            return cls._read(config, config["plbert"], config["istftnet"])
        except KeyError as error:
            raise EngineError(f"the model's config has no {error.args[0]!r}") from error
        except (TypeError, IndexError, AttributeError) as error:
            raise EngineError(f"the model's config is of another form: {error}") from error

    @classmethod
    def _read(cls, config: Mapping[str, Any], albert: Mapping[str, Any], net: Mapping[str, Any]) -> "Architecture":
        expected = {
            "upsample_rates": UPSAMPLE_RATES,
            "upsample_kernel_sizes": UPSAMPLE_KERNELS,
            "gen_istft_n_fft": rates.WINDOW,
            "gen_istft_hop_size": rates.HOP,
        }
        for name, value in expected.items():
            if net[name] != value:
                raise EngineError(f"the model's {name} is {net[name]}; this engine knows {value}")
        dilations = net["resblock_dilation_sizes"]
        if any(each != dilations[0] for each in dilations):
            raise EngineError(
                "the model's residual blocks differ in their dilations; this engine knows one set for all"
            )
        if beyond := [token for token in config.get("vocab", {}).values() if not 0 <= token < config["n_token"]]:
            raise EngineError(f"the model's vocab has the token {beyond[0]}, and n_token is {config['n_token']}")
        return cls(
            symbols=config["n_token"],
            positions=albert["max_position_embeddings"],
            albert_embedding=albert.get("embedding_size", 128),
            albert_hidden=albert["hidden_size"],
            albert_heads=albert["num_attention_heads"],
            albert_inner=albert["intermediate_size"],
            albert_layers=albert["num_hidden_layers"],
            hidden=config["hidden_dim"],
            style=config["style_dim"],
            layers=config["n_layer"],
            longest=config["max_dur"],
            text_kernel=config["text_encoder_kernel_size"],
            decoder=config.get("decoder_dim", 1024),
            residual=config.get("residual_dim", 64),
            generator=net["upsample_initial_channel"],
            kernels=tuple(net["resblock_kernel_sizes"]),
            dilations=tuple(dilations[0]),
        )
