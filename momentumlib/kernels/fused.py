"""A landscape of the book and a loop in one piece, for runs that ask for nothing else.

`advance` asks at every step what a run wants: noise, restarts, a tolerance, which rows to keep.
This loop keeps every row and asks for nothing; it takes the same steps to the same numbers.
"""

import numpy as np
from llvmlite import binding as llvm
from numba import carray, float64, int64, njit, types

from .. import landscapes
from .codes import DIVERGED, FAR, MANY, MAX_STEPS
from .compilation import OPTIONS, register_jitable
from .formulas import BETA2, DECAY, EPS, ETA, GAMMA, look_ahead, step
from .lanes import scratch
from .many import many

#: A power of beta below this counts as 0.
TINY = 1e-200
#: What the machine code may call: it is in every process.
LENT = {"sqrt", "exp", "log", "sin", "cos", "pow"}
#: The loop's arguments: whole numbers, and addresses of numbers.
NUMBERS, ADDRESSES = 10, 7
SIGNATURE = types.void(*[int64] * NUMBERS, *[types.CPointer(float64)] * ADDRESSES)


def fused(loss, grad, both=None, dim=0):
    """The loop with the landscape's functions inlined.

    both : J and its gradient at once, where they share their work;  dim : so many parameters,
    few enough to stay in the processor's registers; 0 for more, and MANY for so many or more.
    """
    loss, grad, in_lanes = register_jitable(loss), register_jitable(grad), register_jitable(many)
    if both is None:

        def both(theta, params, out):
            cost = loss(theta, params)
            grad(theta, params, out)
            return cost

    in_one = register_jitable(both)

    def fused(
        code, ahead, correct, many_, size, planned, told, first, last, steps,
        params_at, hyper_at, room_at, path_at, losses_at, norms_at, states_at,
    ):  # fmt: skip
        """Steps `first` to `last` of `steps`, on n = many_ parameters.

        The addresses: params (size,), hyper (steps if planned else 1, 5), room (6 n + 4,) zeros,
        path (steps + 1, n), losses and norms (steps + 1,), states (steps + 1, 3, n) if told.
        room ends with what the next call goes on with: two powers; and rows filled, status.
        """
        n = dim if 0 < dim < MANY else many_  # known to the compiler where it is small
        params, hyper = carray(params_at, (size,)), carray(hyper_at, (steps if planned else 1, 5))
        path, room = carray(path_at, (steps + 1, n)), carray(room_at, (6 * n + 4,))
        losses, norms = carray(losses_at, (steps + 1,)), carray(norms_at, (steps + 1,))
        states, carry = carray(states_at, (steps + 1, 3, n)), room[6 * n :]
        if 0 < dim < MANY:
            at, theta, v = scratch(dim), scratch(dim), scratch(dim)
            s, s_max, g = scratch(dim), scratch(dim), scratch(dim)
        else:
            at, theta, v = room[:n], room[n : 2 * n], room[2 * n : 3 * n]
            s, s_max, g = room[3 * n : 4 * n], room[4 * n : 5 * n], room[5 * n : 6 * n]
        # parts that begin with `first`: an index that counts from 0 needs no look at its sign
        rows, costs, lengths = path[first:], losses[first:], norms[first:]
        table = hyper[min(first, hyper.shape[0] - 1) :]
        eta, gamma, beta2 = table[0, ETA], table[0, GAMMA], table[0, BETA2]
        eps, decay = table[0, EPS], table[0, DECAY]
        power1, power2 = (1.0, 1.0) if first == 0 else (carry[0], carry[1])
        status, taken = MAX_STEPS, last - first
        for i in range(n):
            theta[i], v[i], s[i] = rows[0, i], room[2 * n + i], room[3 * n + i]
            s_max[i] = room[4 * n + i]
        for t in range(taken + (last == steps)):  # the last row belongs to the last call
            costs[t] = in_one(theta, params, g)
            square = 0.0
            for i in range(n):
                square += g[i] * g[i]
            lengths[t] = np.sqrt(square)
            if told:
                k = first + t
                for i in range(n):
                    states[k, 0, i], states[k, 1, i], states[k, 2, i] = v[i], s[i], s_max[i]
            if t == steps - first:
                break
            if planned:
                eta, gamma, beta2 = table[t, ETA], table[t, GAMMA], table[t, BETA2]
                eps, decay = table[t, EPS], table[t, DECAY]
            if ahead:
                for i in range(n):
                    at[i] = look_ahead(theta[i], v[i], gamma)
                grad(at, params, g)
            # 1 - power is 1 long before a power is a denormal number, which takes long to multiply
            power1 = power1 * gamma * correct if power1 > TINY else 0.0
            power2 = power2 * beta2 * correct if power2 > TINY else 0.0
            far = 0
            if dim == MANY:
                in_lanes(
                    code, theta, v, s, s_max, g, 0.0, eta, gamma, beta2, eps, decay,
                    power1, power2, params, rows[t + 1],
                )  # fmt: skip
                for i in range(n):
                    theta[i] = rows[t + 1, i]
                    far += 0 if abs(theta[i]) <= FAR else 1
            else:
                for i in range(n):
                    theta[i], v[i], s[i], s_max[i] = step(
                        code, theta[i], v[i], s[i], s_max[i], g[i],
                        eta, gamma, beta2, eps, decay, power1, power2,
                    )  # fmt: skip
                    rows[t + 1, i] = theta[i]
                    far += 0 if abs(theta[i]) <= FAR else 1
            if far > 0:
                status, taken = DIVERGED, t
                break
        for i in range(n):
            room[2 * n + i], room[3 * n + i], room[4 * n + i] = v[i], s[i], s_max[i]
        over = status == DIVERGED or last == steps
        carry[0], carry[1], carry[3] = power1, power2, status
        carry[2] = first + taken + 1 if over else first + taken

    return fused


def machine_code(kind, dim):
    """(name, machine code) of the loop on a landscape of the book.

    It is called as Numba's functions are: with two addresses before its arguments, where
    something would be returned, or an error told.
    """
    made = (getattr(landscapes, kind + end, None) for end in ("", "_grad", "_both"))
    loop = njit(no_cpython_wrapper=True, no_cfunc_wrapper=True, **OPTIONS)(fused(*made, dim))
    found = loop.get_compile_result(SIGNATURE)
    name, library = found.fndesc.llvm_func_name, found.library
    module = llvm.parse_bitcode(library._final_module.as_bitcode())
    for one in (*module.functions, *module.global_variables):  # what Numba adds, nobody calls
        if one.name != name and not one.is_declaration:
            one.linkage = "internal"
    passes, machine = llvm.create_new_module_pass_manager(), library._codegen._tm
    passes.add_global_dead_code_eliminate_pass()
    passes.run(module, llvm.create_pass_builder(machine, llvm.create_pipeline_tuning_options()))
    lent = {one.name for one in module.functions if one.is_declaration}
    strange = {name for name in lent - LENT if not name.startswith("llvm.")}
    assert not strange, f"{kind} calls {strange}"
    return name, machine.emit_object(module)
