"""Answers run apart: whatever they do, it ends in a sentence, and the reader's process lives.

The other tests of the checks keep their answers in their own process (conftest.py); these
send them away, to a process that copies itself for each, and to one that does not.
"""

import io
import os
import shutil
import signal
import subprocess
import sys
import textwrap
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import psutil
import pytest
from jupyter_client.manager import start_new_kernel

import momentumlib as ml
from checking import cell
from momentumlib.check.engine import answer, limit, sandbox
from momentumlib.check.engine.sandbox import parent
from test_check_tables import CHECKS, EXERCISES, RIGHT
from tiers import first

HEAD = "def step(theta, grad, eta):\n    "
RIGHT_STEP = HEAD + "return theta - eta * grad"
#: An exercise of each chapter.
FEW = ["gd", "half_life", "nag", "adam", "restart_function", "accuracy", "tail_average",
       "torch_step"]  # fmt: skip
#: Whether the server copies itself for each answer; else it is started anew, which takes long.
COPIES = [True, pytest.param(False, marks=pytest.mark.slow)] if hasattr(os, "fork") else [False]

needs_fork = pytest.mark.skipif(not hasattr(os, "fork"), reason="this system copies no process")


@pytest.fixture
def apart(monkeypatch):
    """Checks run their answers apart, and fail where one cannot."""
    monkeypatch.setenv("MOMENTUMLIB_APART", "1")
    run = sandbox.run

    def only_apart(*arguments, **settings):
        try:
            return run(*arguments, **settings)
        except sandbox.Unable as error:
            if os.environ["MOMENTUMLIB_APART"] == "0":
                raise
            raise AssertionError(f"not run apart: {error}") from error

    monkeypatch.setattr(sandbox, "run", only_apart)


@pytest.fixture(params=COPIES, ids=lambda copies: "copies" if copies else "one process")
def server(request, apart, monkeypatch):
    """Both kinds of server, each with little time."""
    begin = parent._Server.__init__
    monkeypatch.setattr(parent._Server, "__init__", lambda self, _: begin(self, request.param))
    monkeypatch.setattr(answer, "LIMIT", 0.4)
    monkeypatch.setattr(answer, "WALL", 0.8 if hasattr(signal, "setitimer") else 0.4)
    monkeypatch.setattr(parent, "LOADING", 3.0)  # on top of it, where nothing else ends an answer
    if parent._server and parent._server.copies != request.param:
        parent._stop()
    yield
    if not request.param:
        parent._stop()


def defined(text, name="cell"):
    """The last function of a text, as a notebook's cell defines it; its lines can be quoted."""
    scope = cell(text, f"<{name}>", __name__="__main__")
    return [f for f in scope.values() if getattr(f, "__code__", None)][-1]


def shown(verdict):
    """All that a verdict says, but for the hint that a repeated mistake earns."""
    return verdict.passed, verdict.mistake, verdict.message, verdict.difference, verdict.picture


# --- The same verdicts ------------------------------------------------------------


@pytest.mark.parametrize("name", first(FEW, RIGHT))
def test_an_answer_gets_the_same_verdict_apart(name, apart, monkeypatch):
    answers = [defined(textwrap.dedent(RIGHT[name][0]))]
    if name in EXERCISES:
        answers.append(EXERCISES[name].mistakes[0].answers[0])
    told = []
    for apart_or_not in "10":
        monkeypatch.setenv("MOMENTUMLIB_APART", apart_or_not)
        told.append([shown(CHECKS[name](each)) for each in answers])
    assert told[0] == told[1]
    assert [passed for passed, *_ in told[0]] == [True, False][: len(answers)]


@pytest.mark.parametrize(
    "body",
    [
        "...", "raise NotImplementedError", "print('hello')", "theta -= eta * grad; return theta",
        "grad *= eta; return theta - grad", "return theta - eta / int(0 * eta) * grad",
        "return theta - np.ones(7)", "return theta - velocities", "return np.round(theta)",
        "return theta - eta * grad + np.nan", "return 'theta'",
        "import sys; sys.exit()", "return theta - eta * grad, theta", "return step(theta)",
    ],
)  # fmt: skip
def test_whatever_it_returns_or_raises_the_verdict_is_the_same(body, apart, monkeypatch):
    wrong = defined(HEAD + body)
    verdict = ml.check.gd(wrong)
    monkeypatch.setenv("MOMENTUMLIB_APART", "0")
    assert (shown(verdict), verdict.tried) == (shown(ml.check.gd(wrong)), ml.check.gd(wrong).tried)


