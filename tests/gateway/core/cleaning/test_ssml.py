import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.core.cleaning import Pause, Restyle, Run, SsmlCleaner
from gateway.core.style import Style
from gateway.errors import InvalidText


def refused(new_feed, text, cut=None):
    with pytest.raises(InvalidText) as caught:
        new_feed(SsmlCleaner("en"), text, cut)
    return str(caught.value)


def test_text_and_what_stands_for_it(new_feed, merge):
    text = "<speak>R&amp;D &#65;&#x42; <![CDATA[a<b]]><!-- no -->\nline</speak>"

    assert merge(new_feed(SsmlCleaner("en"), text)) == [
        Run("R", 7, 8),
        Run("&", 8, 13, whole=True),
        Run("D ", 13, 15),
        Run("A", 15, 20, whole=True),
        Run("B", 20, 26, whole=True),
        Run(" ", 26, 27),
        Run("a<b", 36, 39),
        Run(" line", 53, 58),
    ]


@pytest.mark.parametrize(
    ("attributes", "seconds"),
    [
        ('time="500ms"', 0.5), ('time="1.5s"', 1.5), ("time='10s'", 10.0), ('time="+2s"', 2.0), ("", 0.5),
        ('strength="weak"', 0.25), ('strength="x-strong"', 1.0), ('strength="none" time="2s"', 2.0),
    ],
)  # fmt: skip
def test_a_break_is_a_pause(new_feed, attributes, seconds):
    assert new_feed(SsmlCleaner("en"), f"a<break {attributes}/>b")[1] == Pause(seconds, 1, 10 + len(attributes))


def test_a_break_of_no_strength_is_none(new_feed):
    assert new_feed(SsmlCleaner("en"), 'a<break strength="none"/>b') == [Run("a", 0, 1), Run("b", 25, 26)]


def test_paragraphs_and_sentences_part_what_is_said_but_only_between_two(new_feed):
    text = "<speak><p><s>One.</s> <s>Two.</s></p>\n<p>Three.</p></speak>"
    parts = [part for part in new_feed(SsmlCleaner("en"), text) if isinstance(part, Pause) or not part.text.isspace()]

    assert [part.text if isinstance(part, Run) else part.seconds for part in parts] == [
        "One.",
        0.0,
        "Two.",
        0.4,
        "Three.",
    ]


def test_styles_nest_and_end(new_feed, say):
    text = (
        'a <prosody rate="slow" pitch="+2st">b <prosody rate="200%">c</prosody></prosody>'
        '<voice name="bob">d <lang xml:lang="fr">e</lang></voice><voice xml:lang="de">f</voice> g'
    )
    parts = new_feed(SsmlCleaner("en"), text)
    pitch = pytest.approx(1.122462)

    styles = [part.style for part in parts if isinstance(part, Restyle)]
    assert say(parts) == "a b cd ef g"
    assert [(style.voice, style.language, style.speed, style.by_language) for style in styles] == [
        ("", "", 0.75, False), ("", "", 1.5, False), ("bob", "", 1.0, False), ("bob", "fr", 1.0, False),
        ("", "de", 1.0, True), ("", "", 1.0, False),
    ]  # fmt: skip
    assert [style.pitch for style in styles[:2]] == [pitch, pitch]


def test_a_style_without_text_changes_nothing(new_feed):
    text = 'a<prosody rate="slow"> <break/></prosody>b'

    assert not [part for part in new_feed(SsmlCleaner("en"), text) if isinstance(part, Restyle)]


def test_the_language_of_the_document_is_a_style(new_feed):
    parts = new_feed(
        SsmlCleaner("en"), '<speak version="1.1" xmlns="http://www.w3.org/2001/10/synthesis" xml:lang="de">Ja.</speak>'
    )

    assert parts[0].style == Style(language="de")


