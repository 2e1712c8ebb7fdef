"""The database's password is read by the server's own user, and by no one else at any moment."""

from __future__ import annotations

import os
import stat
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rehearsal import postgres

if TYPE_CHECKING:
    from collections.abc import Callable

    import pytest

OPENED_WITH = "O_EXCL makes it, with its mode: there is no moment in which it has another"


def test_the_password_file_is_private_from_its_first_moment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """WHEN `initdb` reads the password THEN its file was made with 0600, and is gone afterwards."""
    made: list[tuple[str, int]] = []
    real: Callable[..., int] = os.open

    def opened(path: Any, flags: int, mode: int = 0o777, **more: Any) -> int:
        if flags & os.O_CREAT and str(path).startswith(str(tmp_path)):
            assert flags & os.O_EXCL, OPENED_WITH
            made.append((Path(path).name.partition(".")[0], mode))
        return real(path, flags, mode, **more)

    seen: list[tuple[int, str]] = []

    def initdb(command: list[str], **_: Any) -> subprocess.CompletedProcess[bytes]:
        (file,) = (Path(word.partition("=")[2]) for word in command if word.startswith("--pwfile="))
        seen.append((stat.S_IMODE(file.stat().st_mode), file.read_text()))
        return subprocess.CompletedProcess(command, 0)

    monkeypatch.setattr(os, "open", opened)
    monkeypatch.setattr(postgres, "_binaries", lambda _: tmp_path)
    monkeypatch.setattr(subprocess, "run", initdb)
    server = postgres.PostgresServer(tmp_path / "postgres")
    server.create()
    assert made == [("password", 0o600)]
    assert seen == [(0o600, server.password)]
    assert not (tmp_path / "postgres" / "password").exists()