def test_the_cost_of_a_gradient_runs_apart_too(apart):
    cost = defined("def f(theta):\n    return theta[0] ** 2 + theta[0] * theta[1]")
    assert ml.check.gradient(cost, lambda theta: [2 * theta[0] + theta[1], theta[0]])
    wrong = ml.check.gradient(cost, lambda theta: [2 * theta[0], 0 * theta[0]])
    assert wrong.mistake == "mixed term forgotten"
    ends = defined("def f(theta):\n    import os\n    os.abort()")
    assert ml.check.gradient(ends, lambda theta: theta).mistake == "crashes Python"


# --- What an answer brings along --------------------------------------------------


def test_closures_globals_and_compiled_helpers_travel_with_it(apart):
    numba = pytest.importorskip("numba")
    scale = np.ones(1)
    scope = {"np": np, "__name__": "__main__", "helper": numba.njit(lambda g, eta: eta * g)}
    exec("class Sign:\n    minus = -1\ndef part(x): return Sign.minus * x", scope)
    exec("def inner(grad, eta): return part(helper(grad, eta))", scope)
    inner = scope["inner"]
    assert ml.check.gd(lambda theta, grad, eta: theta + scale * inner(grad, eta))
    assert ml.check.gd(numba.njit(lambda theta, grad, eta: theta - eta * grad))


def test_what_it_does_to_its_globals_does_not_come_back(apart):
    scope = {"seen": [], "__name__": "__main__"}
    exec(HEAD + "seen.append(1)\n    return theta - eta * grad", scope)
    for _ in range(2):
        assert ml.check.gd(scope["step"])
    assert scope["seen"] == []


def test_one_answer_changes_nothing_for_the_next(apart):
    spoils = "np.exp = np.zeros_like = None\n    return theta - eta * grad"
    assert ml.check.gd(defined(HEAD + spoils))
    assert ml.check.gd(defined(HEAD + "return theta - eta * grad * np.exp(0)"))


def test_what_cannot_travel_runs_in_this_process(monkeypatch):
    monkeypatch.setenv("MOMENTUMLIB_APART", "1")
    lock, here = threading.Lock(), []

    def step(theta, grad, eta):
        with lock:
            here.append(os.getpid())
        return theta - eta * grad

    assert ml.check.gd(step)
    assert set(here) == {os.getpid()}


@pytest.mark.parametrize("program", ["/nowhere/python", "false", None])
def test_where_no_process_can_be_started_it_runs_in_this_one(program, monkeypatch):
    monkeypatch.setenv("MOMENTUMLIB_APART", "1")
    monkeypatch.setattr(parent, "_able", True)
    parent._stop()
    program = shutil.which("false") if program == "false" else program or ""
    monkeypatch.setattr(sys, "executable", program)
    if not program:
        monkeypatch.setenv("PATH", "")
    for _ in range(2):
        assert ml.check.gd(defined(RIGHT_STEP))
    assert parent._server is None
    with pytest.raises(sandbox.Unable, match="no process can be started"):
        sandbox.run(os.getpid, seconds=1)


def test_an_answer_that_is_a_number_needs_no_process(monkeypatch):
    monkeypatch.setenv("MOMENTUMLIB_APART", "1")
    monkeypatch.setattr(sandbox, "run", None)
    assert ml.check.number(2.0, right=2.0)
    assert not ml.check.momentum_limit(0.1)
    assert ml.check.gd(...).tried is False


# --- What an answer does to its process -------------------------------------------

C = "import ctypes\n    c = ctypes.CDLL(None)\n    "
EVERY = "import os\n    for pipe in range(3, 64):\n        try: "

