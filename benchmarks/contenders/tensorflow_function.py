"""TensorFlow: the training step compiled by tf.function."""

import tensorflow as tf

tf.config.threading.set_intra_op_parallelism_threads(1)
tf.config.threading.set_inter_op_parallelism_threads(1)


def training(loss_fn):
    def prepare(work):
        p = {name: tf.Variable(a) for name, a in work.parameters.items()}
        leaves = list(p.values())
        batches = [(tf.constant(X), tf.constant(y)) for X, y in work.batches]

        @tf.function(reduce_retracing=True)
        def step(X, y):
            with tf.GradientTape() as tape:
                loss = loss_fn(p, X, y)
            for leaf, gradient in zip(leaves, tape.gradient(loss, leaves), strict=True):
                leaf.assign_sub(work.lr * tf.convert_to_tensor(gradient))
            return loss

        def run():
            for name, a in work.parameters.items():
                p[name].assign(a)
            for X, y in batches:
                loss = step(X, y)
            return float(loss)

        return run

    return prepare


def dense(X, W, b):
    return tf.tensordot(X, W, [[-1], [1]]) + b


def cross_entropy(Z, y):
    return tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(labels=y, logits=Z))


def mlp(p, X, y):
    return cross_entropy(dense(tf.nn.relu(dense(X, p["W1"], p["b1"])), p["W2"], p["b2"]), y)


def conv(X, K, c):
    """TensorFlow's CPU kernels want channels last, in the images and in the kernels."""
    return tf.nn.relu(tf.nn.conv2d(X, tf.transpose(K, [2, 3, 1, 0]), 1, "SAME") + c)


def cnn(p, X, y):
    A = tf.nn.max_pool2d(conv(tf.transpose(X, [0, 2, 3, 1]), p["K1"], p["c1"]), 2, 2, "VALID")
    A = tf.nn.max_pool2d(conv(A, p["K2"], p["c2"]), 2, 2, "VALID")
    return cross_entropy(dense(tf.reshape(tf.transpose(A, [0, 3, 1, 2]), [len(X), -1]), p["W"], p["b"]), y)


def lstm(p, X, y):
    Z_x = tf.transpose(dense(tf.gather(p["E"], X), p["W_x"], p["b"]), [1, 0, 2])
    zero = tf.zeros((X.shape[0], 128))

    def step(state, z):
        h, c = state
        i, f, g, o = tf.split(z + tf.matmul(h, p["W_h"], transpose_b=True), 4, axis=1)
        c = tf.sigmoid(f) * c + tf.sigmoid(i) * tf.tanh(g)
        return tf.sigmoid(o) * tf.tanh(c), c

    H, _ = tf.scan(step, Z_x, (zero, zero))
    return cross_entropy(dense(tf.transpose(H, [1, 0, 2]), p["W"], p["c"]), y)


def layer_norm(x, gamma, beta):
    mean, variance = tf.nn.moments(x, axes=[-1], keepdims=True)
    return tf.nn.batch_normalization(x, mean, variance, beta, gamma, 1e-5)


def transformer(p, X, y):
    N, T = X.shape
    x = tf.gather(p["E"], X) + p["P"]
    h = layer_norm(x, p["g1"], p["s1"])
    qkv = tf.transpose(tf.reshape(dense(h, p["Wqkv"], p["bqkv"]), [N, T, 3, 4, 32]), [2, 0, 3, 1, 4])
    q, k, v = tf.unstack(qkv)
    mask = tf.linalg.band_part(tf.ones((T, T)), -1, 0)
    P = tf.nn.softmax(tf.matmul(q, k, transpose_b=True) * 32**-0.5 - 1e9 * (1 - mask))
    a = tf.reshape(tf.transpose(tf.matmul(P, v), [0, 2, 1, 3]), [N, T, 128])
    x = x + dense(a, p["Wo"], p["bo"])
    h = layer_norm(x, p["g2"], p["s2"])
    x = x + dense(tf.nn.gelu(dense(h, p["W1"], p["b1"]), approximate=True), p["W2"], p["b2"])
    return cross_entropy(dense(x, p["W"], p["c"]), y)


def xor(p, X, y):
    A = tf.tanh(dense(X, p["W1"], p["b1"]))
    return tf.reduce_mean((tf.tanh(dense(A, p["W2"], p["b2"])) - y) ** 2)


PREPARE = {
    "W1": training(mlp), "W1b": training(mlp), "W2": training(cnn),
    "W3": training(lstm), "W4": training(transformer), "W5": training(xor),
}  # fmt: skip
