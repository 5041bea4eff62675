"""What an answer did in one case, and how that travels between processes."""

from dataclasses import dataclass

import numpy as np

from .answer import Wrong


@dataclass
class Trace:
    """What an answer did in one case: `values[name]` has a row for each of `labels`.

    error, good : arithmetic that failed (a division by zero), and the rows before it.
    damage : what a right answer is told that has changed what it was given;
    in_place : the same where that is the update itself.
    """

    values: dict
    labels: list
    error: Wrong | None = None
    good: int | None = None
    damage: str = ""
    in_place: str = ""
    whole: bool = False

    def plain(self):
        """The same as plain data, which a process can send."""
        told = vars(self) | {
            "values": {name: rows.tolist() for name, rows in self.values.items()},
            "whole": bool(self.whole),
        }
        if wrong := self.error:
            told["error"] = [wrong.mistake, wrong.says, wrong.arithmetic]
        return told

    @classmethod
    def of(cls, told, expected):
        """A Trace from its plain data; ValueError where it is no trace as the expected one."""
        error = told["error"] and Wrong(*told["error"])
        values = {name: np.array(told["values"][name], float) for name in expected.values}
        if any(rows.shape != expected.values[name].shape for name, rows in values.items()):
            raise ValueError("the trace has another shape")
        if not all(isinstance(told[name], str) for name in ("damage", "in_place")):
            raise ValueError("the trace says something else")
        return cls(**told | {"error": error, "values": values})