ATTACKS = {
    "loop": ("while True: pass", "never ends", "your line 2, `while True: pass`"),
    "guarded": ("while True:\n        try: theta + 1\n        except: pass", "never ends", "line"),
    "sleep": ("import time; time.sleep(60)", "never ends", "your line 2"),
    "loop in C": ("return theta * sum(range(10**13))", "never ends", "`return theta * sum("),
    "without signals": (
        "import signal\n    signal.pthread_sigmask(signal.SIG_BLOCK, range(1, 32))\n"
        "    while True: pass", "never ends", "your line 4"),
    "without any limit": (
        "import signal, faulthandler\n    signal.setitimer(signal.ITIMER_REAL, 0)\n"
        "    faulthandler.cancel_dump_traceback_later()\n    while True: pass", "never ends", ""),
    "memory": ("x = [0] * 10**9", "too much memory", "Your line 2, `x = [0] * 10**9`, needs"),
    "memory of NumPy": ("return theta + np.ones(10**10)[0]", "too much memory", "Your line 2"),
    "memory, slowly": (
        "x = []\n    while True: x.append(bytes(10**7))", "too much memory", "Your line 3"),
    "memory returned": ("return np.zeros(12 * 10**7)", "too much memory", "Your function"),
    "os._exit": ("import os\n    os._exit(0)", "raises", "Your line 3, `os._exit(0)`, raised"),
    "sys.exit": ("import sys\n    sys.exit(3)", "raises", "SystemExit: 3. A function ends with"),
    "quit": ("quit()", "raises", "Your line 2, `quit()`, raised SystemExit"),
    "exit in C": (C + "c._exit(0)", "ends Python", "Your function ends Python itself"),
    "segfault": (C + "ctypes.string_at(0)", "crashes Python", "Your line 4, `ctypes.string_at(0)`"),
    "abort": ("import os\n    os.abort()", "crashes Python", "Your line 3, `os.abort()`"),
    "prints": ("while True: print('x' * 999)", "prints too much", "Your line 2"),
    "forks": ("import os\n    while True: os.fork()", "raises", "may not start or end a process"),
    "commands": ("import os\n    os.system('sleep 60')", "raises", "may not start or end"),
    "kills": ("import os\n    os.kill(os.getppid(), 9)", "raises", "may not start or end"),
    "asks": ("input()", "raises", "EOFError"),
    "raises to the top": ("raise BaseException('x')", "raises", "BaseException: x"),
    "speaks for the check": (
        EVERY + "os.write(pipe, b'{\"data\": {\"done\": []}}')\n        except OSError: pass\n"
        "    return theta", "foreign files", "cannot hear its result"),
}  # fmt: skip


#: What Windows has no function for, or survives.
POSIX = {"without signals", "without any limit", "exit in C", "segfault", "abort", "forks"}


@pytest.mark.parametrize("attack", ATTACKS)
def test_whatever_an_answer_does_ends_in_a_sentence(attack, server):
    if attack in POSIX and not hasattr(os, "fork"):
        pytest.skip("this system does that in another way")
    body, mistake, says = ATTACKS[attack]
    if mistake == "too much memory" and not sys.platform.startswith("linux"):
        pytest.importorskip("psutil")
    verdict = ml.check.gd(defined(HEAD + body))
    assert (verdict.passed, verdict.mistake) == (False, mistake), verdict
    assert says in verdict.message
    assert ml.check.gd(defined(RIGHT_STEP)), "the next check"


@needs_fork
@pytest.mark.parametrize("end", ["return theta", "while True: pass"])
def test_an_answer_that_closes_every_file_is_told_so(end, apart):
    verdict = ml.check.gd(defined(HEAD + f"import os\n    os.closerange(0, 999)\n    {end}"))
    assert verdict.mistake in ("foreign files", "never ends"), verdict
    assert ml.check.gd(defined(RIGHT_STEP))


@needs_fork
def test_time_that_goes_to_others_does_not_count(apart, monkeypatch):
    monkeypatch.setattr(answer, "LIMIT", 0.05)
    waits = "import time\n    time.sleep(0.2 * (theta.size == 3))\n    "
    assert ml.check.gd(defined(HEAD + waits + "return theta - eta * grad"))
    busy = "return theta * sum(range(10**13))"  # in C, where Python's own alarm does not ring
    assert "your line 2" in ml.check.gd(defined(HEAD + busy)).message
    with pytest.raises(sandbox.Ended) as ended:
        sandbox.run(sum, range(10**13), seconds=0.05, wall=60)
    assert (ended.value.how, ended.value.code) == ("late", -signal.SIGPROF)


