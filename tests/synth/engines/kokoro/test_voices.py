import io
import random
import threading
from contextlib import suppress

import pytest
import torch

from synth.engines import EngineError
from synth.engines.kokoro.voices import VoiceStore


@pytest.fixture
def files(tmp_path):
    """Three voices, each with one number everywhere but where it says for which length it is."""
    for value, name in enumerate(("af_heart", "af_sky", "bm_lewis"), start=1):
        voice = torch.full((510, 1, 256), float(value))
        voice[:, 0, 0] = torch.arange(510) + 1
        torch.save(voice, tmp_path / f"{name}.pt")
    return {file.stem: file for file in tmp_path.glob("*.pt")}


def test_the_style_depends_on_the_length_of_the_row(files):
    store = VoiceStore(files, capacity=4)

    assert [store.style("af_sky", length)[0].item() for length in (1, 17, 510)] == [1, 17, 510]
    assert store.style("af_sky", 1).shape == (256,)


def test_a_mix_is_the_weighted_average_of_its_voices(files):
    style = VoiceStore(files, capacity=4).style("af_heart(2)+bm_lewis(1)", 5)

    assert style[1:].tolist() == pytest.approx([5 / 3] * 255)
    assert style[0].item() == pytest.approx(5)


def test_a_mix_speaks_the_language_of_its_first_voice_and_needs_them_all(files):
    store = VoiceStore(files, capacity=4)

    assert store.find("bm_lewis+af_sky").language == "en-gb"
    assert store.find("af_sky(3)+bm_lewis").language == "en-us"
    assert store.find("af_sky+af_bella") is None
    assert store.find("../af_sky") is None


def test_no_more_voices_are_kept_than_it_may_and_the_least_used_goes_first(files):
    store = VoiceStore(files, capacity=2)
    store.style("af_heart", 1)
    store.style("af_sky", 1)
    store.style("af_heart", 1)
    store.style("bm_lewis", 1)

    for file in files.values():
        file.unlink()
    assert store.style("af_heart", 2)[0] == 2
    with pytest.raises(EngineError, match="cannot read the voice"):
        store.style("af_sky", 1)


def test_a_thousand_mixes_are_no_leak(files):
    store = VoiceStore(files, capacity=8)
    for number in range(1, 200):
        store.style(f"af_sky({number})+af_heart", 1)

    assert len(store._kept) == 8


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"not a voice",
        torch.zeros(3),
        {"a": 1},
        torch.zeros(510, 255),
        torch.zeros(509, 1, 256),
        torch.zeros(256, 510),
        torch.zeros(510, 1, 256).long(),
        torch.zeros(510, 1, 256).to_sparse(),
    ],
)
def test_a_file_that_is_no_voice_is_named(tmp_path, content):
    file = tmp_path / "af_odd.pt"
    file.write_bytes(content) if isinstance(content, bytes) else torch.save(content, file)

    with pytest.raises(EngineError, match=r"af_odd\.pt"):
        VoiceStore({"af_odd": file}, capacity=2).style("af_odd", 1)


def test_a_voice_whose_bytes_have_changed_is_an_error_whatever_torch_makes_of_it(tmp_path):
    """Anything else would end the worker."""
    dice, file, whole = random.Random(1), tmp_path / "af_odd.pt", io.BytesIO()
    torch.save(torch.zeros(510, 1, 256), whole, _use_new_zipfile_serialization=False)
    broken = 0
    for _ in range(100):
        content = bytearray(whole.getvalue())
        for _ in range(3):
            content[dice.randrange(400)] = dice.randrange(256)
        file.write_bytes(content)
        with suppress(EngineError):
            VoiceStore({"af_odd": file}, capacity=2).style("af_odd", 1)
            continue
        broken += 1
    assert broken > 50


class Trap:
    def __reduce__(self):
        return (print, ("run by loading a voice",))


def test_a_voice_that_would_run_code_is_refused(tmp_path, capsys):
    torch.save(Trap(), tmp_path / "af_trap.pt")

    with pytest.raises(EngineError, match="cannot read the voice"):
        VoiceStore({"af_trap": tmp_path / "af_trap.pt"}, capacity=2).style("af_trap", 1)
    assert not capsys.readouterr().out


def test_many_threads_may_ask_at_once(files):
    store = VoiceStore(files, capacity=3)
    wrong = []

    def ask(number):
        for length in range(1, 200):
            name = ("af_heart", "af_sky", "af_heart(2)+bm_lewis", f"af_sky({number})+af_heart")[length % 4]
            if store.style(name, length)[0].item() != pytest.approx(length):
                wrong.append(name)

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(1, 5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong
