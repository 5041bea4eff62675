"""Who computes the parts of a sweep: threads, processes, a cluster; and what if they die."""

import sys
from concurrent.futures import (
    BrokenExecutor,
    CancelledError,
    Executor,
    Future,
    as_completed,
    wait,
)
from contextlib import suppress
from queue import SimpleQueue
from threading import Thread

from tqdm import tqdm

from .arguments import first_line, short
from .cores import cores

#: How often in a row a pool's processes may die before any part of the work is done.
DEATHS = 3
#: Seconds in which a pool that has broken ends what it was given.
ENDING = 5.0
#: Seconds for which Ctrl-C waits for what is under way, to keep it in a study.
PATIENCE = 1.0
#: Whether this Python cannot start a thread, as in a browser.
WITHOUT_THREADS = sys.platform in ("emscripten", "wasi")
if WITHOUT_THREADS:
    tqdm.monitor_interval = 0  # its bars would start one


def processes():
    """The class ProcessPoolExecutor; before it is loaded, which a browser cannot do, no class."""
    return getattr(sys.modules.get("concurrent.futures.process"), "ProcessPoolExecutor", ())


def looked_at(executor):
    """The executor, or a sentence that says why it is none."""
    if executor is None:
        return None
    if isinstance(executor, type) or not callable(getattr(executor, "submit", None)):
        raise TypeError(
            "executor must be an executor with a method submit, such as ThreadPoolExecutor(), "
            f"but is {short(executor)}"
        )
    return executor


def gather(work, tasks, executor=None, results=(), keep=None, progress=True):
    """[work(*task) for task in tasks], whoever computes them.

    executor : threads of this process where it is None; this one where there are no others.
    results : {number of the task: result} of those that are done already.
    keep(number, result) : called for each of the others when it is done.

    A pool of processes of which one dies is replaced, and what it had not done is done again.
    Raises RuntimeError, in a sentence, where that does not help, or for another executor.
    """
    results, own, deaths, patient = dict(results), [], 0, True
    if executor is None:
        own.append(_Here() if WITHOUT_THREADS else _Threads(cores()))
    bar = tqdm(
        desc="sweep", total=len(tasks), initial=len(results), delay=1, leave=False,
        disable=not progress or WITHOUT_THREADS,
    )  # fmt: skip

    def take(i, future):
        result = future.result()
        if keep:
            keep(i, result)
        results[i] = result
        bar.update()

    try:
        while len(results) < len(tasks):
            pool, before, futures = own[-1] if own else executor, len(results), {}
            try:
                for i in range(len(tasks)):
                    if i not in results:
                        futures[_submit(pool, work, tasks[i])] = i
                for future in as_completed(futures):
                    take(futures[future], future)
            except BrokenExecutor as error:
                wait(futures, ENDING)  # a broken pool has ended all, but for one it was just given
                for future, i in futures.items():
                    if i not in results and _done(future):
                        take(i, future)
                deaths = deaths + 1 if len(results) == before else 1
                if deaths == DEATHS or type(pool) is not processes():
                    raise RuntimeError(_broken(error, len(results), len(tasks), keep)) from None
                own.append(_like(pool))
            except CancelledError:
                raise RuntimeError("executor: it cancelled a part of the sweep") from None
            except BaseException as error:  # one failed, or Ctrl-C: what others have done is kept
                patient = isinstance(error, Exception)
                begun = [future for future in futures if not future.cancel()]
                wait(begun, PATIENCE)
                for future, i in futures.items():
                    if keep and i not in results and _done(future):
                        with suppress(Exception):  # a full disk is full for all
                            keep(i, future.result())
                raise
        return [results[i] for i in range(len(tasks))]
    finally:
        bar.close()
        for pool in own:
            pool.shutdown(wait=patient, cancel_futures=True)


class _Here(Executor):
    """Does what it is given at once, in the thread that asks."""

    def submit(self, work, *arguments):
        """The Future of work(*arguments), which is done, or has failed."""
        future = Future()
        try:
            future.set_result(work(*arguments))
        except Exception as error:
            future.set_exception(error)
        return future


class _Threads(Executor):
    """Threads that end with the process, whatever they are at; Ctrl-C waits for none.

    ThreadPoolExecutor's would keep it until what they are at, in compiled code, comes to its end.
    """

    def __init__(self, count):
        self.queue = SimpleQueue()
        self.threads = [Thread(target=self._serve, daemon=True) for _ in range(count)]
        for thread in self.threads:
            thread.start()

    def submit(self, work, *arguments):
        """The Future of work(*arguments)."""
        future = Future()
        self.queue.put((future, work, arguments))
        return future

    def _serve(self):
        while task := self.queue.get():
            future, work, arguments = task
            if future.set_running_or_notify_cancel():
                try:
                    future.set_result(work(*arguments))
                except BaseException as error:
                    future.set_exception(error)
            del task, future, work, arguments  # nothing is held while it waits

    def shutdown(self, wait=True, *, cancel_futures=False):
        """Let the threads end after what they have been given, and wait for that."""
        for _ in self.threads:
            self.queue.put(None)
        for thread in self.threads if wait else ():
            thread.join()


def _submit(pool, work, task):
    try:
        future = pool.submit(work, *task)
    except BrokenExecutor:
        raise
    except Exception as error:
        raise ValueError(
            f"executor: its method submit raised {type(error).__name__}: {first_line(error)}"
        ) from error
    if not isinstance(future, Future):
        raise TypeError(
            "executor: its method submit must return a concurrent.futures.Future, but returned "
            f"{short(future)}"
        )
    return future


def _done(future):
    return future.done() and not future.cancelled() and not future.exception()


def _like(pool):
    """A pool of processes as this one was made."""
    return type(pool)(
        pool._max_workers, pool._mp_context, pool._initializer, pool._initargs,
        **({"max_tasks_per_child": pool._max_tasks_per_child} if pool._max_tasks_per_child else {}),
    )  # fmt: skip


def _broken(error, done, count, kept):
    saved = "and is kept in the study" if kept else "and lost; a study would keep it"
    return (
        f"executor: its processes end before their work is done (killed, out of memory, or unable "
        f"to load what they are sent); {done} of {count} parts of the sweep were done {saved} "
        f"({first_line(error)})"
    )