QUIET = {
    "print": "print('x' * 10**4)",
    "files": "import os\n    os.write(1, b'x' * 10**6); os.write(2, b'x' * 10**6)",
    "errors": "import sys\n    print('x' * 10**6, file=sys.stderr)",
    "thread": "import threading as t, time\n    if t.active_count() == 1: "
    "t.Thread(target=time.sleep, args=[60]).start()",
}


@pytest.mark.parametrize("body", QUIET.values(), ids=QUIET)
def test_what_an_answer_writes_or_leaves_running_goes_nowhere(body, server, capfd):
    assert ml.check.gd(defined(f"{HEAD}{body}\n    return theta - eta * grad"))
    assert capfd.readouterr() == ("", "")


def test_the_memory_is_watched_where_no_limit_holds(server, monkeypatch):
    pytest.importorskip("psutil")
    monkeypatch.setattr(parent, "_limits_memory", lambda: False)
    with pytest.raises(sandbox.Ended) as ended:
        sandbox.run(time.sleep, 20, seconds=20, memory=2**24)
    assert ended.value.how == "memory"
    verdict = answer._ending(ended.value, test_the_memory_is_watched_where_no_limit_holds)
    assert verdict.mistake == "too much memory"
    monkeypatch.setattr(parent, "_limits_memory", lambda: True)
    assert sandbox.run(os.getpid, seconds=5) != os.getpid()


@needs_fork
def test_what_an_answer_has_started_ends_with_it(apart, tmp_path):
    started = tmp_path / "started"
    body = f"{C}pid = c.fork()\n    open({str(started)!r}, 'a').write(f'{{pid}} ') if pid else 0\n"
    wait = "    import time\n    time.sleep(0 if pid else 60)\n    return theta - eta * grad"
    assert ml.check.gd(defined(HEAD + body + wait))
    pids = list(map(int, started.read_text().split()))
    assert pids
    assert all(gone(pid) for pid in pids)


def gone(pid, patience=10.0):
    """Whether a process ends; one that waits for its parent has ended."""
    end = time.monotonic() + patience
    while time.monotonic() < end:
        try:
            if psutil.Process(pid).status() == psutil.STATUS_ZOMBIE:
                return True
        except psutil.NoSuchProcess:
            return True
        time.sleep(0.02)
    return False


# --- The server's life ------------------------------------------------------------


def test_the_server_is_started_once_and_replaced_when_it_is_killed(apart):
    assert ml.check.gd(defined(RIGHT_STEP))
    first = parent._server.process
    assert ml.check.gd(defined(RIGHT_STEP))
    assert parent._server.process is first
    first.kill()
    first.wait()
    assert ml.check.gd(defined(RIGHT_STEP))
    assert parent._server.process is not first


@needs_fork
def test_a_copy_of_the_readers_process_leaves_the_server_to_it(apart):
    assert ml.check.gd(defined(RIGHT_STEP))
    copy = os.fork()
    if not copy:
        os._exit(parent._server is not None)
    assert os.waitpid(copy, 0)[1] == 0
    assert parent._server is not None
    assert ml.check.gd(defined(RIGHT_STEP))


def test_threads_share_the_server(apart):
    with ThreadPoolExecutor(4) as pool:
        verdicts = list(pool.map(lambda _: ml.check.gd(defined(RIGHT_STEP)), range(8)))
    assert all(verdicts)


@needs_fork
def test_an_interrupt_ends_the_answer_and_the_next_check_works(apart, monkeypatch):
    monkeypatch.setattr(answer, "LIMIT", 60)
    assert ml.check.gd(defined(RIGHT_STEP))
    first = parent._server.process
    before = signal.signal(signal.SIGALRM, signal.default_int_handler)
    signal.setitimer(signal.ITIMER_REAL, 0.3)
    try:
        with pytest.raises(KeyboardInterrupt):
            ml.check.gd(defined(HEAD + "while True: pass"))
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
    assert first.returncode is not None
    assert ml.check.gd(defined(RIGHT_STEP))


