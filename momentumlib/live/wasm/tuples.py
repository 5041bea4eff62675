"""A pass of Numba's compiler that turns a list which a function returns into a tuple.

A page hands out no memory, so it has no lists; their parts it can return one by one.
"""

from numba.core import ir
from numba.core.compiler import CompilerBase, DefaultPassBuilder
from numba.core.compiler_machinery import FunctionPass, register_pass
from numba.core.ir_utils import find_callname, guard
from numba.core.untyped_passes import IRProcessing

ARRAYS = (("array", "numpy"), ("asarray", "numpy"))


@register_pass(mutates_CFG=False, analysis_only=False)
class _ReturnTuples(FunctionPass):
    """`return [a, b]` and `return np.array([a, b])` become `return a, b`."""

    _name = "return_tuples"

    def __init__(self):  # abstract in Numba
        super().__init__()

    def run_pass(self, state):
        for block in state.func_ir.blocks.values():
            if isinstance(block.terminator, ir.Return):
                made = {s.target.name: s for s in block.body if isinstance(s, ir.Assign)}
                cast = made.get(block.terminator.value.name)
                if cast and getattr(cast.value, "op", "") == "cast":
                    self.rewrite(state.func_ir, made, cast.value.value.name)
        return True

    def rewrite(self, function, made, name):
        if name not in made or not name.startswith("$"):  # a variable may have other uses
            return
        value = made[name].value
        if getattr(value, "op", "") == "build_list":
            made[name].value = ir.Expr.build_tuple(value.items, value.loc)
        elif getattr(value, "op", "") == "call" and len(value.args) == 1 and not value.kws:
            if guard(find_callname, function, value) in ARRAYS:
                self.rewrite(function, made, value.args[0].name)
                made[name].value = value.args[0]


class ListsAsTuples(CompilerBase):
    """Numba's compiler, with this pass."""

    def define_pipelines(self):
        passes = DefaultPassBuilder.define_nopython_pipeline(self.state)
        passes.add_pass_after(_ReturnTuples, IRProcessing)
        passes.finalize()
        return [passes]
