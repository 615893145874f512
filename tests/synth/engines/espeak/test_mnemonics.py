from hypothesis import given
from hypothesis import strategies as st

from synth.engines.espeak.mnemonics import LONGEST_WORD, Mnemonics

# A voice whose "t" is voiced between vowels, and whose "v" is an "f" before a "t".
SOUNDS = {
    "a": "a",
    "t": "t",
    "t#": "t",
    "v": "v",
    "E": "ɛ",
    "tS": "tʃ",
    "S": "ʃ",
    "s": "s",
    "u:": "uː",
    "aI": "aɪ",
    "n": "n",
}


def transcribe(mnemonics):
    marks = {"'": "ˈ", "|": ""}
    parts = [part for each in mnemonics.split("'") for part in (*each.split("|"), "'")][:-1]
    ipa = "".join(SOUNDS.get(part, marks.get(part, "")) for part in parts)
    return ipa.replace("vt", "ft").replace("ata", "ada")


TABLE = Mnemonics(SOUNDS, transcribe)


def test_sounds_become_the_mnemonics_of_the_voice_the_longest_first():
    assert TABLE.encode("vˈatʃ tuː") == "v'a|tS t|u:"


def test_a_sound_that_only_neighbours_make_is_not_taken_from_them():
    assert TABLE.encode("tat") == "t|a|t"


def test_spellings_of_one_sound_are_one():
    assert TABLE.encode("ʧ") == TABLE.encode("t͡ʃ") == TABLE.encode("t‿ʃ") == "tS"
    assert TABLE.encode("ta.ta") == TABLE.encode("tata")
    assert TABLE.encode("u:") == "u:"


def test_what_the_voice_lacks_is_the_nearest_that_it_has():
    assert TABLE.encode("θæʒ") == "s|a|S"


def test_marks_and_signs_that_mean_nothing_to_it_are_left_out():
    assert TABLE.encode("ã t̪ 今 ]] [[ | \x01 < >") == "a t"


def test_a_long_word_is_parted():
    words = TABLE.encode("atɛ" * 100).split()

    assert max(map(len, words)) <= LONGEST_WORD
    assert "|".join(words) == "a|t|E|" * 99 + "a|t|E"


@given(st.text(max_size=60) | st.text(alphabet="ˈˌːtʃaɪu:|][ '.͡\u0303", max_size=60))
def test_no_ipa_can_be_taken_for_anything_but_mnemonics(ipa):
    said = TABLE.encode(ipa)

    assert set(said) <= set("".join(SOUNDS)) | set("|', :")
    assert all(0 < len(word) <= LONGEST_WORD for word in said.split())