LIFE = """
import os, signal, sys
import momentumlib as ml
from momentumlib.check.engine.sandbox import parent

def step(theta, grad, eta):
    return theta - eta * grad

if __name__ == "__main__":
    assert ml.check.gd(step)
    print(parent._server.process.pid, flush=True)
    if sys.argv[1] == "fork":
        if not os.fork():
            assert parent._server is None
            assert ml.check.gd(step)
            parent._stop()
            os._exit(0)
        assert os.wait()[1] == 0
        assert ml.check.gd(step)
    elif sys.argv[1] == "kill":
        os.kill(os.getpid(), signal.SIGTERM)
    elif sys.argv[1] == "late":
        def step(theta, grad, eta):
            while True: pass
        signal.alarm(1)
        ml.check.gd(step)
"""


@pytest.mark.parametrize("end", first(["exit", "kill"], ["exit", "fork", "kill", "late"]))
def test_the_server_ends_with_its_parent(end, tmp_path):
    if end != "exit" and not hasattr(os, "fork"):
        pytest.skip("signals and forks are another system's")
    script = tmp_path / "life.py"
    script.write_text(LIFE)
    done = subprocess.run(
        [sys.executable, script, end], env=os.environ | {"MOMENTUMLIB_APART": "1"},
        capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    code = {"kill": -15, "late": -14}.get(end, 0)
    assert (done.returncode, done.stderr) == (code, "")
    assert gone(int(done.stdout))


@needs_fork
def test_in_a_notebook(tmp_path):
    """The answer of a kernel's cell: its line is quoted, and the kernel survives a crash."""
    own = {"MOMENTUMLIB_APART": "1", "IPYTHONDIR": str(tmp_path)}
    manager, client = start_new_kernel(env=os.environ | own, kernel_name="python3")

    def cell(code):
        told = []
        reply = client.execute_interactive(code, timeout=120, output_hook=told.append)
        assert reply["content"]["status"] == "ok", reply["content"]
        return [m["content"].get("data", m["content"]).get("text/plain", "") for m in told
                if m["msg_type"] in ("execute_result", "stream")]  # fmt: skip

    try:
        cell("import numpy as np, momentumlib as ml, ctypes\nminus = -1")
        cell("def step(theta, grad, eta):\n    return theta + minus * eta * grad")
        (text,) = cell("ml.check.gd(step)")
        assert text.startswith("✓ gd: right")
        cell("def step(theta, grad, eta):\n    print('on the way')\n    ctypes.string_at(0)")
        (text,) = cell("ml.check.gd(step)")
        assert "Your line 3, `ctypes.string_at(0)`, crashes Python" in text
        cell("def step(theta, grad, eta):\n    exit()")
        (text,) = cell("ml.check.gd(step)")
        assert "Your line 2, `exit()`, raised SystemExit" in text
        (text,) = cell(
            "from momentumlib.check.engine.sandbox import parent; parent._server.process.pid"
        )
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)
    assert gone(int(text))


# --- In this process: the limit of time -------------------------------------------


def at_the_end(ring):
    """A profiler that calls ring() where a limited block begins to be left."""

    def profile(frame, event, _):
        if event == "call" and frame.f_code is limit._Limit.__exit__.__code__:
            ring()

    return profile


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="this platform has no alarm")
def test_a_ring_at_the_very_end_does_not_leave_the_alarm_on(monkeypatch):
    monkeypatch.setattr(limit._Limit, "_left", lambda _: 0.0)
    before = signal.getsignal(signal.SIGALRM)
    sys.setprofile(at_the_end(lambda: signal.raise_signal(signal.SIGALRM)))
    try:
        with pytest.raises(limit.Endless), limit.limited(50):
            pass
    finally:
        sys.setprofile(None)
    assert signal.getitimer(signal.ITIMER_REAL)[1] == 0  # of the tests' own, if any
    assert signal.getsignal(signal.SIGALRM) is before


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="this platform has no alarm")
def test_a_limit_that_is_left_in_another_way_takes_itself_away():
    def begin():
        limit.limited(0.02).__enter__()

    before = signal.getsignal(signal.SIGALRM)
    begin()
    time.sleep(0.2)
    assert signal.getitimer(signal.ITIMER_REAL)[1] == 0  # of the tests' own, if any
    assert signal.getsignal(signal.SIGALRM) is before


