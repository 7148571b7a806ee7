"""`samvirke serve` as a person meets it: it starts, says where, ends, and says in one line what is wrong."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import urllib3

from tests.support.running import Suite, command, free_port, until

ROOT = Path(__file__).parents[2]
COMMAND = [sys.executable, "-m", "deploy.samvirke", "serve"]


class Served(Suite):
    """A suite that `samvirke serve` runs, as a person does in a terminal."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        port = free_port()
        self.environment |= {"PORT": str(port), "EXAMPLE": "0"}
        self.url = f"http://127.0.0.1:{port}"

    def start(self) -> float:
        """Start; the seconds until it says where it runs."""
        began = time.monotonic()
        self.said.unlink(missing_ok=True)
        with self.said.open("wb") as said:
            self.process = subprocess.Popen(
                COMMAND, cwd=ROOT, env=self.environment, stdout=said, stderr=said, start_new_session=True
            )
        until(lambda: self.said.exists() and "Ctrl-C ends" in self.said.read_text(), "it says nothing")
        return time.monotonic() - began

    @property
    def said(self) -> Path:
        return self.folder / "serve.log"

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(40)
        super().stop()

    def descendants(self) -> list[int]:
        """The processes that work in this suite's folder."""
        mark = f"SAMVIRKE_DATA={self.environment['SAMVIRKE_DATA']}".encode()
        found = []
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                if mark in (folder / "environ").read_bytes().split(b"\0"):
                    found.append(int(folder.name))
            except OSError:
                continue
        return found


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    suite = Served(tmp_path)
    try:
        yield suite
    finally:
        suite.stop()


def run(**environment: str) -> subprocess.CompletedProcess[str]:
    fixed = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)}
    return command("serve", environment=fixed | environment)


def end(served: Served, how: signal.Signals) -> None:
    """Ask the suite to end as a terminal or an operator does."""
    served.process.send_signal(how)
    code = served.process.wait(30)  # before it would kill what does not end by itself

    assert code == 0
    assert served.descendants() == []
    assert "Traceback" not in served.said.read_text()


def test_ctrl_c_ends_it_and_the_second_start_is_quick_and_knows_what_was_done(served: Served) -> None:
    served.start()
    body = {"names": {"nb": "Huskevik"}, "valid_from": "2026-01-01", "invented": True}
    made = served.post("/membership/v1/municipalities", body).json["municipality_id"]
    end(served, signal.SIGINT)  # while our connection stays open
    took = served.start()

    assert took < 60  # how long it really takes is measured, not tested
    assert served.get(f"/membership/v1/municipalities/{made}")["names"]["nb"] == "Huskevik"


@pytest.mark.long
def test_a_link_leads_to_the_suite_though_its_port_is_not_set_for_the_command(served: Served) -> None:
    served.start()
    del served.environment["PORT"]
    link = served.run("signin", "office").stdout
    end(served, signal.SIGTERM)

    assert link.startswith(f"{served.url}/membership/logg-inn")
    assert served.run("signin", "office").stdout.startswith("http://127.0.0.1:8080/")


@pytest.mark.long
def test_who_waits_for_news_is_answered_when_the_suite_is_told_to_end(served: Served) -> None:
    served.start()
    served.settled()
    last = served.get("/notifications/v1/events?order=desc&limit=1")[0]["id"]
    ask = f"GET /notifications/v1/events?after={last}&timeout=30000 HTTP/1.1\r\nHost: x\r\n"
    ask += f"Authorization: Bearer {served.office}\r\n\r\n"
    with socket.create_connection(("127.0.0.1", int(served.url.rsplit(":", 1)[1]))) as reader:
        reader.sendall(ask.encode())
        time.sleep(0.5)
        end(served, signal.SIGTERM)
        reader.settimeout(5)

        assert reader.recv(4096).startswith(b"HTTP/1.1 200 OK")


@pytest.mark.long
def test_it_starts_again_what_dies(served: Served) -> None:
    served.start()
    before = set(served.descendants())
    serve = served.process.pid
    for process in before - {serve}:
        try:
            os.kill(process, signal.SIGKILL)
        except ProcessLookupError:
            continue

    def answers() -> bool:
        try:
            return served.call("GET", "/membership/health/live").status == 200
        except urllib3.exceptions.HTTPError:
            return False

    until(answers, "the web process does not come back", 20)
    assert not (set(served.descendants()) - {serve}) & before


def test_a_busy_port_is_said_in_one_line(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        told = run(PORT=str(port), SAMVIRKE_DATA=str(tmp_path))

    assert told.returncode == 1
    assert told.stderr == f"samvirke: Port {port} is in use; choose another with PORT=…\n"


def test_a_folder_that_cannot_be_written_is_said_in_one_line(tmp_path: Path) -> None:
    in_the_way = tmp_path / "file"
    in_the_way.write_text("not a folder")
    told = run(PORT=str(free_port()), SAMVIRKE_DATA=str(in_the_way))

    assert told.returncode == 1
    assert re.fullmatch(
        rf"samvirke: {in_the_way} cannot be written \(.*\); choose another with SAMVIRKE_DATA=…\n",
        told.stderr,
    )


@pytest.mark.parametrize(
    "setting",
    [
        {"PORT": "eighty"},
        {"SAMVIRKE_NETWORK": "nowhere"},
        {"SAMVIRKE_DATABASE_FEES": "mysql://x"},
    ],
    ids=lambda setting: next(iter(setting)),
)
def test_a_setting_that_cannot_be_used_is_said_in_one_line(tmp_path: Path, setting: dict[str, str]) -> None:
    told = run(**{"PORT": str(free_port()), "SAMVIRKE_DATA": str(tmp_path)} | setting)

    assert told.returncode == 2
    assert told.stderr.startswith("samvirke: ")
    assert next(iter(setting)) in told.stderr
    assert told.stderr.count("\n") == 1


def test_a_broker_that_does_not_answer_is_said_in_one_line(tmp_path: Path) -> None:
    told = run(PORT=str(free_port()), SAMVIRKE_DATA=str(tmp_path), SAMVIRKE_KAFKA=f"127.0.0.1:{free_port()}")

    assert told.returncode == 3
    assert told.stderr.splitlines()[-1].startswith("samvirke: The log does not answer")
    assert "Traceback" not in told.stderr
