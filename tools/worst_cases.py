"""Computes the exact worst cases of chapter 3's two methods: chapters/studies/worst_cases.csv.

Over all convex functions that are smooth with L = 1, in any number of dimensions, and all starts
at a distance of 1 from a minimum: how large J − J* can be after k steps with η = 1/L and
γ = t/(t + 3). That is a semidefinite program (Taylor, Hendrickx, Glineur 2017,
doi:10.1007/s10107-016-1009-3), which PEPit writes down and Clarabel solves.

    python tools/worst_cases.py        needs requirements-peers.txt; minutes
"""

from pathlib import Path

FILE = Path(__file__).resolve().parent.parent / "chapters" / "studies" / "worst_cases.csv"
STEPS = range(1, 21)


def worst(method, steps):
    """The largest J − J* after `steps` steps; method : "nag" or "momentum"."""
    from PEPit import PEP
    from PEPit.functions import SmoothConvexFunction

    problem = PEP()
    f = problem.declare_function(SmoothConvexFunction, L=1.0)
    lowest, theta = f.stationary_point(), problem.set_initial_point()
    problem.set_initial_condition((theta - lowest) ** 2 <= 1)
    v = 0 * theta
    for t in range(steps):
        gamma = t / (t + 3)
        v = gamma * v + f.gradient(theta - gamma * v if method == "nag" else theta)
        theta = theta - v
    problem.set_performance_metric(f(theta) - f(lowest))
    return problem.solve(verbose=0, wrapper="cvxpy", solver="CLARABEL")


def main():
    """Write one row for each number of steps: k, NAG's worst case, momentum's."""
    rows = ["k,nag,momentum"]
    for k in STEPS:
        rows.append(f"{k},{worst('nag', k):.6f},{worst('momentum', k):.6f}")
        print(rows[-1], flush=True)
    FILE.write_text("\n".join(rows) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
