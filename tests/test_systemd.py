"""What an installation under systemd is worth: exposure, sound units, files in their places."""

import os
import re
import subprocess
from pathlib import Path

import pytest

from commands.broker_config import PROGRAMS
from tests.units import DROP_INS, ROOT, SYSTEMD, analyze, copied, installing, syscalls, values

DAEMON, API, SOCKET = "usciere.service", "usciere-api.service", "usciere-api.socket"


@pytest.mark.parametrize(
    ("unit", "drop_in", "most"),
    [
        (DAEMON, None, 1.2),
        (DAEMON, "unix-broker.conf", 0.4),
        (API, None, 0.2),
        (API, "network.conf", 1.1),
    ],
)
def test_a_unit_is_no_more_exposed_than_promised(
    tmp_path: Path, unit: str, drop_in: str | None, most: float
) -> None:
    where = str(copied(tmp_path, unit, drop_in))
    asked = analyze("security", "--offline=true", f"--threshold={round(most * 10)}", where)
    found = re.search(r"Overall exposure level .*: ([\d.]+)", asked.stdout)
    assert found is not None, asked.stdout + asked.stderr
    assert asked.returncode == 0
    assert float(found[1]) <= most


def test_the_operators_page_quotes_what_systemd_says(tmp_path: Path) -> None:
    page = (ROOT / "docs/operating.md").read_text(encoding="utf-8")
    version = re.search(r"--offline=true` \(systemd (\d+)\)", page)
    assert version is not None
    if f"systemd {version[1]} " not in analyze("--version").stdout:
        pytest.skip("another systemd counts in another way")
    rows = re.findall(r"\| `([\w.-]+)`: [^|]* \| (?:`([\w.-]+)` )?\| `(Overall [^`]+)` \|", page)
    assert len(rows) == 4
    for number, (unit, drop_in, quoted) in enumerate(rows):
        folder = tmp_path / str(number)
        folder.mkdir()
        asked = analyze("security", "--offline=true", str(copied(folder, unit, drop_in or None)))
        assert quoted in asked.stdout


def test_systemd_finds_nothing_wrong_with_the_units(tmp_path: Path) -> None:
    units = [str(copied(tmp_path, unit)) for unit in (DAEMON, API, SOCKET)]
    asked = analyze("verify", *units)
    assert (asked.returncode, asked.stderr) == (0, "")


@pytest.mark.parametrize("drop_in", sorted(DROP_INS.glob("usciere*/*.conf"), key=str))
def test_systemd_finds_nothing_wrong_with_a_unit_and_its_drop_in(
    tmp_path: Path, drop_in: Path
) -> None:
    unit = drop_in.parent.name.removesuffix(".d")
    copied(tmp_path, SOCKET)
    asked = analyze("verify", str(copied(tmp_path, unit, drop_in.name)))
    assert (asked.returncode, asked.stderr) == (0, "")


@pytest.mark.parametrize("unit", [DAEMON, API])
def test_a_door_to_the_broker_is_one_that_usciere_may_pass(unit: str) -> None:
    """The socket's folder belongs to the group that both units run as, and is theirs alone."""
    broker = (DROP_INS / "mosquitto.service.d/usciere.conf").read_text(encoding="utf-8")
    [group] = values(unit, "Group")
    assert f"-g {group} -m 2750 /run/usciere-broker" in broker
    assert "UMask=0007" in broker
    assert "/run/usciere-broker/mqtt.sock" in (ROOT / "docs/operating.md").read_text("utf-8")


def test_no_secret_stands_in_a_unit() -> None:
    for unit in (DAEMON, API):
        assert not any("URL" in value for value in values(unit, "Environment"))
        assert any("MQTT__URL" in value for value in values(unit, "LoadCredential"))


@pytest.mark.parametrize(("unit", "program"), [(DAEMON, "doorman"), (API, "api")])
def test_a_unit_takes_its_address_by_the_name_that_broker_config_gives_the_file(
    unit: str, program: str
) -> None:
    assert program in PROGRAMS
    assert f"USCIERE_MQTT__URL:usciere-{program}-mqtt-url" in values(unit, "LoadCredential")


