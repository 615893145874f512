import pytest

from synth.engines.kokoro.processor import capabilities, choose_precision

AMX, PLAIN = {"amx_bf16": True, "avx512_bf16": True}, {"amx_bf16": False, "avx512_bf16": True}


@pytest.mark.parametrize(
    ("wanted", "device", "found", "chosen"),
    [
        ("auto", "cpu", AMX, "bfloat16"),
        ("auto", "cpu", PLAIN, "float32"),
        ("auto", "cpu", {}, "float32"),
        ("auto", "cuda", AMX, "float32"),
        ("float32", "cpu", AMX, "float32"),
        ("bfloat16", "cpu", PLAIN, "bfloat16"),
    ],
)
def test_a_processor_that_multiplies_bfloat16_matrices_does_so_unless_told_otherwise(wanted, device, found, chosen):
    assert choose_precision(wanted, device, found) == chosen


def test_torch_says_what_this_processor_can_do():
    assert isinstance(capabilities()["amx_bf16"], bool)
