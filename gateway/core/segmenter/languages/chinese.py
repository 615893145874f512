"""Chinese: its marks are unmistakable, except for a quotation that the sentence goes on after."""

from gateway.core.segmenter.languages.language import Language, Script, words

CHINESE = Language(
    scripts=(Script.HAN,),
    titles=words("mr mrs ms dr prof st vs"),
    ambiguous=words("inc ltd co corp jr sr"),
    # “你来吗？”她问。 A verb of saying, after who says it; 知道 is none.
    quoted_on=r"[^。！？，、；：\s“「『不没沒未]{0,4}?(?:[说說问問答喊叫]|(?<!知)道)",
    quoted_look=5,
)
