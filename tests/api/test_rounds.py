"""What is looked after beside the API: again and again, whatever goes wrong, until stopped."""

import threading

import pytest

from api.rounds import Rounds


class Clumsy(Rounds):
    """Fails at the first look."""

    name, trouble, pause, after_trouble = "clumsy", "it went wrong", 0.01, 0.02

    def __init__(self) -> None:
        super().__init__()
        self.looks = 0
        self.second = threading.Event()

    def look(self) -> None:
        self.looks += 1
        if self.looks == 1:
            raise ZeroDivisionError
        self.second.set()


def test_a_look_that_fails_is_told_and_tried_again(caplog: pytest.LogCaptureFixture) -> None:
    clumsy = Clumsy()
    clumsy.start()
    assert clumsy.second.wait(10)
    clumsy.stop()
    assert [each.getMessage() for each in caplog.records] == ["it went wrong"]
    assert clumsy.pause == 0.02
