"""A text becomes glosses of the library, or one sentence about all that it lacks."""

import pytest

from engine.errors import InputError
from engine.sentence import read_glosses

KNOWN = ["HELLO", "THANK YOU", "THANK", "YOU", "NAME", "NAME.2", "ÜBEN"]


def test_glosses_are_found_in_any_case_and_the_longest_first() -> None:
    assert read_glosses("hello THANK you  name.2\nüben THANK", KNOWN) == [
        "HELLO",
        "THANK YOU",
        "NAME.2",
        "ÜBEN",
        "THANK",
    ]
    assert read_glosses("a A", ["A", "a"]) == ["a", "A"]


def test_all_that_is_missing_is_one_sentence_with_what_is_near() -> None:
    with pytest.raises(InputError) as error:
        read_glosses("HALLO XYZ YOU XYZ", KNOWN)
    assert str(error.value) == "There is no sign for HALLO (near HELLO), XYZ."


@pytest.mark.parametrize("text", ["", "  \n"])
def test_no_gloss_is_a_sentence(text: str) -> None:
    with pytest.raises(InputError, match="There is no gloss"):
        read_glosses(text, KNOWN)
