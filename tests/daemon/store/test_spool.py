import os
import resource
import signal
import stat
import subprocess
import sys
import textwrap
from collections.abc import Callable, Mapping, Sequence
from multiprocessing import get_context
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from daemon.store.spool import RESERVED, Spool, first_free

SMALL = 512
Record = dict[str, object]


def record(number: int, text: str = "") -> Record:
    return {"id": f"tap-{number}", "text": text}


RECORDS = st.lists(
    st.builds(record, st.integers(0, 9), st.text(st.characters(codec="utf-8"), max_size=20)),
    min_size=1,
    max_size=4,
)


def kept(path: Path) -> Sequence[Mapping[str, object]]:
    """Return what a doorman who starts finds in the spool."""
    spool = Spool(path, SMALL)
    spool.close()
    return spool.records


def written(path: Path, *batches: Sequence[Record]) -> bytes:
    """Add the batches one after the other; return the file."""
    spool = Spool(path, SMALL)
    for batch in batches:
        spool.add(batch)
    spool.close()
    return path.read_bytes()


def test_an_empty_spool_holds_nothing_but_its_space(tmp_path: Path) -> None:
    spool = Spool(tmp_path / "spool")
    assert not spool
    spool.close()
    found = (tmp_path / "spool").stat()
    assert found.st_blocks * 512 >= RESERVED
    assert stat.S_IMODE(found.st_mode) == 0o600


def test_what_was_added_is_found_again_in_order(tmp_path: Path) -> None:
    spool = Spool(tmp_path / "spool", SMALL)
    spool.add([record(1), record(2)])
    spool.add([])
    spool.add([record(3, 'Ünï "\n\0 \u2028')])
    assert spool.records == kept(tmp_path / "spool")
    assert [each["id"] for each in spool.records] == ["tap-1", "tap-2", "tap-3"]
    spool.close()


def test_a_spool_goes_on_behind_what_it_found(tmp_path: Path) -> None:
    written(tmp_path / "spool", [record(1)])
    written(tmp_path / "spool", [record(2)])
    assert kept(tmp_path / "spool") == [record(1), record(2)]


def test_what_has_landed_is_forgotten(tmp_path: Path) -> None:
    spool = Spool(tmp_path / "spool", SMALL)
    spool.add([record(1), record(2)])
    spool.clear()
    assert not spool
    assert kept(tmp_path / "spool") == []
    spool.add([record(3)])
    spool.close()
    assert kept(tmp_path / "spool") == [record(3)]


def test_what_is_set_aside_stands_in_a_file_of_its_own(tmp_path: Path) -> None:
    for number in range(2):
        spool = Spool(tmp_path / "spool", SMALL)
        spool.add([record(7), record(number), record(8)])
        spool.set_aside([1])
        spool.clear()
        spool.close()
    aside = (tmp_path / "spool.set-aside").read_text().splitlines()
    assert [line[9:].split('"')[3] for line in aside] == ["tap-0", "tap-1"]
    assert kept(tmp_path / "spool") == []


def test_cut_off_anywhere_what_is_whole_is_read(tmp_path: Path) -> None:
    batches = [[record(1)], [record(2, "è"), record(3)], [record(4)]]
    whole = written(tmp_path / "spool", *batches).rstrip(b"\0")
    lines = [at + 1 for at, byte in enumerate(whole) if byte == ord("\n")]
    everything = [each for batch in batches for each in batch]
    for length in range(len(whole) + 1):
        (tmp_path / "cut").write_bytes(whole[:length])
        assert kept(tmp_path / "cut") == everything[: sum(end <= length for end in lines)]


def test_garbled_anywhere_what_stands_before_is_read(tmp_path: Path) -> None:
    everything = [record(1), record(2, "è"), record(3)]
    whole = written(tmp_path / "spool", everything)
    lines = [at + 1 for at, byte in enumerate(whole) if byte == ord("\n")]
    for at in range(lines[-1]):
        for flip in (1, 0x80, whole[at] ^ ord("\n")):
            if not flip:
                continue
            garbled = bytearray(whole)
            garbled[at] ^= flip
            (tmp_path / "garbled").write_bytes(garbled)
            assert kept(tmp_path / "garbled") == everything[: sum(end <= at for end in lines)]


class Torn(Exception):
    """The power went."""


