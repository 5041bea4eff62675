"""The conventions of PyTorch, Keras, optax and JAX, as one table beside the book's own.

`translation.translate` and the live translator compare its rows.
"""

#: What a framework is called.
TITLES = {
    "book": "this book", "torch": "PyTorch", "keras": "Keras", "optax": "optax",
    "jax": "JAX", "ema": "optax.ema",
}  # fmt: skip
FAMILIES = {"momentum": "momentum and NAG", "rmsprop": "RMSprop", "adam": "Adam and AdamW"}

#: The settings of a family under the book's names, with the values that they begin with.
SETTINGS = {
    "momentum": {"eta": 0.01, "gamma": 0.9, "nesterov": False, "dampening": 0.0, "decay": 0.0},
    "rmsprop": {"eta": 0.001, "beta2": 0.9, "eps": 1e-8, "gamma": 0.0},
    "adam": {"eta": 0.001, "beta1": 0.9, "beta2": 0.999, "eps": 1e-8, "decay": 0.0},
}


def _dialect(framework, code, names, **traits):
    return {"framework": framework, "code": code, "names": dict(pair.split("=") for pair in
            names.split()), "eta": "", "point": "", "decay": "", "eps": "", **traits}  # fmt: skip


_TORCH = "eta=lr gamma=momentum nesterov=nesterov dampening=dampening decay=weight_decay"
_KERAS = "eta=learning_rate gamma=momentum nesterov=nesterov decay=weight_decay"
_OPTAX = "eta=learning_rate gamma=momentum nesterov=nesterov"
_DECAYED = f"{_OPTAX} decay=weight_decay"
_NESTEROV, _DECAY = "[nesterov|, nesterov=True]", "[decay|, weight_decay={decay}]"
_KADAM = "learning_rate={eta}, beta_1={beta1}, beta_2={beta2}, epsilon={eps}"
_OADAM = "learning_rate={eta}, b1={beta1}, b2={beta2}, eps={eps}"

#: family -> one row for each way that a framework has, its usual one first.
#: code : the line to type, with {settings} and [parts|that a setting calls for].
#: eta : η "inside" v or "outside".  point : what is stored, "theta" or NAG's look-ahead "ahead".
#: decay : "l2" (added to the gradient), "decoupled" (beside the step) or "" (none).
#: eps : "outside" the root, "inside", or "early" (outside, before the bias correction).
DIALECTS = {
    "momentum": [
        _dialect("book", "ml.[!nesterov|momentum][nesterov|nag](eta={eta}, gamma={gamma})",
                 "eta=eta gamma=gamma nesterov=nesterov", eta="inside", point="theta"),
        _dialect("torch", "torch.optim.SGD(params, lr={eta}, momentum={gamma}"
                 f"[dampening|, dampening={{dampening}}]{_NESTEROV}{_DECAY})", _TORCH,
                 eta="outside", point="ahead", decay="l2"),
        _dialect("keras", "keras.optimizers.SGD(learning_rate={eta}, momentum={gamma}"
                 f"{_NESTEROV}{_DECAY})", _KERAS, eta="inside", point="ahead", decay="decoupled"),
        _dialect("optax", f"optax.sgd(learning_rate={{eta}}, momentum={{gamma}}{_NESTEROV})",
                 _OPTAX, eta="outside", point="ahead"),
        _dialect("optax", "optax.chain(optax.scale_by_learning_rate({eta}), "
                 f"optax.trace({{gamma}}{_NESTEROV}))", _OPTAX, eta="inside", point="ahead"),
        _dialect("optax", "optax.chain(optax.add_decayed_weights({decay}), "
                 f"optax.sgd(learning_rate={{eta}}, momentum={{gamma}}{_NESTEROV}))", _DECAYED,
                 eta="outside", point="ahead", decay="l2"),
        _dialect("optax", f"optax.chain(optax.trace({{gamma}}{_NESTEROV}), optax."
                 "add_decayed_weights({decay}), optax.scale_by_learning_rate({eta}))", _DECAYED,
                 eta="outside", point="ahead", decay="decoupled"),
        _dialect("jax", "optimizers.[!nesterov|momentum][nesterov|nesterov]"
                 "(step_size={eta}, mass={gamma})", "eta=step_size gamma=mass nesterov=nesterov",
                 eta="outside", point="ahead"),
        _dialect("ema", "optax.chain(optax.ema({gamma}, debias=False), "
                 "optax.scale_by_learning_rate({eta}))", "eta=learning_rate gamma=decay",
                 eta="outside", point="ahead"),
    ],
    "rmsprop": [
        _dialect("book", "ml.rmsprop(eta={eta}, beta2={beta2}, eps={eps}, gamma={gamma})",
                 "eta=eta beta2=beta2 eps=eps gamma=gamma", eta="inside", eps="outside"),
        _dialect("torch", "torch.optim.RMSprop(params, lr={eta}, alpha={beta2}, eps={eps}, "
                 "momentum={gamma})", "eta=lr beta2=alpha eps=eps gamma=momentum",
                 eta="outside", eps="outside"),
        _dialect("keras", "keras.optimizers.RMSprop(learning_rate={eta}, rho={beta2}, "
                 "epsilon={eps}, momentum={gamma})",
                 "eta=learning_rate beta2=rho eps=epsilon gamma=momentum",
                 eta="inside", eps="inside"),
        *(_dialect("optax", "optax.rmsprop(learning_rate={eta}, decay={beta2}, eps={eps}, "
                   f"eps_in_sqrt={root}, momentum={{gamma}})",
                   "eta=learning_rate beta2=decay eps=eps gamma=momentum", eta="inside", eps=place)
          for root, place in ((True, "inside"), (False, "outside"))),
        _dialect("jax", "optimizers.rmsprop_momentum(step_size={eta}, gamma={beta2}, eps={eps}, "
                 "momentum={gamma})", "eta=step_size beta2=gamma eps=eps gamma=momentum",
                 eta="inside", eps="inside"),
    ],
    "adam": [
        _dialect("book", "ml.adam[decay|w](eta={eta}, beta1={beta1}, beta2={beta2}, eps={eps}"
                 f"{_DECAY})", "eta=eta beta1=beta1 beta2=beta2 eps=eps decay=weight_decay",
                 decay="decoupled", eps="outside"),
        _dialect("torch", "torch.optim.Adam[decay|W](params, lr={eta}, betas=({beta1}, {beta2}), "
                 f"eps={{eps}}{_DECAY})",
                 "eta=lr beta1=beta1 beta2=beta2 eps=eps decay=weight_decay",
                 decay="decoupled", eps="outside"),
        _dialect("keras", f"keras.optimizers.Adam[decay|W]({_KADAM}{_DECAY})",
                 "eta=learning_rate beta1=beta_1 beta2=beta_2 eps=epsilon decay=weight_decay",
                 decay="decoupled", eps="early"),
        _dialect("optax", f"optax.adam[decay|w]({_OADAM}{_DECAY})",
                 "eta=learning_rate beta1=b1 beta2=b2 eps=eps decay=weight_decay",
                 decay="decoupled", eps="outside"),
        _dialect("jax", "optimizers.adam(step_size={eta}, b1={beta1}, b2={beta2}, eps={eps})",
                 "eta=step_size beta1=b1 beta2=b2 eps=eps", eps="outside"),
    ],
}  # fmt: skip

