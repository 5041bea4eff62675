"""The updates of PyTorch, Keras, optax and JAX, as formulas; each a method for `minimize`.

Arguments have the names that the package gives them. Only what differs from the book's own
methods is here: Adam is `ml.adam` in PyTorch, optax and JAX alike. `make test-peers` compares
every function with the package itself (PyTorch 2.13, Keras 3.15, optax 0.2.8, JAX 0.10.2).
"""

import math

from .arguments import flag, least_zero
from .methods import checked
from .steps import own


def torch_sgd(lr, momentum=0.0, dampening=0.0, weight_decay=0.0, nesterov=False):
    """`torch.optim.SGD`: v ← μ v + (1 − τ) g, θ ← θ − lr v; lr stands outside v.

    lr : learning rate (number, array or function of t).  momentum : μ, in [0, 1].
    dampening : τ, at least 0; the first step puts the whole gradient into v, whatever τ is.
    weight_decay : added to the gradient, g + weight_decay θ, so it goes through v.
    nesterov : step along g + μ v; what is stored is then the look-ahead point of NAG.

    With τ = 0, no decay and the same numbers this is `optax.sgd`, too, and in
    `jax.example_libraries.optimizers` `momentum` and `nesterov`.
    Raises ValueError where an argument is out of range, or nesterov meets dampening.

    >>> import momentumlib as ml
    >>> valley = ml.problems.quadratic(kappa=100)
    >>> mine = ml.minimize(valley, ml.momentum(eta=0.01, gamma=0.9), steps=50)
    >>> theirs = ml.minimize(valley, torch_sgd(lr=0.01, momentum=0.9), steps=50)
    >>> bool(abs(mine.theta - theirs.theta).max() < 1e-12)
    True
    """
    keep = 1 - least_zero("dampening", dampening)
    decay = least_zero("weight_decay", weight_decay)
    if flag("nesterov", nesterov) and keep != 1:
        raise ValueError("nesterov needs dampening=0")

    if nesterov:

        def torch_sgd(theta, v, g, eta, gamma):
            g = g + decay * theta
            v = gamma * v + g
            return theta - eta * (g + gamma * v), v

    else:

        def torch_sgd(theta, v, g, t, eta, gamma):
            g = g + decay * theta
            v = gamma * v + keep * g if t > 0 else g
            return theta - eta * v, v

    return own(
        torch_sgd, eta=checked("eta", lr, "lr"), gamma=checked("gamma", momentum, "momentum")
    )


def keras_sgd(learning_rate, momentum=0.0, nesterov=False, weight_decay=0.0):
    """`keras.optimizers.SGD`: v ← μ v + η g, θ ← θ − v; η stands inside v, as in this book.

    learning_rate : η (number, array or function of t).  momentum : μ, in [0, 1].
    nesterov : step along μ v + η g; what is stored is the look-ahead point of NAG.
    weight_decay : decoupled, θ ← (1 − η weight_decay) θ before the step, beside v.
    (Keras stores −v. Its learning_rate has one value a step, from its schedule.)

    >>> import momentumlib as ml
    >>> eta = ml.schedules.step(0.01, factor=0.1, every=20)
    >>> valley = ml.problems.quadratic(kappa=100)
    >>> mine = ml.minimize(valley, ml.momentum(eta, gamma=0.9), steps=50)
    >>> theirs = ml.minimize(valley, keras_sgd(eta, momentum=0.9), steps=50)
    >>> bool(abs(mine.theta - theirs.theta).max() < 1e-12)
    True
    """
    decay = least_zero("weight_decay", weight_decay)
    ahead = 1.0 if flag("nesterov", nesterov) else 0.0

    def keras_sgd(theta, v, g, eta, gamma):
        v = gamma * v + eta * g
        step = ahead * (gamma * v + eta * g) + (1 - ahead) * v
        return theta - eta * decay * theta - step, v

    return own(
        keras_sgd,
        eta=checked("eta", learning_rate, "learning_rate"),
        gamma=checked("gamma", momentum, "momentum"),
    )


def optax_ema(learning_rate, decay=0.9, debias=True):
    """`optax.ema`, scaled: m ← γ m + (1 − γ) g, θ ← θ − η m, an average in place of a sum.

    learning_rate : η (number, array or function of t).  decay : γ, in [0, 1).
    debias : divide m by 1 − γᵗ, as Adam does.

    >>> import momentumlib as ml
    >>> valley = ml.problems.quadratic(kappa=100)
    >>> mine = ml.minimize(valley, ml.momentum(eta=0.01, gamma=0.9), steps=50)
    >>> theirs = ml.minimize(valley, optax_ema(0.1, decay=0.9, debias=False), steps=50)
    >>> bool(abs(mine.theta - theirs.theta).max() < 1e-12)
    True
    """
    corrected = 1.0 if flag("debias", debias) else 0.0

    def optax_ema(theta, m, g, t, eta, beta1):
        m = beta1 * m + (1 - beta1) * g
        return theta - eta * m / (1 - corrected * beta1 ** (t + 1)), m

    return own(
        optax_ema,
        eta=checked("eta", learning_rate, "learning_rate"),
        beta1=checked("beta1", decay, "decay"),
    )


