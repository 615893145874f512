"""IPA, as clients write it, in Kokoro's symbols. Pure.

Kokoro has single letters for diphthongs and affricates and differs between languages: American English has no length
marks, an O for its "oh" and a T for the tap; British English keeps length and has a Q. What is left over is dropped by
who knows the model's symbols.
"""

import unicodedata

LIGATURES = (("t͡ʃ", "ʧ"), ("tʃ", "ʧ"), ("d͡ʒ", "ʤ"), ("dʒ", "ʤ"), ("t͡s", "ʦ"), ("d͡z", "ʣ"), ("͡", ""), ("͜", ""))
SPELLINGS = (("g", "ɡ"), (":", "ː"), ("'", "ˈ"), ("‿", ""))  # a tie between words; what is easier to type
ENGLISH = (
    ("eɪ", "A"),
    ("aɪ", "I"),
    ("aʊ", "W"),
    ("ɔɪ", "Y"),
    ("ɝ", "ɜɹ"),
    ("ɚ", "əɹ"),
    ("r", "ɹ"),
)
AMERICAN = (("oʊ", "O"), ("əʊ", "O"), ("ɜː", "ɜɹ"), ("ɜɹɹ", "ɜɹ"), ("ː", ""), ("ɾ", "T"), ("ɒ", "ɑ"), ("ʔ", "t"))
BRITISH = (("əʊ", "Q"), ("oʊ", "Q"), ("eə", "ɛː"), ("ɾ", "T"), ("ʔ", "t"))
OTHER = (("eɪ", "A"), ("aɪ", "I"), ("aʊ", "W"), ("ɔɪ", "Y"), ("oʊ", "O"), ("əʊ", "Q"))


def from_ipa(ipa: str, language: str) -> str:
    """language: as in catalog.LANGUAGES."""
    accents = {"en-us": ENGLISH + AMERICAN, "en-gb": ENGLISH + BRITISH}
    text = unicodedata.normalize("NFD", ipa).strip("/[] ")  # nasal vowels are a vowel and a tilde in the vocabulary
    text = text.replace("c\u0327", "ç")
    for old, new in (*LIGATURES, *SPELLINGS, *accents.get(language, OTHER)):
        text = text.replace(old, new)
    return text.replace(".", "")  # between syllables
