import pytest

from synth.engines.kokoro.mixes import MOST, read_mix


@pytest.mark.parametrize(
    ("name", "shares"),
    [
        ("af_bella", {"af_bella": 1.0}),
        ("af_bella+af_sky", {"af_bella": 0.5, "af_sky": 0.5}),
        ("af_bella(2)+af_sky(1)", {"af_bella": 2 / 3, "af_sky": 1 / 3}),
        ("af_bella(0.5)+af_sky", {"af_bella": 1 / 3, "af_sky": 2 / 3}),
        ("a+b+a", {"a": 2 / 3, "b": 1 / 3}),
        ("my-voice.v2(3)", {"my-voice.v2": 1.0}),
    ],
)
def test_a_mix_is_the_average_by_weight(name, shares):
    assert read_mix(name) == pytest.approx(shares)


@pytest.mark.parametrize(
    "name",
    [
        "", "+", "a+", "+a", "a++b", "a()", "a(0)", "a(-1)", "a(1e3)", "a(nan)", "a(99999)", "a (2)", "a(2", "a2)",
        "../secret", "/etc/passwd", "a/b", "a(1)(2)", "+".join(f"v{number}" for number in range(MOST + 1)),
    ],
)  # fmt: skip
def test_what_is_no_mix_is_none(name):
    assert read_mix(name) is None
