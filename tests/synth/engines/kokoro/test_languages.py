import threading

import pytest

from synth.engines.kokoro.catalog import LANGUAGES as NAMED
from synth.engines.kokoro.languages import LANGUAGES, Readers, missing, spoken_as


@pytest.mark.parametrize(
    ("tag", "own", "spoken"),
    [
        ("", "en-gb", "en-gb"),
        ("en", "en-gb", "en-gb"),
        ("en-AU", "en-us", "en-us"),
        ("en-US", "en-gb", "en-us"),
        ("en_GB", "en-us", "en-gb"),
        ("en-IN", "fr-fr", "en-us"),
        ("fr", "en-us", "fr-fr"),
        ("fr-CA", "en-us", "fr-fr"),
        ("pt-PT", "en-us", "pt-br"),
        ("es-MX", "en-us", "es"),
        ("zh-Hant-TW", "en-us", "zh"),
        ("JA", "en-us", "ja"),
        ("de", "en-us", None),
        ("e", "en-us", None),
        ("-", "en-us", None),
    ],
)
def test_a_language_tag_is_spoken_as_the_nearest_that_there_is(tag, own, spoken):
    assert spoken_as(tag, own) == spoken


def test_every_language_that_a_voice_may_have_can_be_read():
    assert set(NAMED.values()) == set(LANGUAGES)
    assert not any(missing(language) for language in LANGUAGES)


class Name:
    def __init__(self, language):
        self.language = language

    def read(self, _text, _spans):
        raise AssertionError("nobody is read to")


def test_a_reader_is_lent_to_one_at_a_time_and_made_only_when_all_are_out():
    readers = Readers(Name)
    with readers.lend("es") as first, readers.lend("es") as second, readers.lend("it") as third:
        assert first is not second
        assert vars(third) == {"language": "it"}
    with readers.lend("es") as again:
        assert again in (first, second)


def test_warm_readers_are_there_when_they_are_asked_for():
    made = []
    readers = Readers(lambda language: made.append(language) or Name(language))
    readers.warm("es", 2)
    with readers.lend("es"), readers.lend("es"):
        assert made == ["es", "es"]


def test_a_reader_that_failed_is_not_lent_again():
    readers = Readers(Name)
    with pytest.raises(ZeroDivisionError), readers.lend("es") as failed:
        raise ZeroDivisionError
    with readers.lend("es") as next_one:
        assert next_one is not failed


def test_no_two_threads_have_the_same_reader():
    readers, lent, twice = Readers(Name), set(), []

    def borrow():
        for _ in range(500):
            with readers.lend("es") as reader:
                if reader in lent:
                    twice.append(reader)
                lent.add(reader)
                lent.remove(reader)

    threads = [threading.Thread(target=borrow) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not twice