def test_neither_unit_may_mount_load_modules_or_set_the_clock() -> None:
    for unit in (DAEMON, API):
        forbidden = {"mount", "init_module", "clock_settime", "ptrace", "reboot", "setuid"}
        assert not syscalls(unit) & forbidden
        assert {"read", "futex", "sendto", "execve"} <= syscalls(unit)


def installed(root: Path) -> "subprocess.CompletedProcess[str]":
    environ = os.environ | {"DESTDIR": str(root), "WITHOUT_PYTHON": "1"}
    return subprocess.run(
        [str(ROOT / "scripts" / "install")], env=environ, capture_output=True, text=True, check=True
    )


def test_an_installation_puts_every_file_where_debian_looks_for_it(tmp_path: Path) -> None:
    assert "Installed below" in installed(tmp_path).stdout
    there = {str(file.relative_to(tmp_path)) for file in tmp_path.rglob("*") if file.is_file()}
    assert there >= {
        "opt/usciere/daemon/run.py",
        "opt/usciere/requirements.txt",
        "usr/local/bin/usciere",
        f"etc/systemd/system/{DAEMON}",
        f"etc/systemd/system/{API}",
        f"etc/systemd/system/{SOCKET}",
        "etc/sysusers.d/usciere.conf",
        "etc/tmpfiles.d/usciere.conf",
        "etc/udev/rules.d/60-usciere.rules",
        "etc/modules-load.d/usciere.conf",
        "etc/modprobe.d/usciere-nfc.conf",
    }
    assert not [file for file in there if "__pycache__" in file or "/tests/" in file]
    assert os.access(tmp_path / "usr/local/bin/usciere", os.X_OK)


def test_an_upgrade_leaves_nothing_of_the_old_version_and_all_of_the_operators(
    tmp_path: Path,
) -> None:
    installed(tmp_path)
    old = tmp_path / "opt/usciere/daemon/gone.py"
    own = tmp_path / f"etc/systemd/system/{DAEMON}.d/own.conf"
    data = tmp_path / "var/lib/usciere/usciere.toml"
    for file in (old, own, data):
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("mine", encoding="utf-8")
    installed(tmp_path)
    assert not old.exists()
    assert own.read_text(encoding="utf-8") == data.read_text(encoding="utf-8") == "mine"


def test_every_program_a_unit_names_is_installed(tmp_path: Path) -> None:
    installed(tmp_path)
    for unit in (DAEMON, API):
        [start] = values(unit, "ExecStart")
        program, *words = start.split()
        assert program == "/opt/usciere/.venv/bin/python"
        assert words[words.index("-m") + 1] == "commands"
        assert words[-1] in {"daemon", "api"}
        for page in values(unit, "Documentation"):
            assert (tmp_path / page.removeprefix("file:/")).exists()


def test_the_operators_page_fetches_every_program_that_it_types() -> None:
    """`make try-install` types all of it into a Debian that has nothing else."""
    debians = {"apt-get", "cp", "install", "sh", "systemctl"}
    [fetched] = [line.split()[3:] for line in installing() if " apt-get install " in line]
    typed = {line.removeprefix("sudo ").split()[0] for line in installing()}
    assert {"make", "usciere"} <= typed <= {*debians, *fetched, "usciere"}


def test_whatever_the_operators_page_copies_from_an_installation_is_there(tmp_path: Path) -> None:
    installed(tmp_path)
    words = {word for line in installing() for word in line.split() if word.startswith("/opt/")}
    assert {f"{DROP_INS.relative_to(ROOT)}" in word for word in words} == {True}
    assert [word for word in words if not (tmp_path / word[1:]).exists()] == []


def test_the_kernel_leaves_readers_to_us_and_has_their_drivers() -> None:
    forbidden = (SYSTEMD / "modprobe.d/usciere-nfc.conf").read_text(encoding="utf-8")
    loaded = (SYSTEMD / "modules-load.d/usciere.conf").read_text(encoding="utf-8").splitlines()
    assert re.findall(r"(?m)^blacklist (\w+)$", forbidden) == ["pn533_usb", "pn533"]
    assert {"usbserial", "ftdi_sio", "ch341", "cp210x", "cdc_acm"} <= set(loaded)
