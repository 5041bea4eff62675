"""The kernels as a WebAssembly module, for pages that have no Python."""

from functools import lru_cache

from ...arguments import short
from ...problems import Landscape, Problem
from .store import stored


def build(problems, own=(), simd=False):
    """The module that runs every built-in method on `problems`: bytes of WebAssembly.

    Parameters
    ----------
    problems : list of Problem
        Landscapes of one kind share their code: see `index`. Your own are compiled too.
    own : list of callables
        Your steps, as `ml.own` takes them.
    simd : bool
        Let LLVM use vector instructions.

    Returns
    -------
    bytes
        A module that imports ``env.memory`` and, by their names in ``env``, functions of
        JavaScript's ``Math`` and ``fmod``. Numbers are float64; sizes and pointers (byte
        offsets into the memory) int32; ``marks`` (steps) and ``result`` (rows, status,
        restarts) arrays of int32. For problem p and own step r it exports

        - ``run{p}(code, ahead, correct, params, dim, nparams, work, hyper, steps,
          restart_kind, restart_k, tol, path, states, marks, result)``, one call of
          `kernels.simulate`, which gives the shapes; ``path`` holds the start in row 0,
          ``states`` may be 0 for none;
        - ``run{p}_{r}``, the same with your step, for code 9;
        - ``values{p}(params, dim, nparams, points, n, out)``: J at n points;
        - ``grad{p}(params, dim, nparams, theta, out)``: ∇J;
        - ``heap``, the first byte of the memory that is the page's own.

        Each function gives 0, or another number where yours raised an exception.

    Raises
    ------
    TypeError
        A function of yours needs what a page does not have (arrays, lists, text, calls
        of functions that are not compiled); the sentence names it and its line.
    ValueError
        A function of yours fails at the start.
    ImportError
        Numba is missing, and no earlier process has stored the module.

    Examples
    --------
    >>> import momentumlib as ml
    >>> module = build([ml.problems.quadratic(kappa=100), ml.problems.quadratic(kappa=4)])
    >>> module[:4], len(module) < 5000
    (b'\\x00asm', True)
    """
    return _build(tuple(dict.fromkeys(map(_code, problems))), tuple(own), bool(simd))


def index(problems):
    """The p of each problem in the module that `build(problems)` gives.

    >>> import momentumlib as ml
    >>> index([ml.problems.quadratic(4.0), ml.problems.saddle(), ml.problems.quadratic(9.0)])
    [0, 1, 0]
    """
    codes = [_code(problem) for problem in problems]
    distinct = list(dict.fromkeys(codes))
    return [distinct.index(code) for code in codes]


@lru_cache
def build_map():
    """The module that draws maps of the rate: bytes of WebAssembly, with SIMD.

    It exports ``rates(nag, eta, n_eta, gamma, n_gamma, eigenvalues, n_eig, out)``, which is
    `kernels.rates`: ``out``, (n_gamma, n_eta), gets the largest |σ| of momentum (nag = 0)
    or of NAG (nag = 1); and ``heap``. It imports ``env.memory``.

    >>> build_map()[:4]
    b'\\x00asm'
    """

    def make():
        from . import compiler

        return compiler.map_module()

    return stored("map", make)


@lru_cache
def build_network():
    """The loops of layers.py as a module, with SIMD: bytes of WebAssembly.

    It exports ``load``, ``forward``, ``rectify``, ``mask``, ``weight_grad``, ``input_grad``,
    ``cost`` (softmax and its slopes), ``move`` (a step of momentum), with the parameters that
    entries.py lists, and ``heap``. Numbers of the layers are float32, indices int32; θ and v
    are float64. It imports ``env.memory`` and ``exp`` and ``log`` of ``Math``.

    >>> build_network()[:4]
    b'\\x00asm'
    """

    def make():
        from . import compiler

        return compiler.network_module()

    return stored("network", make)


@lru_cache
def build_loops():
    """The loops that a page's Python calls, which has no Numba: bytes of WebAssembly, with SIMD.

    It exports ``advance_quadratic`` and the like, `kernels.advance` on each landscape of the
    book; the loops of `build_network`, and the same in float64, ``double_forward`` and the
    like; and ``heap``. entries.py lists their parameters. It imports ``env.memory`` and
    functions of ``Math``.
    """

    def make():
        from . import compiler

        return compiler.loops_module()

    return stored("loops", make)


def _code(problem):
    """Equal for problems that the same code serves: a landscape's kind, or the problem."""
    if not isinstance(problem, Problem):
        raise TypeError(f"problems must hold Problems, but one is {short(problem)}")
    return problem._kind if isinstance(problem, Landscape) else problem


@lru_cache(maxsize=64)
def _build(codes, own, simd):
    def make():
        from . import compiler

        return compiler.run_module(codes, own, simd)

    if own or not all(isinstance(code, str) for code in codes):
        return make()  # a reader's functions can change in ways that no name could hold
    return stored(f"{codes} {simd}", make)
