"""Which characters mean what, in every language. The other files take them from here."""

NEWLINES = "\n\r\v\f\x85\u2028\u2029"
BULLETS = "•‣⁃●▪◦"
DASHES = "—–-"
SPACES = " \u00a0\u202f"  # that may stand inside an abbreviation, an ellipsis, a French quotation

# Need white space and a look at the next letter.
MARKS = ".!?…‼⁇⁈⁉"
# Unmistakable, and often without white space after them: CJK, Arabic, Urdu, Devanagari, Ethiopic, Armenian,
# Myanmar, Khmer.
FULL_MARKS = "。！？｡．؟۔।॥።፧፨։။។៕"
TERMINATORS = MARKS + FULL_MARKS
NOT_AFTER_FULL_MARK = "、，,；："

# Between one clause and the next. The full-width ones need no white space.
PAUSES = ";:—–؛"
COMMAS = ",،"
FULL_PAUSES = "；："
FULL_COMMAS = "，、"

# What closes right after a mark. Markdown's signs do so like quotes; so does “ in German.
CLOSERS = "\"'”’»›)]}*_`」』）】》〉"
CLOSERS_AFTER_MARK = "“‘«‹"  # these open a quotation, too, but never right after a mark
INVERTED_MARKS = "¿¡"
OPENERS = INVERTED_MARKS + "„“«‘「『"  # after white space nothing but a sentence or a quotation begins with them
APOSTROPHES = "'‘’"  # inside words; before a word they are quotes
BEFORE_WORDS = '"“”„«»‹›()[]{}<>*_`#/' + INVERTED_MARKS + DASHES
PAIRS = ("()", "[]", "{}", "«»", "「」", "『』", "《》", "（）")
INNER_PAIRS = ("«»", "「」", "『』", "()")  # what they hold is not over before they close
TITLE_BRACKETS = "《》"
FULL_BRACKETS = "（）"

# Chinese and Japanese characters: each is a syllable or more, and no white space stands between words.
KANA = "\u3040-\u30ff"
HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
IDEOGRAPHS = KANA + HAN
