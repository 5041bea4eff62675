"""Both sides of the reader's process, one function at a time: what is asked, written and heard.

What comes of whole answers is in test_check_apart.py.
"""

import faulthandler
import io
import json
import os
import pickle
import signal
import struct
import subprocess
import sys
from types import SimpleNamespace

import pytest

from momentumlib.check.engine import sandbox
from momentumlib.check.engine.sandbox import confine, parcel, parent, server

REPLY = {"code": 3, "how": "", "said": "so"}
READY = b'{"ready": true}\n'


def line(reply):
    return json.dumps(reply).encode() + b"\n"


# --- The parent ----------------------------------------------------------------------


class Pipe(io.BytesIO):
    """The server's input: what was written stays after it is closed."""

    broken = False

    def write(self, data):
        if self.broken:
            raise BrokenPipeError
        return super().write(data)


@pytest.fixture
def watches(monkeypatch):
    """The watches that were set, none of which ends anything: [(seconds, memory)]."""
    made = []

    class Watch:
        why = ""

        def __init__(self, process, seconds, memory=None):
            made.append((seconds, memory))

        __enter__ = lambda self: self
        __exit__ = lambda self, *_: None

    monkeypatch.setattr(parent, "_Watch", Watch)
    made.append(Watch)
    return made


def served(text, *, copies=True, code=7):
    """A server whose process says `text`."""
    made = parent._Server.__new__(parent._Server)
    made.copies, made.ready, made.killed = copies, False, []
    made.process = SimpleNamespace(
        stdin=Pipe(), stdout=io.BytesIO(text), kill=lambda: made.killed.append(1),
        wait=lambda seconds=None: code,
    )  # fmt: skip
    return made


def test_a_job_is_written_with_its_length_and_its_reply_is_read(watches, monkeypatch):
    for limits, memory in ((True, None), (False, 99)):
        del watches[1:]
        monkeypatch.setattr(parent, "_limits_memory", lambda limits=limits: limits)
        made = served(READY + line(REPLY) + line({**REPLY, "code": 4}))
        assert made.ask(b"the job", 5.0, 99) == REPLY
        assert made.ask(b"another", 6.0, 99) == {**REPLY, "code": 4}
        both = [struct.pack(">Q", 7) + job for job in (b"the job", b"another")]
        assert made.process.stdin.getvalue() == b"".join(both)
        over = server.LOADING + server.LATER + server.LAST
        seconds, held = zip(*watches[1:], strict=True)
        assert seconds == pytest.approx((parent.STARTING, 5 + over, 6 + over))
        assert held == (None, memory, memory)
        assert made.killed == []


@pytest.mark.parametrize("said", [b"", b"\n", b"no module\n", b'x{"ready"'])
def test_a_server_that_does_not_say_that_it_is_ready_does_not_start(watches, said):
    with pytest.raises(OSError, match="the process for answers does not start"):
        served(said).ask(b"", 1.0, 1)


@pytest.mark.parametrize(
    ("said", "how", "killed"),
    [
        (b"", "exit", False), (b"some\nwords\n", "exit", False),
        (b'{"data": 1}\n' + line(REPLY), "closed", True),
        (b"{", "closed", True), (b"x" * 61, "closed", True), (b"x" * 60, "exit", False),
        (b'{"code": 1, "how": ""}\n', "closed", True), (b"x\n" * 30 + b"y", "closed", True),
    ],
)  # fmt: skip
def test_what_is_no_reply_is_kept_as_words(watches, monkeypatch, said, how, killed):
    """From a server that does the job itself; a line that looks like a reply was not ours."""
    monkeypatch.setattr(parent, "MOST", 60)
    made = served(READY + said, copies=False)
    assert made.ask(b"", 1.0, 1) == {"code": 7, "how": how, "said": said.decode().strip()}
    assert bool(made.killed) == killed


def test_a_reply_behind_words_is_one(watches):
    assert served(READY + b"warning\n" + line(REPLY)).ask(b"", 1.0, 1) == REPLY