@pytest.mark.parametrize(
    ("markup", "said", "ipa"),
    [
        ('<sub alias="World Wide Web">WWW</sub>', "World Wide Web", ""),
        ("<sub alias='Q&amp;A'>x</sub>", "Q&A", ""),
        ('<phoneme alphabet="ipa" ph="təˈmeɪtoʊ">tomato</phoneme>', "tomato", "təˈmeɪtoʊ"),
        ('<phoneme ph="a"/>', "a", "a"),
        ('<say-as interpret-as="characters">Ab1 c</say-as>', "A B 1 C", ""),
        ('<say-as interpret-as="spell-out">straße</say-as>', "S T R A ß E", ""),
        ('<say-as interpret-as="digits">1234</say-as>', "1 2 3 4", ""),
        ('<say-as interpret-as="cardinal">1,234</say-as>', "1,234", ""),
        ('<say-as interpret-as="ordinal">23</say-as>', "23rd", ""),
        ('<say-as interpret-as="ordinal">112</say-as>', "112th", ""),
        ('<say-as interpret-as="telephone">+1 (555) 012-34</say-as>', "plus 1, 5 5 5, 0 1 2, 3 4", ""),
        ('<say-as interpret-as="date" format="dmy">27.11.2026</say-as>', "November 27, 2026", ""),
        ('<say-as interpret-as="date">no date</say-as>', "no date", ""),
        ('<say-as interpret-as="date" format="ymd">²²²²²²²²</say-as>', "²²²²²²²²", ""),
        ('<say-as interpret-as="time">14:30</say-as>', "14:30", ""),
    ],
)
def test_what_is_said_for_an_element_stands_for_its_text(new_feed, markup, said, ipa):
    (run,) = new_feed(SsmlCleaner("en-US"), markup)

    start = markup.index(">") + 1
    end = markup.rindex("</") if "</" in markup else start
    assert run == Run(said, start, end, whole=True, ipa=ipa, fixed=True)


@pytest.mark.parametrize(
    ("language", "ordinal", "date"),
    [
        ("de", "3.", "27. November 2026"), ("fr", "3e", "27 novembre 2026"), ("es", "3º", "27 de noviembre de 2026"),
        ("pl", "3.", "27 listopada 2026"), ("pt-BR", "3º", "27 de novembro de 2026"), ("sv", "3", "27 november 2026"),
        ("ja", "3", "2026-11-27"),
    ],
)  # fmt: skip
def test_numbers_are_written_as_the_language_writes_them(new_feed, say, language, ordinal, date):
    markup = '<say-as interpret-as="ordinal">3</say-as>|<say-as interpret-as="date" format="ymd">2026-11-27</say-as>'

    assert say(new_feed(SsmlCleaner(language), markup)) == f"{ordinal}|{date}"
    assert say(new_feed(SsmlCleaner("en"), f'<lang xml:lang="{language}">{markup}</lang>')) == f"{ordinal}|{date}"


@pytest.mark.parametrize(
    ("markup", "at", "why"),
    [
        ("ab<foo/>", 2, "<foo> is not supported"),
        ("<speak><p></speak>", 10, "</speak>, where </p> is open"),
        ("a</p>", 1, "where none is open"),
        ("<p><speak>x</speak></p>", 3, "<speak> stands inside"),
        ("a & b", 2, "&amp;"),
        ("&nbsp;", 0, "five of XML"),
        ("&#0;", 0, "no character"),
        ("&#xD800;", 0, "no character"),
        ("1 < 2", 2, "&lt;"),
        ("<!DOCTYPE x [<!ENTITY a 'b'>]>&a;", 0, "document types"),
        ('<break time="1h"/>', 0, "500ms"),
        ('<break time="11s"/>', 0, "10 s"),
        ('<break strength="loud"/>', 0, "x-strong"),
        ('<prosody rate="9">x</prosody>', 0, "rate"),
        ('<prosody pitch="200Hz">x</prosody>', 0, "pitch"),
        ("<sub>x</sub>", 0, "alias"),
        ('<phoneme alphabet="x-sampa" ph="a">x</phoneme>', 0, "ipa"),
        ("<phoneme>x</phoneme>", 0, "ph"),
        ('<say-as interpret-as="magic">x</say-as>', 0, "magic"),
        ("<sub alias='x'><b:c/></sub>", 15, "holds no elements"),
        ("<voice>x</voice>", 0, "names a voice"),
        ("<lang>x</lang>", 0, "xml:lang"),
        ('<lang xml:lang="!">x</lang>', 0, "language tag"),
        ("<s a='1' a='2'/>", 0, "attributes"),
        ("<s a=1/>", 0, "attributes"),
        ("<s x='a&b'/>", 0, "&"),
        ("</s x='1'>", 0, "has attributes"),
        ("<p>" * 40, 96, "32 elements"),
        (f"<sub alias='x'>{'y' * 1001}</sub>", 0, "1000 characters"),
        ("<s x='" + "y" * 5000, 0, "4096"),
        ("<!--" + "y" * 5000 + "-->", 0, "4096"),
        ("Hello <bre", 6, "within a tag"),
        ("Hello &am", 6, "within a tag"),
    ],
)
@pytest.mark.parametrize("cut", [None, 1])
def test_what_cannot_be_read_says_where_and_why(new_feed, markup, at, why, cut):
    message = refused(new_feed, markup, cut)

    assert message.startswith(f"SSML, at character {at}: ")
    assert why in message


