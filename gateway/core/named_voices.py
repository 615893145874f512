"""Vendors whose voices say in their names what they are: language and gender, as far as the name tells.

Google      en-US-Chirp3-HD-Kore, en-GB-Neural2-A, and Kore alone
Riva        Magpie-Multilingual.EN-US.Aria.Happy, English-US.Female-1
Piper       en_US-lessac-medium, which Home Assistant knows from before
Kyutai      expresso/ex03-ex01_happy_001_channel1_334s.wav: files of its voices

Sources: the vendors' public lists of voices.
"""

import re

GOOGLE = re.compile(r"(?P<language>[a-z]{2,3})-[A-Z]{2}-(?:[A-Za-z0-9]{1,20}-){1,3}(?P<name>[A-Z][a-z]{0,20})")
GOOGLE_WOMEN = re.compile(
    "Achernar|Aoede|Autonoe|Callirrhoe|Despina|Erinome|Gacrux|Kore|Laomedeia|Leda|Pulcherrima|Sulafat|Vindemiatrix|Zephyr"
)
GOOGLE_MEN = re.compile(
    "Achird|Algenib|Algieba|Alnilam|Charon|Enceladus|Fenrir|Iapetus|Orus|Puck|Rasalgethi|Sadachbia|Sadaltager|Schedar|"
    "Umbriel|Zubenelgenubi"
)
MAGPIE = re.compile(
    r"Magpie-Multilingual\.(?P<language>[A-Z]{2})-[A-Z]{2}\.(?P<name>[A-Za-z]{1,20})(?:\.[A-Za-z]{1,30})?"
)
MAGPIE_WOMEN = re.compile("Aria|Isabela|Louise|Mia|Sofia")
MAGPIE_MEN = re.compile("Diego|HouZhen|Jason|Leo|Long|Pascal|Ray")
RIVA = re.compile(
    r"(?:(?P<language>[A-Z][a-z]{1,20})-[A-Z]{2}|Magpie)[A-Za-z0-9-]{0,40}\.(?P<gender>Female|Male)\b.{0,40}"
)
RIVA_LANGUAGES = {"English": "en", "Spanish": "es", "German": "de", "French": "fr", "Italian": "it", "Mandarin": "zh"}
PIPER = re.compile(r"(?P<language>[a-z]{2,3})_[A-Z]{2}-\w{1,40}-(?:x_low|low|medium|high)")
KYUTAI = re.compile(
    r"(?:alba-mackenna|cml-tts/(?P<language>[a-z]{2})|ears|expresso|unmute-prod-website|vctk|voice-donations|voice-zero)"
    r"/.{1,200}\.(?:wav|mp3|ogg|safetensors)"
)


def read_name(name: str) -> tuple[str, str] | None:
    """(language, gender), empty: the name does not tell. None: it is none of these vendors' names."""
    for pattern in (GOOGLE, MAGPIE, PIPER, KYUTAI):
        found = pattern.fullmatch(name)
        if found is not None:
            return (found["language"] or "").lower(), _gender(found.groupdict().get("name") or "")
    riva = RIVA.fullmatch(name)
    if riva is not None:
        return RIVA_LANGUAGES.get(riva["language"] or "", ""), riva["gender"].lower()
    gender = _gender(name)
    return ("", gender) if gender else None


def _gender(name: str) -> str:
    if GOOGLE_WOMEN.fullmatch(name) or MAGPIE_WOMEN.fullmatch(name):
        return "female"
    return "male" if GOOGLE_MEN.fullmatch(name) or MAGPIE_MEN.fullmatch(name) else ""
