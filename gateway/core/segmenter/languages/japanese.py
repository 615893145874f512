"""Japanese: its marks are unmistakable, except for a quotation that the sentence goes on after."""

from gateway.core.segmenter.languages.language import Language, Script, words

JAPANESE = Language(
    scripts=(Script.KANA, Script.HAN),
    titles=words("mr mrs ms dr prof st vs"),
    ambiguous=words("inc ltd co corp jr sr"),
    # 「はい。」と言った, 『まて！』を見た: a particle, and what follows it is no other word that begins like it.
    quoted_on=r"を|と[^\u3040-\u309f]|と[いかしなお]|っ|の[^\u3040-\u309f]|のよ|[がはにで][^\u3040-\u309f]|など|だ|で[すし]",
    quoted_look=2,
)