def test_a_server_that_copies_and_is_gone_gives_no_reply(watches):
    assert served(READY).ask(b"", 1.0, 1) is None
    watches[0].why = "late"
    assert served(READY).ask(b"", 1.0, 1) == {"code": 7, "how": "late", "said": ""}
    assert served(READY, copies=False, code=-9).ask(b"", 1.0, 1)["how"] == "late"
    watches[0].why = ""
    assert served(READY, copies=False, code=-9).ask(b"", 1.0, 1)["how"] == "crash"
    made = served(READY)
    made.process.stdin.broken = True
    assert made.ask(b"", 1.0, 1) is None


@pytest.mark.parametrize(
    ("text", "reply"),
    [
        (line(REPLY), REPLY), (b"[]\n", None), (b"{}\n", None), (b"no\n", None), (b"3", None),
        (line({**REPLY, "more": 1}), None), (line({"code": 1}), None),
    ],
)  # fmt: skip
def test_a_reply_has_its_three_parts(text, reply):
    assert parent._reply(text) == reply


def test_how_the_server_is_started(monkeypatch):
    started = []
    monkeypatch.setattr(subprocess, "Popen", lambda *args, **named: started.append((args, named)))
    for copies in (True, False):
        made = parent._Server(copies)
        assert (made.copies, made.ready) == (copies, False)
        ((command,), named) = started.pop()
        assert command[:3] == [sys.executable, "-c", parent.START]
        assert json.loads(command[3]) == list(map(str, sys.path))
        assert command[4:] == ["copies" if copies else ""]
        env = named.pop("env")
        assert {env[name] for name in parent.ONE_THREAD} == {"1"}
        assert len(parent.ONE_THREAD) == 5
        assert env["MPLBACKEND"] == "agg"
        assert env["PATH"] == os.environ["PATH"]
        assert named == {
            "stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL,
            "start_new_session": True, "creationflags": getattr(subprocess, "CREATE_NO_WINDOW", 0),
        }  # fmt: skip


class Served:
    """A server of the tests: what each job gets, in order; an exception is raised."""

    made, replies = (), ()

    def __init__(self, copies):
        Served.made = (*Served.made, self)
        self.copies, self.alive, self.stopped = copies, True, 0
        self.process = SimpleNamespace(poll=lambda: None if self.alive else 0)

    def ask(self, *job):
        reply, *Served.replies = Served.replies
        self.job = job
        if isinstance(reply, BaseException):
            raise reply
        return reply

    def stop(self):
        self.stopped += 1


@pytest.fixture
def servers(monkeypatch):
    monkeypatch.setattr(parent, "_server", None)
    monkeypatch.setattr(parent, "_able", True)
    monkeypatch.setattr(parent, "_Server", Served)
    Served.made = ()
    return Served


def test_one_server_answers_until_it_is_gone(servers):
    servers.replies = [REPLY, REPLY, REPLY]
    for _ in range(2):
        assert parent._asked(b"job", 2.0, 9) == REPLY
    (one,) = servers.made
    assert (one.job, one.copies) == ((b"job", 2.0, 9), hasattr(os, "fork"))
    one.alive = False
    assert parent._asked(b"job", 2.0, 9) == REPLY
    assert [each.stopped for each in servers.made] == [1, 0]


def test_a_job_that_ends_two_servers_has_ended_them(servers):
    servers.replies = [None, REPLY]
    assert parent._asked(b"", 1.0, 1) == REPLY
    assert [each.stopped for each in servers.made] == [1, 0]
    servers.replies = [None, None, REPLY]
    with pytest.raises(sandbox.Ended) as ended:
        parent._asked(b"", 1.0, 1)
    assert (ended.value.how, ended.value.code, ended.value.said) == ("exit", 0, "")
    assert [each.stopped for each in servers.made] == [1, 1, 1]
    assert servers.replies == [REPLY]
    assert parent._server is None


def test_what_cannot_be_started_is_not_tried_again_and_an_interrupt_is(servers):
    servers.replies = [KeyboardInterrupt(), OSError("no more"), REPLY]
    with pytest.raises(KeyboardInterrupt):
        parent._asked(b"", 1.0, 1)
    assert parent._server is None
    with pytest.raises(sandbox.Unable, match=r"^no more$"):
        parent._asked(b"", 1.0, 1)
    for _ in range(2):
        with pytest.raises(sandbox.Unable, match=r"^no process can be started$"):
            parent._asked(b"", 1.0, 1)
    assert [each.stopped for each in servers.made] == [1, 1]