def torch_rmsprop(lr, alpha=0.99, eps=1e-8, momentum=0.0):
    """`torch.optim.RMSprop`: v ← μ v + g / (√s + ε), θ ← θ − lr v: lr outside v, ε the root.

    lr : learning rate (number, array or function of t).  alpha : memory of the squares s.
    eps : at least 0.  momentum : μ, in [0, 1].

    >>> torch_rmsprop(lr=0.01, alpha=0.9).hyper["beta2"]
    0.9
    """

    def torch_rmsprop(theta, v, s, g, eta, gamma, beta2, eps):
        s = beta2 * s + (1 - beta2) * g * g
        v = gamma * v + g / (math.sqrt(s) + eps)
        return theta - eta * v, v, s

    return own(
        torch_rmsprop,
        eta=checked("eta", lr, "lr"),
        gamma=checked("gamma", momentum, "momentum"),
        beta2=checked("beta2", alpha, "alpha"),
        eps=eps,
    )


def keras_rmsprop(learning_rate, rho=0.9, momentum=0.0, epsilon=1e-7):
    """`keras.optimizers.RMSprop`: v ← μ v + η g / √(s + ε), θ ← θ − v; ε inside the root.

    learning_rate : η (number, array or function of t).  rho : memory of the squares s.
    momentum : μ, in [0, 1].  epsilon : at least 0.
    `optax.rmsprop` and JAX's `rmsprop_momentum` do the same, with ε = 1e-8 by default.

    >>> keras_rmsprop(learning_rate=0.01).hyper["eps"]
    1e-07
    """

    def keras_rmsprop(theta, v, s, g, eta, gamma, beta2, eps):
        s = beta2 * s + (1 - beta2) * g * g
        v = gamma * v + eta * g / math.sqrt(s + eps)
        return theta - v, v, s

    return own(
        keras_rmsprop,
        eta=checked("eta", learning_rate, "learning_rate"),
        gamma=checked("gamma", momentum, "momentum"),
        beta2=checked("beta2", rho, "rho"),
        eps=checked("eps", epsilon, "epsilon"),
    )


def torch_adam(lr, beta1=0.9, beta2=0.999, eps=1e-8, weight_decay=0.0):
    """`torch.optim.Adam` with weight_decay: Adam on g + weight_decay θ, not AdamW.

    lr : learning rate (number, array or function of t).  beta1, beta2 : PyTorch's `betas`.
    eps, weight_decay : at least 0. Without decay it is `ml.adam`.

    >>> torch_adam(lr=0.001, weight_decay=0.1).hyper["beta1"]
    0.9
    """
    decay = least_zero("weight_decay", weight_decay)

    def torch_adam(theta, m, s, g, t, eta, beta1, beta2, eps):
        g = g + decay * theta
        m = beta1 * m + (1 - beta1) * g
        s = beta2 * s + (1 - beta2) * g * g
        scale = math.sqrt(s / (1 - beta2 ** (t + 1))) + eps
        return theta - eta * m / (1 - beta1 ** (t + 1)) / scale, m, s

    return own(torch_adam, eta=checked("eta", lr, "lr"), beta1=beta1, beta2=beta2, eps=eps)


def keras_adam(learning_rate, beta_1=0.9, beta_2=0.999, epsilon=1e-7, weight_decay=0.0):
    """`keras.optimizers.Adam` and `AdamW`: ε is added to √s before the bias correction.

    θ ← θ − η √(1 − β₂ᵗ)/(1 − β₁ᵗ) · m / (√s + ε): at step t (from 1) this ε acts like
    ε/√(1 − β₂ᵗ) of the other packages.

    learning_rate : η (number, array or function of t).  beta_1, beta_2 : in [0, 1).
    epsilon : at least 0.  weight_decay : decoupled, in Keras's Adam as in its AdamW.

    >>> keras_adam(learning_rate=0.001).hyper["eps"]
    1e-07
    """
    decay = least_zero("weight_decay", weight_decay)

    def keras_adam(theta, m, s, g, t, eta, beta1, beta2, eps):
        m = beta1 * m + (1 - beta1) * g
        s = beta2 * s + (1 - beta2) * g * g
        alpha = eta * math.sqrt(1 - beta2 ** (t + 1)) / (1 - beta1 ** (t + 1))
        return theta - eta * decay * theta - alpha * m / (math.sqrt(s) + eps), m, s

    return own(
        keras_adam,
        eta=checked("eta", learning_rate, "learning_rate"),
        beta1=checked("beta1", beta_1, "beta_1"),
        beta2=checked("beta2", beta_2, "beta_2"),
        eps=checked("eps", epsilon, "epsilon"),
    )
