"""A clean Debian that really boots: debootstrap makes its root, systemd-nspawn starts its systemd.

Its network is its loopback alone, so that nothing of this machine is in the way. Where packages
come from is what apt and pip of this machine are told.
"""

import platform
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from tests.units import ROOT

NAME = "portineria"
OPERATOR = "porter"
_BOOT = 90.0
_LONG = 900.0
_PIP = ("index-url", "extra-index-url", "trusted-host", "proxy", "timeout", "cert")


class Machine:
    """A machine in a folder. An operator may type there while it is on."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Switch it on; returns once systemd has started all it wants to start."""
        words = ["--quiet", "--boot", "--private-network", "--register=no", "--keep-unit"]
        where = [f"--machine={NAME}", f"--directory={self.root}", "--console=pipe"]
        with (self.root.parent / "console.log").open("wb") as console:
            self._process = subprocess.Popen(
                ["systemd-nspawn", *words, *where],
                stdin=subprocess.DEVNULL,
                stdout=console,
                stderr=console,
            )
        end = time.monotonic() + _BOOT
        while (said := self._state()) not in {"running", "degraded"}:
            if time.monotonic() > end or self._process.poll() is not None:
                pytest.fail(f"systemd does not come up: {said}\n{self._console()}", pytrace=False)
            time.sleep(0.2)

    def stop(self) -> None:
        """Switch it off, as its button would; may be called twice."""
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._process.wait(_BOOT)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process = None

    def types(self, line: str, *, online: bool = False) -> str:
        """Return what a line says that the operator types in the tree; fails the test if it fails.

        To every question the answer is Enter. `online`: with this machine's network.
        """
        shell = ["runuser", "--login", OPERATOR, "--command", f"cd usciere && {line}"]
        done = self._enter(shell, online=online)
        if done.returncode != 0:
            pytest.fail(f"$ {line}\n{done.stdout[-3000:]}", pytrace=False)
        return done.stdout

    def _enter(
        self, command: list[str], *, online: bool = False
    ) -> "subprocess.CompletedProcess[str]":
        spaces = ["--mount", "--uts", "--ipc", "--pid", "--cgroup", "--root", "--wd"]
        spaces += [] if online else ["--net"]
        return subprocess.run(
            ["nsenter", f"--target={self._init()}", *spaces, "--", *command],
            input="\n" * 9,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=_LONG,
            check=False,
        )

    def _init(self) -> int:
        """Return which process is the machine's first; 0 while there is none."""
        assert self._process is not None, "the machine is off"
        tasks = Path(f"/proc/{self._process.pid}/task/{self._process.pid}/children")
        children = tasks.read_text(encoding="ascii").split()
        return int(children[0]) if children else 0

    def _state(self) -> str:
        if self._init() == 0:
            return "off"
        return self._enter(["systemctl", "is-system-running"]).stdout.strip()

    def _console(self) -> str:
        return (self.root.parent / "console.log").read_text(errors="replace")[-3000:]


@contextmanager
def clean_machine() -> Iterator[Machine]:
    """Yield a machine with Debian's base, sudo, and this tree in an operator's home; then gone."""
    with TemporaryDirectory(prefix="usciere-root-") as folder:
        root = Path(folder, "root")
        suite = platform.freedesktop_os_release()["VERSION_CODENAME"]
        # Whatever it mounts goes when it ends, also when it is interrupted.
        making = ("unshare", "--mount", "debootstrap", "--include=sudo")
        _run(*making, suite, str(root), _mirror(suite))
        _configure_apt(root)
        _configure_pip(root)
        _settle(root)
        machine = Machine(root)
        try:
            machine.start()
            yield machine
        finally:
            machine.stop()


def _run(*command: str) -> str:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        said = f"{done.stdout[-2000:]}{done.stderr[-2000:]}"
        pytest.fail(f"{command[0]} ends with {done.returncode}:\n{said}", pytrace=False)
    return done.stdout


def _mirror(suite: str) -> str:
    """Return where this machine's apt has its own release from."""
    form = "$(RELEASE) $(COMPONENT) $(SITE)"
    for line in _run("apt-get", "indextargets", "--format", form).splitlines():
        release, component, site = line.split(maxsplit=2)
        if (release, component) == (suite, "main"):
            return site
    pytest.fail(f"apt knows no mirror of {suite}", pytrace=False)


def _configure_apt(root: Path) -> None:
    """Hand over how this machine's apt goes out: a proxy, mostly nothing."""
    said = re.findall(r"(?m)^Acquire::https?::.*$", _run("apt-config", "dump"))
    (root / "etc/apt/apt.conf.d/99here").write_text("\n".join([*said, ""]), encoding="utf-8")


def _configure_pip(root: Path) -> None:
    """Hand over which index this machine's pip asks, and by which certificates it knows it."""
    told = sorted(_run(sys.executable, "-m", "pip", "config", "list").splitlines(), reverse=True)
    known = dict(re.findall(r"(?m)^(?:global|:env:)\.([\w-]+)='(.*)'$", "\n".join(told)))
    if "cert" in known:
        shutil.copy(known["cert"], root / "etc/pip-certificates.pem")
        known["cert"] = "/etc/pip-certificates.pem"
    if "extra-index-url" in known:  # a folder of this machine is not there
        elsewhere = known["extra-index-url"].replace(r"\n", " ").split()
        known["extra-index-url"] = " ".join(url for url in elsewhere if url.startswith("http"))
    lines = [f"{key} = {known[key]}" for key in _PIP if known.get(key)]
    (root / "etc/pip.conf").write_text("\n".join(["[global]", *lines, ""]), encoding="utf-8")


def _settle(root: Path) -> None:
    """Give the machine a name, an operator who may use sudo, and this tree to install from."""
    (root / "etc/hostname").write_text(f"{NAME}\n", encoding="ascii")
    (root / "etc/hosts").write_text(f"127.0.0.1 localhost\n127.0.1.1 {NAME}\n", encoding="ascii")
    _run("chroot", str(root), "useradd", "--create-home", "--shell", "/bin/bash", OPERATOR)
    (root / "etc/sudoers.d/operator").write_text(f"{OPERATOR} ALL=(ALL) NOPASSWD: ALL\n")
    home = root / "home" / OPERATOR / "usciere"
    listed = ("git", "-C", str(ROOT), "ls-files", "--cached", "--others", "--exclude-standard")
    for name in _run(*listed).splitlines():
        if (ROOT / name).is_file():
            (home / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, home / name)
    _run("chroot", str(root), "chown", "-R", f"{OPERATOR}:", f"/home/{OPERATOR}/usciere")
