"""What the mutants run in: a process that runs pytest in forks of itself, all imports paid for.

It reads jobs, lines of JSON, from its standard input, and writes how each ended (mutants.py).
"""

import json
import os
import signal
import sys
import time
from contextlib import suppress
from pathlib import Path

#: Bytes that a mutant may fill.
ROOM = 6 * 2**30
PYTEST = [
    "-q", "-x", "--no-header", "--tb=line", "-p", "no:cacheprovider", "-p", "pytest_timeout",
    "-o", "timeout_method=signal", "-p", "xdist", "-p", "_hypothesis_pytestplugin",
    "-m", "not browser and not peers and (measured or not slow)",
]  # fmt: skip


class Recorder:
    """A plugin of pytest: which lines each test runs, how long it takes, whether it passes."""

    def __init__(self, folder):
        import coverage

        source = str(Path(folder, "momentumlib"))
        self.cover = coverage.Coverage(data_file=None, source=[source], config_file=False)
        self.tests, self.failed = {}, set()
        self.cover.start()

    def pytest_runtest_logstart(self, nodeid):
        self.cover.switch_context(nodeid)

    def pytest_runtest_logreport(self, report):
        self.tests[report.nodeid] = self.tests.get(report.nodeid, 0) + report.duration
        if report.failed or report.skipped:
            self.failed.add(report.nodeid)

    def pytest_runtest_logfinish(self):
        self.cover.switch_context("")

    def map(self, folder):
        """{"tests": {id: seconds}, "rows": {module: {row: [ids]}}}."""
        self.cover.stop()
        data, rows = self.cover.get_data(), {}
        tests = {test: s for test, s in self.tests.items() if test not in self.failed}
        for path in data.measured_files():
            found = {}
            for row, contexts in data.contexts_by_lineno(path).items():
                if kept := [c for c in contexts if c in tests]:
                    found[row] = kept
            rows[Path(path).relative_to(folder).as_posix()] = found
        return {"tests": tests, "rows": rows}


def serve(folder):
    """Take jobs, lines of JSON, and answer each with the exit code of pytest."""
    import resource  # where a process can be copied, it is there

    import anywidget  # noqa: F401
    import hypothesis  # noqa: F401
    import matplotlib.pyplot  # noqa: F401
    import nbval.plugin  # noqa: F401
    import numba
    import pytest

    numba.njit(lambda x: x + 1)(1.0)  # loads what compiling takes
    os.chdir(folder)
    sys.path.insert(0, folder)
    for line in sys.stdin:
        job = json.loads(line)
        began, child = time.monotonic(), os.fork()
        if not child:
            os.setpgid(0, 0)
            with open(job["log"], "w") as log:
                os.dup2(log.fileno(), 1)
                os.dup2(log.fileno(), 2)
            resource.setrlimit(resource.RLIMIT_DATA, (ROOM, ROOM))
            os.environ.update(job["env"])
            recorder = Recorder(folder) if job["map"] else None
            code = pytest.main([*PYTEST, *job["args"]], plugins=[recorder] if recorder else [])
            if recorder:
                Path(job["map"]).write_text(json.dumps(recorder.map(folder)))
            sys.stdout.flush()
            os._exit(code)
        status = None
        while status is None and time.monotonic() < began + job["timeout"]:
            done, how = os.waitpid(child, os.WNOHANG)
            status = os.waitstatus_to_exitcode(how) if done else time.sleep(0.02)
        with suppress(ProcessLookupError):  # whatever the tests have started, too
            os.killpg(child, signal.SIGKILL)
        if status is None:
            os.waitpid(child, 0)
        print(json.dumps({"code": status}), flush=True)


if __name__ == "__main__":
    serve(sys.argv[1])
