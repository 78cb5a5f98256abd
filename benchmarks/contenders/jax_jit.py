"""JAX: the training step compiled as a whole by jit; loops over time are lax.scan."""

import jax
import jax.numpy as jnp


def training(loss_fn):
    def prepare(work):
        @jax.jit
        def step(p, X, y):
            loss, gradients = jax.value_and_grad(loss_fn)(p, X, y)
            return {name: p[name] - work.lr * gradients[name] for name in p}, loss

        def run():
            p = {name: jnp.asarray(a) for name, a in work.parameters.items()}
            for X, y in work.batches:
                p, loss = step(p, X, y)
            return float(loss)

        return run

    return prepare


def dense(X, W, b):
    return X @ W.T + b


def cross_entropy(Z, y):
    return jnp.mean(jax.nn.logsumexp(Z, axis=-1) - jnp.take_along_axis(Z, y[..., None], axis=-1)[..., 0])


def mlp(p, X, y):
    return cross_entropy(dense(jax.nn.relu(dense(X, p["W1"], p["b1"])), p["W2"], p["b2"]), y)


def conv(X, K, c):
    return jax.lax.conv_general_dilated(X, K, (1, 1), "SAME") + c[:, None, None]


def pool(X):
    return jax.lax.reduce_window(X, -jnp.inf, jax.lax.max, (1, 1, 2, 2), (1, 1, 2, 2), "VALID")


def cnn(p, X, y):
    A = pool(jax.nn.relu(conv(X, p["K1"], p["c1"])))
    A = pool(jax.nn.relu(conv(A, p["K2"], p["c2"])))
    return cross_entropy(dense(A.reshape(len(A), -1), p["W"], p["b"]), y)


def lstm(p, X, y):
    Z_x = dense(p["E"][X], p["W_x"], p["b"]).swapaxes(0, 1)

    def step(state, z):
        h, c = state
        i, f, g, o = jnp.split(z + h @ p["W_h"].T, 4, axis=1)
        c = jax.nn.sigmoid(f) * c + jax.nn.sigmoid(i) * jnp.tanh(g)
        h = jax.nn.sigmoid(o) * jnp.tanh(c)
        return (h, c), h

    zero = jnp.zeros((len(X), 128))
    _, H = jax.lax.scan(step, (zero, zero), Z_x)
    return cross_entropy(dense(H.swapaxes(0, 1), p["W"], p["c"]), y)


def layer_norm(x, gamma, beta):
    centred = x - x.mean(-1, keepdims=True)
    return gamma * centred * jax.lax.rsqrt((centred**2).mean(-1, keepdims=True) + 1e-5) + beta


def transformer(p, X, y):
    N, T = X.shape
    x = p["E"][X] + p["P"]
    h = layer_norm(x, p["g1"], p["s1"])
    q, k, v = dense(h, p["Wqkv"], p["bqkv"]).reshape(N, T, 3, 4, 32).transpose(2, 0, 3, 1, 4)
    S = jnp.where(jnp.tri(T, dtype=bool), q @ k.swapaxes(-1, -2) * 32**-0.5, -jnp.inf)
    a = (jax.nn.softmax(S) @ v).transpose(0, 2, 1, 3).reshape(N, T, 128)
    x = x + dense(a, p["Wo"], p["bo"])
    h = layer_norm(x, p["g2"], p["s2"])
    x = x + dense(jax.nn.gelu(dense(h, p["W1"], p["b1"]), approximate=True), p["W2"], p["b2"])
    return cross_entropy(dense(x, p["W"], p["c"]), y)


def xor(p, X, y):
    A = jnp.tanh(dense(X, p["W1"], p["b1"]))
    return jnp.mean((jnp.tanh(dense(A, p["W2"], p["b2"])) - y) ** 2)


PREPARE = {
    "W1": training(mlp), "W1b": training(mlp), "W2": training(cnn),
    "W3": training(lstm), "W4": training(transformer), "W5": training(xor),
}  # fmt: skip
