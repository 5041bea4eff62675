"""The settings that stand for other machines: what they set, and which are left out."""

import numpy as np
import pytest

import machines


def test_a_setting_is_free_of_every_other_choice(monkeypatch):
    for name in machines.CHOICES:
        monkeypatch.setenv(name, "1")
    for variables in machines.settings().values():
        own = machines.environment(variables)
        assert {name: own[name] for name in machines.CHOICES & own.keys()} == variables


def test_a_kernel_that_is_not_there_is_left_out():
    assert "no such kernel" in machines.why_not({"OPENBLAS_CORETYPE": "Abacus"})


def test_a_process_that_dies_is_left_out():
    assert machines.probe({"PYTHONHOME": "/nowhere"}) is None
    assert machines.why_not({"PYTHONHOME": "/nowhere"}) == "this processor cannot run it"


def test_the_loops_of_numpy_are_off_without_simd():
    from numpy._core import _multiarray_umath as core

    loops = [name for name in core.__cpu_dispatch__ if core.__cpu_features__.get(name)]
    if not loops:
        pytest.skip(f"NumPy {np.__version__} has no loops for this processor to choose among")
    without = machines.settings()["no-simd"]
    assert without == {"NPY_DISABLE_CPU_FEATURES": " ".join(loops)}
    assert machines.probe(without)[0] == []