def test_a_copy_forgets_the_server_and_closes_its_pipes(monkeypatch):
    closed, lock = [], parent._lock
    monkeypatch.setattr(parent, "_lock", lock)
    monkeypatch.setattr(parent, "_server", SimpleNamespace(close=lambda: closed.append(1)))
    parent._forget()
    assert (closed, parent._server) == ([1], None)
    assert parent._lock is not lock
    parent._forget()
    assert closed == [1]


def test_where_a_job_is_sent_and_what_its_wall_is(monkeypatch):
    monkeypatch.setenv("MOMENTUMLIB_APART", "1")
    asked = []

    def answered(job, wall, memory):
        about = pickle.loads(job)
        asked.append((about["seconds"], about["wall"], about["memory"], wall, memory))
        return {"code": 0, "how": "", "said": '{"data": 5}'}

    monkeypatch.setattr(parent, "_asked", answered)
    assert parent.run(abs, -5, seconds=2.0) == 5
    assert parent.run(abs, -5, seconds=2.0, wall=8.0, memory=77) == 5
    assert parent.MEMORY == 2**30
    assert asked == [(2.0, 2.0, 2**30, 2.0, 2**30), (2.0, 8.0, 77, 8.0, 77)]
    with pytest.raises(sandbox.Unable, match="TypeError: cannot pickle"):
        parent.run(abs, (x for x in "a"), seconds=1.0)
    monkeypatch.setenv("MOMENTUMLIB_APART", "0")
    with pytest.raises(sandbox.Unable, match="keeps everything to itself"):
        parent.run(abs, -5, seconds=1.0)
    monkeypatch.setenv("MOMENTUMLIB_APART", "1")
    for name in ("emscripten", "wasi"):
        monkeypatch.setattr(sys, "platform", name)
        with pytest.raises(sandbox.Unable, match="keeps everything to itself"):
            parent.run(abs, -5, seconds=1.0)
    assert len(asked) == 2


@pytest.mark.parametrize(
    ("waits", "held", "memory", "why"),
    [
        ([False], 0, None, "late"), ([False], 50, 100, ""), ([False], 100, 100, ""),
        ([False], 101, 100, "memory"), ([True], 500, 100, ""), ([False, False], 50, 100, "late"),
    ],
)  # fmt: skip
def test_why_a_watch_ends_a_process(monkeypatch, waits, held, memory, why):
    now, killed, looks = [0.0], [], iter([*waits, True])
    monkeypatch.setattr(parent, "time", SimpleNamespace(monotonic=lambda: now[0]))
    watch = parent._Watch(SimpleNamespace(kill=lambda: killed.append(1)), 10.0, memory)

    def wait(seconds):
        now[0] += 10.0 if memory is None else 5.0
        return next(looks)

    watch.over = SimpleNamespace(wait=wait)
    monkeypatch.setattr(watch, "_held", lambda: held)
    watch._watch()
    assert (watch.why, killed) == (why, [1] * bool(why))


def test_what_a_process_holds_is_its_own_and_its_copies(monkeypatch):
    process = lambda size, *inner: SimpleNamespace(
        memory_info=lambda: SimpleNamespace(rss=size),
        children=lambda recursive: list(inner) if recursive else [],
    )
    tree = {4: process(100, process(20), process(3))}
    monkeypatch.setitem(sys.modules, "psutil", SimpleNamespace(Process=tree.__getitem__))
    assert parent._Watch(SimpleNamespace(pid=4), 1.0)._held() == 123
    assert parent._Watch(SimpleNamespace(pid=5), 1.0)._held() == 0


# --- The parcel -----------------------------------------------------------------------


def test_a_parcel_holds_the_job_and_where_it_is_done():
    about = pickle.loads(parcel.packed(divmod, (7, 2), 1.0, 2.0, 3, [__file__]))
    act, arguments = pickle.loads(about.pop("job"))
    assert act(*arguments) == (3, 1)
    (text,) = about.pop("lines").values()
    assert text[0] == '"""Both sides of the reader\'s process, one function at a time: what is ' \
        "asked, written and heard.\n"  # fmt: skip
    assert about == {
        "seconds": 1.0, "wall": 2.0, "memory": 3, "path": sys.path, "folder": os.getcwd()
    }  # fmt: skip


