"""The 54 voices that Kokoro-82M was published with, and what a voice's name says about it. Pure.

The first letter of a name is the language, the second the gender. The order is ours: each language's best voice by
the grades of the model's VOICES.md comes first, since the first is the default.
"""

from types import MappingProxyType

from synth.engines import Voice

LANGUAGES = MappingProxyType(
    {
        "a": "en-us",
        "b": "en-gb",
        "e": "es",
        "f": "fr-fr",
        "h": "hi",
        "i": "it",
        "j": "ja",
        "p": "pt-br",
        "z": "zh",
    }
)
GENDERS = MappingProxyType({"f": "female", "m": "male"})

# name -> how the SHA-256 of its file begins (VOICES.md)
PUBLISHED = MappingProxyType(
    {
        "af_heart": "0ab5709b",
        "af_bella": "8cb64e02",
        "af_nicole": "c5561808",
        "af_aoede": "c03bd1a4",
        "af_kore": "8bfbc512",
        "af_sarah": "49bd364e",
        "af_alloy": "6d877149",
        "af_nova": "e0233676",
        "af_sky": "c799548a",
        "af_jessica": "cdfdccb8",
        "af_river": "e149459b",
        "am_fenrir": "98e507ec",
        "am_michael": "9a443b79",
        "am_puck": "dd1d8973",
        "am_echo": "8bcfdc85",
        "am_eric": "ada66f0e",
        "am_liam": "c8255075",
        "am_onyx": "e8452be1",
        "am_santa": "7f2f7582",
        "am_adam": "ced7e284",
        "bf_emma": "d0a423de",
        "bf_isabella": "cdd4c370",
        "bf_alice": "d292651b",
        "bf_lily": "6e09c2e4",
        "bm_fable": "d44935f3",
        "bm_george": "f1bc8122",
        "bm_lewis": "b5204750",
        "bm_daniel": "fc3fce4e",
        "ef_dora": "d9d69b0f",
        "em_alex": "5eac53f7",
        "em_santa": "aa8620cb",
        "ff_siwis": "8073bf2d",
        "hf_alpha": "06906fe0",
        "hf_beta": "63c0a1a6",
        "hm_omega": "b55f02a8",
        "hm_psi": "2f0f055c",
        "if_sara": "6c0b253b",
        "im_nicola": "234ed066",
        "jf_alpha": "1bf4c9dc",
        "jf_gongitsune": "1b171917",
        "jf_tebukuro": "0d691790",
        "jf_nezumi": "d83f007a",
        "jm_kumo": "98340afd",
        "pf_dora": "07e4ff98",
        "pm_alex": "cf0ba8c5",
        "pm_santa": "d4210316",
        "zf_xiaobei": "9b76be63",
        "zf_xiaoni": "95b49f16",
        "zf_xiaoxiao": "cfaf6f2d",
        "zf_xiaoyi": "b5235dba",
        "zm_yunjian": "76cbf8ba",
        "zm_yunxi": "dbe6e1ce",
        "zm_yunxia": "bb2b03b0",
        "zm_yunyang": "5238ac22",
    }
)


def describe(name: str) -> Voice:
    """Of any file's name; one that does not follow the rule is taken for American."""
    first, second, underscore = name[:1], name[1:2], name[2:3]
    known = underscore == "_" and first in LANGUAGES and second in GENDERS
    title = name[3:] if known else name
    return Voice(
        name,
        LANGUAGES[first] if known else LANGUAGES["a"],
        GENDERS[second] if known else "unknown",
        title.replace("_", " ").title(),
    )


def in_order(names: frozenset[str]) -> list[str]:
    """The published ones first, in their order, then the others by name."""
    return [name for name in PUBLISHED if name in names] + sorted(names - PUBLISHED.keys())
