"""What `set_up` changes is the whole process's, so these look at a program of their own."""

import subprocess
import sys
import textwrap

_PREFACE = """\
import logging, threading
from daemon.logs import set_up
set_up("info")
log = logging.getLogger("porch")
"""


def said(program: str) -> tuple[int, list[str]]:
    """Return exit status and the lines on stderr."""
    done = subprocess.run(
        [sys.executable, "-c", _PREFACE + textwrap.dedent(program)],
        capture_output=True,
        check=False,
        encoding="utf-8",
    )
    assert done.stdout == ""
    return done.returncode, done.stderr.split("\n")[:-1]


def test_a_happening_is_a_line() -> None:
    assert said('log.warning("the door %s is open", "lab")') == (
        0,
        ["WARNING porch: the door lab is open"],
    )


def test_what_is_below_the_level_is_not_said() -> None:
    assert said('log.debug("a detail")') == (0, [])


def test_feeds_addresses_are_not_said_in_any_detail() -> None:
    program = """
        set_up("debug")
        logging.getLogger("httpcore2.http11").debug("Location: https://feeds.example/secret")
        log.debug("a detail")
    """
    assert said(program) == (0, ["DEBUG porch: a detail"])


def test_a_hostile_name_begins_no_line_and_paints_nothing() -> None:
    hostile = r'"Anna\nERROR porch: fire\r\x1b[31m\u202e\ud800\x00"'
    [line] = said(f"log.info({hostile})")[1]
    assert line == r"INFO porch: Anna\nERROR porch: fire\r\x1b[31m\u202e\ud800\x00"


def test_other_alphabets_stay_readable() -> None:
    assert said('log.info("Nicolò 张伟")')[1] == ["INFO porch: Nicolò 张伟"]


def test_a_hostile_text_begins_no_line_in_a_traceback_either() -> None:
    lines = said(
        r"""
        try:
            raise ValueError("no\nERROR porch: fire\x1b[31m")
        except ValueError:
            log.exception("refused %s", "a\nERROR porch: flood")
        log.error("stack", stack_info=True)
        """
    )[1]
    assert lines[0] == r"ERROR porch: refused a\nERROR porch: flood"
    assert [line for line in lines if not line.startswith(" ")] == [lines[0], "ERROR porch: stack"]
    assert any("ValueError: no" in line for line in lines)
    assert not any("\x1b" in line for line in lines)


def test_a_thread_that_dies_ends_the_process_and_says_why() -> None:
    status, lines = said(
        """
        import time
        threading.Thread(target=lambda: 1 / 0, name="reader").start()
        time.sleep(10)
        """
    )
    assert status == 70
    assert lines[0] == "CRITICAL daemon.logs: the thread reader died"
    assert "ZeroDivisionError" in lines[-1]