# --- The server's process ---------------------------------------------------------------


def test_what_is_told_is_written_to_its_end(monkeypatch):
    """A pipe may take less at a time than it is given."""
    out = []
    monkeypatch.setattr(os, "write", lambda where, data: out.append((where, data[:3])) or 3)
    server._tell(9, {"a": "é"})
    assert b"".join(part for _, part in out) == b'{"a": "\\u00e9"}\n'
    assert {where for where, _ in out} == {9}


def heard(monkeypatch, parts, *, seconds=5.0, most=50):
    """What is heard of a pipe that gives these parts; None is a wait until it is too late."""
    now, ends = [0.0], []
    parts = iter(parts)

    def select(pipes, _, __, wait):
        ends.append(now[0] + wait)
        now[0] += 1.0
        heard.part = next(parts)
        return (pipes if heard.part is not None else []), [], []

    monkeypatch.setattr(server, "select", SimpleNamespace(select=select))
    monkeypatch.setattr(server, "time", SimpleNamespace(monotonic=lambda: now[0]))
    monkeypatch.setattr(os, "read", lambda pipe, most: heard.part)
    monkeypatch.setattr(server, "MOST", most)
    return server._heard(3, seconds), ends


@pytest.mark.parametrize(
    ("parts", "found"),
    [
        ([b"\n", b'{"data": 1}\n'], (b'{"data": 1}\n', "")),
        ([b'\n{"data":', b" 1}\n", b"more"], (b'{"data": 1}\n', "")),
        ([b"\n", b"words", b""], (b"words", "")),
        ([b""], (b"", "")),
        ([None], (b"", "unloaded")),
        ([b"\n", None], (b"\n", "late")),
        ([b"x" * 49, b"y", b"z"], (b"", "closed")),
        ([b"x" * 49, b""], (b"x" * 49, "")),
    ],
)  # fmt: skip
def test_what_is_heard_of_a_copy_and_why_no_more(monkeypatch, parts, found):
    assert heard(monkeypatch, parts)[0] == found


def test_how_long_a_copy_is_heard(monkeypatch):
    """LOADING until it begins; then so many seconds from there, however much it says."""
    _, ends = heard(monkeypatch, [b"\n", b"a", b"b", b""])
    assert ends == [server.LOADING, 6.0, 6.0, 6.0]
    late = heard(monkeypatch, [b"\n", b"a", b"b", b""], seconds=0.5)[1]
    assert late == [server.LOADING, 1.5, 2.0, 3.0]  # no wait is negative


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system copies no process")
def test_the_exit_code_of_a_copy_and_of_one_that_lives_on(monkeypatch):
    for left, status, code in ((0, 3 << 8, 3), (1, 9, -9), (2, 0, 0)):
        replies = iter([(0, 0)] * left + [(42, status)])
        monkeypatch.setattr(os, "waitpid", lambda pid, how, r=replies: (next(r), pid, how)[0])
        assert server._ended(42) == code
    monkeypatch.setattr(os, "waitpid", lambda pid, how: (0, 0))
    monkeypatch.setattr(server, "ENDING", 0.01)
    assert server._ended(42) is None


@pytest.fixture
def job(monkeypatch):
    """What a job asks of its process, in order, and a way to do one."""
    asked = []
    record = lambda name: lambda *given, **named: asked.append((name, *given, *named.items()))
    monkeypatch.setattr(server, "confine", record("confine"))
    monkeypatch.setattr(server, "alone", record("alone"))
    for name in ("enable", "dump_traceback_later", "cancel_dump_traceback_later", "register"):
        monkeypatch.setattr(faulthandler, name, record(name), raising=False)
    monkeypatch.setattr(os, "chdir", record("chdir"))
    monkeypatch.setattr(os, "write", record("write"))
    monkeypatch.setattr(server, "LATE", ["SIG"])
    monkeypatch.setattr(server.signal, "setitimer", record("setitimer"), raising=False)
    monkeypatch.setattr(server.signal, "ITIMER_PROF", "prof", raising=False)
    monkeypatch.setattr(sys, "path", list(sys.path))

    def done(act, *arguments, broken=False):
        about = pickle.loads(parcel.packed(act, arguments, 2.0, 5.0, 77, [__file__]))
        return json.loads(server.work(about | ({"job": b"no pickle"} if broken else {}), 9))

    return asked, done