@settings(
    max_examples=60,
    suppress_health_check=[HealthCheck.function_scoped_fixture],  # the file is made anew
)
@given(before=RECORDS, kept_=RECORDS, torn=RECORDS)
def test_torn_at_any_byte_a_write_leaves_what_was_safe_and_wakes_nothing_old(
    tmp_path: Path, before: list[Record], kept_: list[Record], torn: list[Record]
) -> None:
    """Lines of an earlier outage, landed long ago, may stand behind the torn end.

    No two records are alike: each says when its tap came in.
    """
    before, kept_, torn = (
        [{**each, "received": f"{batch}.{number}"} for number, each in enumerate(records)]
        for batch, records in enumerate((before, kept_, torn))
    )
    path = tmp_path / "spool"
    path.unlink(missing_ok=True)
    spool = Spool(path, SMALL)
    spool.add(before)
    spool.clear()
    spool.add(kept_)
    safe = path.read_bytes()
    spool.add(torn)
    spool.close()
    after = path.read_bytes()
    changed = [at for at, (old, new) in enumerate(zip(safe, after, strict=False)) if old != new]
    for end in range(min(changed), max(changed) + 2):
        path.write_bytes(after[:end] + safe[end:])
        found = kept(path)
        assert found[: len(kept_)] == kept_
        assert found == (kept_ + torn)[: len(found)]


def test_a_line_that_ends_where_an_old_one_begins_does_not_wake_it(tmp_path: Path) -> None:
    path = tmp_path / "spool"
    spool = Spool(path, SMALL)
    spool.add([record(1), record(2)])
    old = path.read_bytes()
    spool.clear()
    spool.add([record(3)])  # as long as the first
    spool.close()
    new = path.read_bytes()
    line = new.index(b"\n") + 1
    path.write_bytes(new[:line] + old[line:])  # the end mark behind it did not make it to the disk
    assert kept(path) == [record(3)]


def _in_a_child(work: Callable[[Path], None], path: Path) -> int | None:
    child = get_context("fork").Process(target=work, args=(path,))
    child.start()
    child.join()
    return child.exitcode


def _fill(path: Path) -> None:
    """Add until the disk is full: what `add` promised must be there, what it refused must not."""
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (SMALL + 77, SMALL + 77))
    spool = Spool(path, SMALL)
    for number in range(100):
        try:
            spool.add([record(number)])
        except OSError:
            os._exit(number)
    os._exit(255)


def test_on_a_full_disk_a_spool_keeps_what_it_promised_and_says_what_it_could_not(
    tmp_path: Path,
) -> None:
    promised = _in_a_child(_fill, tmp_path / "spool")
    assert promised is not None
    assert SMALL // 50 < promised < 100
    found = kept(tmp_path / "spool")
    assert found[:promised] == [record(number) for number in range(promised)]
    assert len(found) == promised


_WRITER = """\
    import sys
    from pathlib import Path
    from daemon.store.spool import Spool
    spool = Spool(Path(sys.argv[1]), 4096)
    for number in range(10**9):
        spool.add([{"id": number, "text": "x" * (number % 700)}])
        print(number, flush=True)
        if number % 90 == 89:
            spool.clear()
            print(-1, flush=True)
"""


def test_killed_while_writing_a_spool_has_lost_nothing_it_promised(tmp_path: Path) -> None:
    for trial in range(3):
        path = tmp_path / f"spool{trial}"
        child = subprocess.Popen(
            [sys.executable, "-c", textwrap.dedent(_WRITER), str(path)], stdout=subprocess.PIPE
        )
        assert child.stdout is not None
        said = [int(child.stdout.readline()) for _ in range(137 + 61 * trial)]
        child.kill()
        said += [int(line) for line in child.stdout.read().split(b"\n")[:-1]]
        child.wait()
        child.stdout.close()
        promised = said[len(said) - said[::-1].index(-1) :]
        found = [each["id"] for each in kept(path)]
        if found:
            assert found in (promised, [*promised, promised[-1] + 1 if promised else found[0]])
        else:
            assert len(promised) in {0, 90}
            assert promised == [] or promised[-1] % 90 == 89


@pytest.mark.parametrize("junk", [b"", b"junk", b"\n\n", b"\xff" * 600, b"00000000 {}\n"])
def test_a_file_that_is_no_spool_is_an_empty_one(tmp_path: Path, junk: bytes) -> None:
    (tmp_path / "spool").write_bytes(junk)
    assert kept(tmp_path / "spool") == []


def test_each_doorman_of_a_host_has_a_spool_of_his_own(tmp_path: Path) -> None:
    path = tmp_path / "spool"
    first = first_free(path)
    first.add([{"what": "first"}])
    second = first_free(path)
    assert second.records == []
    first.close()  # as when he is killed
    assert first_free(path).records == [{"what": "first"}]
