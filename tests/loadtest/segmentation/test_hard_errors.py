import pytest

from loadtest.segmentation.hard_errors import hard_errors

WRONG = [
    ("It is 3.|14 now", "inside '3.14'"),
    ("See https://x.org/?|q=1 now", "inside 'https://x.org/?q=1'"),
    ("Write to me.|too@x.org now", "inside 'me.too@x.org'"),
    ("Open example.|com now", "inside 'example.com'"),
    ("So wo|rds", "inside 'words'"),
    ("caf e|\u0301 it is", "inside a grapheme"),
    ('He said "Yes.|" Then', "closing quote cut off"),
    ('It is 5. "|Really?" he asked', "opening quote left behind"),
    ("Yes.| ...| No", "nothing to say"),
    ("1.| Open it", "bare list marker"),
    ("Do this:|\n2.| Close it", "bare list marker"),
]


@pytest.mark.parametrize(("cuts", "what"), WRONG)
def test_a_cut_that_nobody_forgives_is_found(cuts, what):
    (error,) = hard_errors(cuts.replace("|", ""), cuts.split("|"))

    assert error.startswith(what)


@pytest.mark.parametrize(
    "cuts",
    [
        "It is 3.14.| Good.",
        "How many?| 5.| Good.",
        "See x.org.| Good.",
        '"Yes."| "No."',
        "他走了。|我没有",
        "Your account.|Let me see.",
        "I am at www.x.org.| She is not.",
    ],
)
def test_other_cuts_are_a_matter_of_taste(cuts):
    assert hard_errors(cuts.replace("|", ""), cuts.split("|")) == []
