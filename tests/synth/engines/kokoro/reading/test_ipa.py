import pytest

from synth.engines.kokoro.reading.ipa import from_ipa


@pytest.mark.parametrize(
    ("ipa", "language", "symbols"),
    [
        ("təˈmɑːtoʊ", "en-us", "təˈmɑtO"),
        ("/təˈmɑːtəʊ/", "en-gb", "təˈmɑːtQ"),
        ("ˈt͡ʃɛri", "en-us", "ˈʧɛɹi"),
        ("dʒuːn", "en-gb", "ʤuːn"),
        ("bɝd", "en-us", "bɜɹd"),
        ("bɜːd", "en-us", "bɜɹd"),
        ("ˈfɑːðɚ", "en-us", "ˈfɑðəɹ"),
        ("naɪt", "en-us", "nIt"),
        ("haʊs", "en-gb", "hWs"),
        ("bɔɪ", "en-us", "bY"),
        ("deɪ", "en-us", "dA"),
        ("'go:d", "de", "ˈɡoːd"),
        ("bɔ̃.ʒuʁ", "fr-fr", "bɔ\u0303ʒuʁ"),
        ("ça", "fr-fr", "ça"),
        ("", "en-us", ""),
    ],
)
def test_ipa_is_written_in_kokoros_symbols(ipa, language, symbols):
    assert from_ipa(ipa, language) == symbols


def test_all_that_it_makes_of_usual_ipa_is_in_the_vocabulary():
    from synth.engines.kokoro.pretend.config import VOCABULARY

    usual = "pbtdkɡmnŋfvθðszʃʒhlrwjiɪeɛæəʌɑɒɔoʊuˈˌː"
    for language in ("en-us", "en-gb", "fr-fr"):
        assert set(from_ipa(usual, language)) <= VOCABULARY.keys()
