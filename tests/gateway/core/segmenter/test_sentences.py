"""Where English sentences end. A bar stands where a piece ends."""

import pytest

ENDS = [
    "The light is on.| The door is shut.| Good.",
    "Are you there?| Yes!| Then come in.",
    "Really?!| Yes.| Stop!!!| Now.",
    "He left at nine.| 40 people stayed.",
    "It has 600 pages.| How many have you read?",
    "I have an account.|Let me see.",
    "What is it?|What does it do?|It sings!",
    "Great!| 😀 Let us go.",
    "Great!|😀 Let us go.",
    "It ends here.|\nAnd this begins.",
    "An iron law.| iPhone sales fell.",
    "i like it.| it works well.| so there.",
    "I like it.| It is vitamin C.| The rest is water.",
]

NUMBERS_AND_LINKS = [
    "Pi is 3.14 or 3.14159.| It never ends.",
    "It cost $1,000.50 at 12:30.| I paid.",
    "Write to jane.doe@example.com!| She answers.",
    "See https://example.com/a.b?q=Foo&x=1.2.| It is there.",
    "See https://example.com/?Query and www.example.com.| Both work.",
    "Version 2.10.1 is out.| Get it.",
    "The host 192.168.0.1 is up.| Good.",
    "Open config.yaml or main.py.| Save it.",
    "I use .NET and Node.js.| You too.",
    "Call `run.all(). Now` twice.| Then stop.",
]

ABBREVIATIONS = [
    "Dr. Smith met Mr. Jones vs. Mrs. Brown.| All left.",
    "Take fruit, e.g. Apples, i.e. Something sweet.| Eat it.",
    "I live in the U.S.| It is big.",
    "I work for the U.S. Government now.| It pays.",
    "My name is J. R. R. Tolkien.| I write.",
    "We are a team, you and I.| Did you see Albert I. Jones?",
    "They sued Apple Inc. Monday last.| They lost.",
    "They sued Apple Inc.| It won.",
    "It is No. 5 on p. 55, Fig. 3.| See it.",
    "Was it so?| No.| That is wrong.",
    "On Dec. 31 we met in Dec.| Snow fell.",
    "She has a Ph.D. in physics.| She got the Ph.D.| The end.",
    "We left at 5 p.m.| Tom stayed until 6 p.m. Eastern time.",
    "At 5 a.m. Mr. Smith rose.| He left at 6 p.m.| Mr. Jones stayed.",
    "Bring pens, paper, etc.| Then we start.",
    "Meet me at St. Michael's, on Main St. near Mt. Fuji.| Do.",
    "Yahoo! is a name.| So is Jeopardy! or was.",
]

QUOTES_AND_BRACKETS = [
    'He said, "It is late."| Then he left.',
    'He said, "It is late." and left.',
    '"Coming?" he asked.| "No!"| She went.',
    "“Is it?”| ‘It is!’| Good.",
    "He taught (he was young then.) at a school.| It closed.",
    "(It was late.)| We left.",
    "He said it.| (Nobody heard.)| Then silence.",
    "He was a saint.[1]| The emperor fell.",
    "This is **bold.**| This is _not._| Good.",
    "Leave me alone!, he said.| He cried.",
    "Mix it and -- voila! -- you are done.| Eat.",
]

ELLIPSES = [
    "Well... what I mean is this.| Yes.",
    "Loading...| Done.",
    "Loading . . .| Done.",
    "I thought... I would go.| But no.",
    "I see… you know.| Hmm…| Right.",
    "He [...] used it.| Fine.",
    "I never meant that....| She left.",
]


@pytest.mark.parametrize("expected", ENDS + NUMBERS_AND_LINKS + ABBREVIATIONS + QUOTES_AND_BRACKETS + ELLIPSES)
def test_an_english_sentence_ends_where_a_reader_ends_it(sentences, expected):
    assert sentences(expected.replace("|", "")) == expected


LISTS = [
    "1. Open the settings.|\n2. Click on it.|\n3. Done.",
    "1.\nOpen the settings.|\n2.\nClick.",
    "1) Open it|\n2) Click",
    "a. Apples|\nb. Pears",
    "ii. First|\niii. Second",
    "1. The first item| 2. The second item",
    "1) The first item| 2) The second item",
    "1.) The first item.| 2.) The second item.",
    "• The first| • The second",
    "- First item|\n- Second item: do this.|\n* Third",
    "**1.** Open it.|\n**2.** Close it.",
    "Here are the steps:|\n\n1. Open it.",
    "# Weather report|\n\nSunny today.| Rain tomorrow.",
    "Step 1.| Open it.| The answer is 42.| Good.",
]


@pytest.mark.parametrize("expected", LISTS)
def test_a_list_marker_stays_with_its_item(sentences, expected):
    assert sentences(expected.replace("|", "")) == expected