def test_a_job_has_its_limits_before_it_begins_and_none_behind_it(job, monkeypatch):
    asked, done = job
    assert done(divmod, 7, 2) == {"data": [3, 1]}
    assert asked == [
        ("enable", 9), ("chdir", os.getcwd()), ("confine", 77), ("write", 9, b"\n"),
        ("dump_traceback_later", 5.4, ("exit", True), ("file", 9)),
        ("register", "SIG", ("file", 9), ("chain", True)), ("setitimer", "prof", 2.4), ("alone",),
        ("cancel_dump_traceback_later",), ("setitimer", "prof", 0),
    ]  # fmt: skip
    del asked[:]
    monkeypatch.setattr(server, "LATE", [])
    assert done(divmod, 7, 0)["failed"].startswith("ZeroDivisionError: ")
    assert [name for name, *_ in asked] == [
        "enable", "chdir", "confine", "write", "dump_traceback_later", "alone",
        "cancel_dump_traceback_later",
    ]  # fmt: skip


def test_a_job_that_cannot_be_unpacked_is_not_begun(job):
    asked, done = job
    assert done(abs, 1, broken=True)["failed"].startswith("UnpicklingError: ")
    assert [name for name, *_ in asked] == ["enable", "chdir"]


def test_a_job_may_quote_the_lines_that_came_with_it(job, monkeypatch):
    import linecache

    monkeypatch.setattr(linecache, "cache", {})
    _, done = job
    done(abs, 1)
    size, when, lines, name = linecache.cache[__file__]
    assert (size, when, name) == (sum(map(len, lines)), None, __file__)
    assert linecache.getline(__file__, 1).startswith('"""Both sides')


def test_a_server_that_is_asked_to_end_ends_its_copy_first(monkeypatch):
    done = []
    monkeypatch.setattr(server, "leave", lambda code: done.append(("leave", code)))
    monkeypatch.setattr(os, "killpg", lambda *given: done.append(given), raising=False)
    server._stopped()
    monkeypatch.setattr(server, "copy", 42)
    server._stopped()
    kill = getattr(signal, "SIGKILL", None)
    assert done == [("leave", 0), (42, kill), ("leave", 0)]


# --- What it may do --------------------------------------------------------------------


def test_memory_is_what_it_has_and_so_much_more(monkeypatch):
    resource = pytest.importorskip("resource")
    set_to = []
    monkeypatch.setattr(resource, "setrlimit", lambda *given: set_to.append(given))
    monkeypatch.setattr(resource, "getpagesize", lambda: 1000)
    monkeypatch.setattr(confine, "Path", lambda name: SimpleNamespace(
        read_text=lambda: "12 7 3 1 0 5 0\n"))  # fmt: skip
    confine.confine(50)
    assert set_to == [(resource.RLIMIT_CORE, (0, 0)), (resource.RLIMIT_AS, (12_050, 12_050))]
    monkeypatch.setitem(sys.modules, "resource", None)
    confine.confine(50)
    assert len(set_to) == 2


def test_no_process_is_started_and_an_end_is_an_exception(monkeypatch):
    hooks = []
    monkeypatch.setattr(sys, "addaudithook", hooks.append)
    monkeypatch.setattr(os, "_exit", os._exit)
    confine.alone.__wrapped__()
    with pytest.raises(SystemExit) as left:
        os._exit(5)
    assert left.value.code == 5
    (hook,) = hooks
    assert hook("open", ()) is None
    for event in ("os.fork", "os.system", "subprocess.Popen", "os.kill", "os.exec"):
        with pytest.raises(PermissionError, match="may not start or end a process"):
            hook(event, ())


def test_linux_alone_limits_the_memory_of_a_process(monkeypatch):
    for name, limits in (("linux", True), ("darwin", False), ("win32", False)):
        monkeypatch.setattr(sys, "platform", name)
        assert parent._limits_memory() is limits


def test_a_watch_keeps_no_process_alive():
    watch = parent._Watch(None, 60.0)
    assert watch.thread.daemon is True
    with watch:
        assert watch.thread.is_alive()
    assert not watch.thread.is_alive()  # it is waited for: it could still end what comes next
