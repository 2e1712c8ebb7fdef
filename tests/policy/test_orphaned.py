"""A pack ends with its engine, however that ended."""

from __future__ import annotations

import socket
import threading

import orphaned


def test_the_engines_address_is_found_among_options() -> None:
    """The engine puts options of its own before it."""
    words = ["--logtostderr", "-v=9", "--tracing", "file:/trace", "127.0.0.1:41234", "."]
    assert orphaned.engine_in(words) == ("127.0.0.1", 41234)
    assert orphaned.engine_in(["policy"]) is None


def test_an_end_is_noticed_and_a_closed_connection_is_none() -> None:
    """GIVEN an engine that closes an idle connection THEN it is asked again; its port closed is its end."""
    ended = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as engine:
        watch = threading.Thread(target=orphaned.await_end, args=(engine.getsockname(), ended.set))
        watch.start()
        for _ in range(2):
            connection, _ = engine.accept()
            connection.sendall(b"settings")
            assert not ended.is_set()
            connection.close()
        connection, _ = engine.accept()
        assert not ended.is_set()
    connection.close()
    watch.join(10)
    assert ended.is_set()
