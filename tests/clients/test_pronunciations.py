import pytest
from voxgate import Pronunciation
from voxgate.options import UsageError
from voxgate.pronunciations import read_pronunciations


def test_they_are_written_as_alias_or_ipa_and_in_files(tmp_path):
    (tmp_path / "words").write_text("# ours\n\nC++=C plus plus\n a = b = c\n", encoding="utf-8")

    assert list(read_pronunciations(["nginx=engine x", "Ann=/æn/", f"@{tmp_path / 'words'}", "and=/"])) == [
        Pronunciation("nginx", alias="engine x"),
        Pronunciation("Ann", ipa="æn"),
        Pronunciation("C++", alias="C plus plus"),
        Pronunciation("a = b", alias="c"),
        Pronunciation("and", alias="/"),
    ]


@pytest.mark.parametrize("written", ["nginx", "=x", "nginx=", "@/nowhere/at all"])
def test_what_is_written_otherwise_is_refused(written):
    with pytest.raises(UsageError, match="pronunciation"):
        list(read_pronunciations([written]))