def test_so_does_one_in_another_thread():
    def begin():
        limit.limited(0.02).__enter__()

    def body():
        begin()
        time.sleep(0.3)
        threads.append(threading.active_count())

    threads, count = [], threading.active_count()
    thread = threading.Thread(target=body)
    thread.start()
    thread.join()
    assert threads == [count + 1]


PROFILED = """
import sys, threading
from contextlib import suppress
from momentumlib.check.engine import limit
def quick():
    with limit.limited(5):
        pass
def late():
    with suppress(limit.Endless), limit.limited(0.05):
        while True:
            pass
thread = threading.Thread(target=globals()[sys.argv[1]])
thread.start()
thread.join()
sys.setprofile(lambda *_: None)
(lambda: None)()
sys.setprofile(None)
print("lives")
"""


@pytest.mark.parametrize("body", ["quick", "late"])
def test_after_one_in_another_thread_a_profiler_works(body):
    """An exception that is taken back from a thread stops Python 3.11 under one, for ever."""
    command = [sys.executable, "-c", PROFILED, body]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert done.stdout == "lives\n", done.stderr


def test_an_answer_in_c_that_ends_late_leaves_no_timer(monkeypatch):
    monkeypatch.setattr(answer, "LIMIT", 0.05)
    late = defined(HEAD + "return theta * sorted(range(4 * 10**6))[0]")
    assert ml.check.gd(late).mistake == "never ends"
    if hasattr(signal, "setitimer"):
        assert signal.getitimer(signal.ITIMER_REAL)[1] == 0


# --- What a reply says ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "how", "said", "found"),
    [
        (1, "", "", "exit"), (2**30 - 1, "", "", "exit"), (2**30, "", "", "crash"),
        (0xC0000005, "", "", "crash"), (-11, "", "", "crash"), (1, "memory", "", "memory"),
        (1, "", "Timeout (0:00:03)!", "late"), (0, "", "no data", "closed"),
        (0, "", '{"other": 1}', "closed"), (0, "", "", "exit"), (0, "late", '{"data": 1}', "late"),
    ],
)  # fmt: skip
def test_a_reply_tells_how_a_job_ended(code, how, said, found):
    """Minus a signal, or one of the large codes of Windows, is a crash."""
    with pytest.raises(sandbox.Ended) as ended:
        parent._told({"code": code, "how": how, "said": said})
    assert (ended.value.how, ended.value.code, ended.value.said) == (found, code, said)


def test_a_reply_has_data_or_says_why_not():
    assert parent._told({"code": 0, "how": "", "said": '{"data": [1, 2]}'}) == [1, 2]
    for reply in ({"how": "unloaded", "said": ""}, {"how": "", "said": '{"failed": "no"}'}):
        with pytest.raises(sandbox.Unable):
            parent._told({"code": 0, **reply})


def test_a_watch_looks_at_the_memory_often_and_else_waits_for_its_end():
    assert parent._Watch(None, 60.0)._pause() == pytest.approx(60, abs=10)
    assert parent._Watch(None, 60.0, memory=1)._pause() == parent._Watch.EVERY
    assert parent._Watch(None, -1.0)._pause() == parent._Watch(None, -1.0, 1)._pause() == 0.0


def test_a_process_that_does_not_end_is_killed_and_waited_for():
    """Else it would stay in the system's table until the notebook ends."""
    called = []

    class Deaf:
        stdin, stdout = io.BytesIO(), io.BytesIO()
        terminate = lambda self: called.append("asked")
        kill = lambda self: called.append("killed")

        def wait(self, seconds=None):
            called.append("waited")
            if "killed" not in called:
                raise subprocess.TimeoutExpired("it", seconds)

    server = parent._Server.__new__(parent._Server)
    server.process = Deaf()
    server.stop()
    assert called == ["asked", "waited", "killed", "waited"]
    assert (Deaf.stdin.closed, Deaf.stdout.closed) == (True, True)
