"""config.json as it is released, and of a network small enough for tests that run it a hundred times."""

from types import MappingProxyType
from typing import Any

# Symbols by the id of the first one of each run; the ids go up by one within a run.
RUNS = (
    (1, ";:,.!?"), (9, '—…"()“” \u0303ʣʥʦʨᵝꭧA'), (25, "I"), (31, "O"), (33, "Q"), (35, "ST"), (39, "W"), (41, "Y"),
    (42, "ᵊabcdef"), (50, "hijklmnopqrstuvwxyzɑɐɒæ"), (75, "βɔɕç"), (80, "ɖðʤə"), (85, "ɚɛɜ"), (90, "ɟ"), (92, "ɡ"),
    (99, "ɥ"), (101, "ɨɪʝ"), (110, "ɯɰŋɳɲɴø"), (118, "ɸθœ"), (123, "ɹ"), (125, "ɾɻ"), (128, "ʁɽʂʃʈʧ"), (135, "ʊʋ"),
    (138, "ʌɣɤ"), (142, "χʎ"), (147, "ʒʔ"), (156, "ˈˌː"), (162, "ʰ"), (164, "ʲ"), (169, "↓"), (171, "→↗↘"), (177, "ᵻ"),
)  # fmt: skip
VOCABULARY = MappingProxyType({symbol: start + offset for start, run in RUNS for offset, symbol in enumerate(run)})
RELEASED: MappingProxyType[str, Any] = MappingProxyType(
    {
        "istftnet": {
            "upsample_kernel_sizes": [20, 12],
            "upsample_rates": [10, 6],
            "gen_istft_hop_size": 5,
            "gen_istft_n_fft": 20,
            "resblock_dilation_sizes": [[1, 3, 5], [1, 3, 5], [1, 3, 5]],
            "resblock_kernel_sizes": [3, 7, 11],
            "upsample_initial_channel": 512,
        },
        "dim_in": 64,
        "dropout": 0.2,
        "hidden_dim": 512,
        "max_conv_dim": 512,
        "max_dur": 50,
        "multispeaker": True,
        "n_layer": 3,
        "n_mels": 80,
        "n_token": 178,
        "style_dim": 128,
        "text_encoder_kernel_size": 5,
        "plbert": {
            "hidden_size": 768,
            "num_attention_heads": 12,
            "intermediate_size": 2048,
            "max_position_embeddings": 512,
            "num_hidden_layers": 12,
            "dropout": 0.1,
        },
        "vocab": dict(VOCABULARY),
    }
)
SMALL: MappingProxyType[str, Any] = MappingProxyType(
    RELEASED
    | {
        "hidden_dim": 32,
        "n_layer": 2,
        "decoder_dim": 24,
        "residual_dim": 8,
        "istftnet": RELEASED["istftnet"] | {"upsample_initial_channel": 32},
        "plbert": {
            "embedding_size": 16,
            "hidden_size": 24,
            "num_attention_heads": 3,
            "intermediate_size": 48,
            "max_position_embeddings": 512,
            "num_hidden_layers": 2,
            "dropout": 0.1,
        },
    }
)
