from devices.readers.lying import Lying
from devices.uid import Uid

ANNA, BEA = Uid(bytes.fromhex("04A224B1C35880")), Uid(bytes.fromhex("04112233445566"))


def test_a_card_is_new_when_it_comes_and_not_while_it_lies_there() -> None:
    lying = Lying()
    seen = [lying.is_new(ANNA, 10 + at / 10) for at in range(20)]
    assert seen == [True] + [False] * 19


def test_a_card_that_was_lost_for_a_moment_has_not_gone() -> None:
    lying = Lying(gone_after=0.5)
    assert lying.is_new(ANNA, 10)
    assert not lying.is_new(ANNA, 10.49)


def test_a_card_that_comes_back_is_new() -> None:
    lying = Lying(gone_after=0.5)
    assert lying.is_new(ANNA, 10)
    assert lying.is_new(ANNA, 10.5)


def test_two_cards_that_answer_by_turns_are_each_new_once() -> None:
    lying = Lying(gone_after=0.5)
    seen = [lying.is_new((ANNA, BEA)[at % 2], 10 + at / 10) for at in range(10)]
    assert seen == [True, True] + [False] * 8


def test_a_card_that_makes_up_its_number_is_one_card_while_it_lies_there() -> None:
    lying = Lying()
    numbers = (Uid(bytes((0x08, at, 1, 2))) for at in range(5))
    assert [lying.is_new(each, 10 + at / 10) for at, each in enumerate(numbers)] == [
        True,
        False,
        False,
        False,
        False,
    ]


def test_what_lies_there_when_the_reader_comes_back_is_not_new() -> None:
    lying = Lying(settles=0.5)
    lying.opened(10)
    assert not lying.is_new(ANNA, 10.1)
    assert not lying.is_new(ANNA, 10.55)
    assert lying.is_new(BEA, 10.6)


def test_a_long_examination_is_no_absence() -> None:
    lying = Lying(gone_after=0.5)
    assert lying.is_new(ANNA, 10)
    lying.still(ANNA, 12)
    assert not lying.is_new(ANNA, 12.1)