def test_positions_count_from_the_beginning_of_all_text(new_feed):
    cleaner = SsmlCleaner("en")
    new_feed(cleaner, "<p>One.</p>")
    cleaner.append("Two")
    cleaner.clear()

    with pytest.raises(InvalidText, match="at character 15: "):
        cleaner.append("x<foo/>")


def test_elements_stay_open_over_a_flush_and_are_forgotten_by_a_clear(new_feed, say):
    cleaner = SsmlCleaner("en")

    assert say(new_feed(cleaner, '<speak><sub alias="long">a')) == "long"
    assert say(new_feed(cleaner, "b</sub> c</speak>")) == " c"
    cleaner.append("<speak><p>d")
    cleaner.clear()
    assert say(new_feed(cleaner, "<speak>e</speak>")) == "e"


def test_elements_of_other_namespaces_mean_nothing(new_feed, say):
    whispered = '<amazon:effect name="whispered">psst</amazon:effect>'
    text = f'<speak>{whispered} <mark name="x"/><emphasis level="strong">so</emphasis></speak>'

    assert say(new_feed(SsmlCleaner("en"), text)) == "psst so"


SNIPPETS = (
    "<speak>", "</speak>", "<p>", "</p>", "<s>", "</s>", "<break/>", '<break time="1s"/>', '<sub alias="x y">',
    "</sub>", '<say-as interpret-as="digits">', "</say-as>", "12", '<prosody rate="slow">', "</prosody>",
    '<voice name="bob">', "</voice>", "<lang xml:lang='fr'>", "</lang>", "&amp;", "&#65;", "<!-- c -->", "<![CDATA[",
    "]]>", "<?x?>", " ", "\n", "<mark name='m'/>", "a", "Hello world. ", "<", ">", "&", "'", '"', "é中",
)  # fmt: skip


def outcome(new_feed, merge, text, cut):
    try:
        return merge(new_feed(SsmlCleaner("en"), text, cut))
    except InvalidText as error:
        return str(error)


@given(
    st.lists(st.sampled_from(SNIPPETS), max_size=20).map("".join) | st.text(max_size=40),
    st.randoms(use_true_random=False),
)
def test_what_is_said_and_what_is_refused_does_not_depend_on_how_the_text_was_cut(new_feed, merge, text, cut):
    whole = outcome(new_feed, merge, text, None)

    assert outcome(new_feed, merge, text, 1) == whole
    assert outcome(new_feed, merge, text, cut) == whole


@given(st.lists(st.sampled_from(SNIPPETS), max_size=30))
def test_what_is_held_is_bounded(pieces):
    cleaner = SsmlCleaner("en")
    try:
        for piece in pieces * 20:
            cleaner.append(piece)
            assert len(cleaner._tokens._held) <= 4097
            assert sum(len(text.text) for element in cleaner._open for text in element.content) <= 1000
    except InvalidText:
        return