#: What the packages fill in (PyTorch 2.13, Keras 3.15, optax 0.2.8); weight_decay of AdamW.
DEFAULTS = {
    "torch.optim.SGD": {"lr": 0.001, "momentum": 0, "dampening": 0, "weight_decay": 0},
    "keras.optimizers.SGD": {"learning_rate": 0.01, "momentum": 0.0, "weight_decay": None},
    "torch.optim.RMSprop": {"lr": 0.01, "alpha": 0.99, "eps": 1e-8, "momentum": 0},
    "keras.optimizers.RMSprop": {"learning_rate": 0.001, "rho": 0.9, "epsilon": 1e-7},
    "optax.rmsprop": {"decay": 0.9, "eps": 1e-8, "eps_in_sqrt": True},
    "torch.optim.AdamW": {"lr": 0.001, "eps": 1e-8, "weight_decay": 0.01},
    "keras.optimizers.AdamW": {"learning_rate": 0.001, "epsilon": 1e-7, "weight_decay": 0.004},
    "optax.adamw": {"eps": 1e-8, "weight_decay": 1e-4},
}

#: How far a translation holds.
EXACT = ("the same path", "the same path while η is constant", "no exact equivalent")

#: What to know: a place in EXACT, and a sentence or two.
NOTES = {
    "to outside": (1, "{source} keeps η inside v, {target} outside: the paths part when η changes."
                   " To keep them together, give {target} the momentum γ · old η / new η for the"
                   " one step at which η changes."),
    "to inside": (1, "{source} keeps η outside v, {target} inside: the paths part when η changes."
                  " To keep them together, give {target} the momentum γ · new η / old η for the"
                  " one step at which η changes."),
    "nesterov": (1, "One of {source} and {target} keeps η inside v, the other outside: the paths"
                 " part when η changes, and with Nesterov no momentum makes up for it."),
    "point": (0, "The book stores θ; the frameworks store the look-ahead point θ − γv, where NAG"
              " measures the slope. The cost that a framework logs is the cost there."),
    "average": (0, "optax.ema averages, the others sum: η is 1/(1 − γ) times as large there."),
    "no nesterov": (2, "optax.ema has no Nesterov form; this line is plain momentum."),
    "dampening": (2, "PyTorch puts the first gradient into v whole, whatever dampening says, and"
                  " only {target_eta} of lr acts later. Its first velocity is {first} times as"
                  " large, and the difference fades with the memory of v."),
    "to decoupled": (2, "{source} adds weight_decay · θ to the gradient, so the pull goes through"
                     " v; in {target} it stands beside v. The nearest value is larger by"
                     " 1/(1 − γ): the pull in the long run is the same, its timing is not."),
    "to l2": (2, "{source} has its weight decay beside v; {target} adds weight_decay · θ to the"
              " gradient, so the pull goes through v. The nearest value is smaller by 1 − γ: the"
              " pull in the long run is the same, its timing is not."),
    "cost": (0, "{target} has no weight decay here: add weight_decay/2 · ‖θ‖² to the cost."),
    "no decay": (2, "{target} has no weight decay beside the step: take η · weight_decay · θ"
                 " from θ yourself in each step, with θ as it was before."),
    "root": (2, "One of {source} and {target} adds ε inside the root, √(s + ε), the other outside,"
             " √s + ε. The value shown agrees where s is 0."),
    "early": (2, "Keras adds ε to √s before the bias correction: at step t it acts like"
              " ε/√(1 − β₂ᵗ) elsewhere, {first} times ε in the first step. Where √s is far above"
              " ε, you will not see it."),
}  # fmt: skip
