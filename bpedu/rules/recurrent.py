"""Recurrent: the same weights at every step of a sequence, so their gradients are summed over the steps. Chapter 22.

N batch, T steps, D inputs, H hidden units. A *step* takes one time step X (N, D); a *sequence* takes X (N, T, D), starts from
a given state and returns the state after every step. The products with the inputs need no state, so sequences make them
for all steps at once.
"""

import numpy as np

from bpedu.rules.activations import logistic
from bpedu.rules.linear import plus_bias


def rnn_step(X, H, W_x, W_h, b):
    """H' = tanh(X W_xᵀ + H W_hᵀ + b). Elman 1990.

    X (N, D), H (N, H), W_x (H, D), W_h (H, H), b (H,) -> H' (N, H). With dZ = dH' (1 − H'²): dX = dZ W_x, dH = dZ W_h,
    dW_x = dZᵀ X, dW_h = dZᵀ H, db = Σ dZ.
    """
    H_next = np.tanh(X @ W_x.T + H @ W_h.T + b)

    def rnn_step_pullback(dH_next):
        dZ = dH_next * (1 - H_next * H_next)
        return dZ @ W_x, dZ @ W_h, dZ.T @ X, dZ.T @ H, dZ.sum(axis=0)

    return H_next, rnn_step_pullback


def rnn(X, H0, W_x, W_h, b):
    """The states of an RNN over a whole sequence: H[:, t] = tanh(X[:, t] W_xᵀ + H[:, t−1] W_hᵀ + b).

    X (N, T, D), H0 (N, H), weights as in rnn_step -> H (N, T, H). The pullback is backpropagation through time: from the
    last step to the first, each step's dH is what the loss says there plus what the next step sends back.
    """
    H = plus_bias(X @ W_x.T, b)  # (N, T, H), not yet through tanh
    previous = H0
    for t in range(X.shape[1]):
        previous = H[:, t] = np.tanh(H[:, t] + previous @ W_h.T)

    def rnn_pullback(dH):
        dZ, dH_next = np.empty_like(H), np.zeros_like(H0)
        for t in reversed(range(X.shape[1])):
            dZ[:, t] = (dH[:, t] + dH_next) * (1 - H[:, t] ** 2)
            dH_next = dZ[:, t] @ W_h
        return dZ @ W_x, dH_next, *_weights(dZ, X, _shifted(H0, H))

    return H, rnn_pullback


def _shifted(H0, H):
    """The state before every step: H0, then all states but the last."""
    return np.concatenate([H0[:, None], H[:, :-1]], axis=1)


def _weights(dZ, X, H_before):
    """dW_x, dW_h, db: one product over batch and time together sums what every step says about the shared weights."""
    flat = dZ.reshape(-1, dZ.shape[-1])
    return flat.T @ X.reshape(len(flat), -1), flat.T @ H_before.reshape(len(flat), -1), flat.sum(axis=0)


def lstm_step(X, H, C, W_x, W_h, b):
    """One step of an LSTM: the cell C forgets and writes through gates, the state H is what it lets out. Gers et al. 2000.

    i, f, o = σ(…), g = tanh(…) of Z = X W_xᵀ + H W_hᵀ + b in the order i, f, g, o;  C' = f C + i g,  H' = o tanh C'.
    X (N, D), H, C (N, H), W_x (4H, D), W_h (4H, H), b (4H,) -> (H', C'); the pullback takes (dH', dC').
    """
    i, f, g, o = np.split(X @ W_x.T + H @ W_h.T + b, 4, axis=1)
    i, f, g, o = logistic(i), logistic(f), np.tanh(g), logistic(o)
    C_next = f * C + i * g
    tanh_C = np.tanh(C_next)

    def lstm_step_pullback(dH_next, dC_next):
        dC = dC_next + dH_next * o * (1 - tanh_C * tanh_C)  # C' is used twice: passed on, and let out
        di, df, dg, do = dC * g, dC * C, dC * i, dH_next * tanh_C
        dZ = np.concatenate([di * i * (1 - i), df * f * (1 - f), dg * (1 - g * g), do * o * (1 - o)], axis=1)
        return dZ @ W_x, dZ @ W_h, dC * f, dZ.T @ X, dZ.T @ H, dZ.sum(axis=0)

    return (o * tanh_C, C_next), lstm_step_pullback


def lstm(X, H0, C0, W_x, W_h, b):
    """The states of an LSTM over a whole sequence, and its last cell.

    X (N, T, D), H0, C0 (N, H), weights as in lstm_step -> (H (N, T, H), C_T (N, H)). The pullback takes dH and, where the
    cell is carried on, dC_T (None: 0); it returns dX, dH0, dC0, dW_x, dW_h, db.

    This is lstm_step in a loop (a test says so), arranged for speed: the gates are the first axis, so each is contiguous;
    σ(z) = ½ + ½ tanh(z/2) lets one tanh make all four.
    """
    N, T, D = X.shape
    H = H0.shape[1]
    half = np.array([0.5, 0.5, 1, 0.5], dtype=X.dtype).reshape(4, 1, 1)  # σ for i, f, o; tanh itself for g
    X_rows = X.swapaxes(0, 1).reshape(T * N, D)
    W_gates = np.ascontiguousarray((W_h.reshape(4, H, H) * half).swapaxes(1, 2))
    G = X_rows @ (W_x.reshape(4, H, D) * half).swapaxes(1, 2)
    G += b.reshape(4, 1, H) * half
    G = G.reshape(4, T, N, H)  # from here on time before batch: what a step touches lies together
    states, cells = (np.concatenate([S0[None], np.empty((T, N, H), X.dtype)]) for S0 in (H0, C0))
    tanh_C = np.empty((T, N, H), X.dtype)
    for t in range(T):
        _fill_gates(G[:, t], states[t] @ W_gates, half)
        i, f, g, o = G[:, t]
        np.add(f * cells[t], i * g, out=cells[t + 1])
        np.tanh(cells[t + 1], out=tanh_C[t])
        np.multiply(o, tanh_C[t], out=states[t + 1])

    def lstm_pullback(dH, dC_last=None):
        dZ, dH_next = np.empty_like(G), np.zeros_like(H0)
        dC = np.zeros_like(C0) if dC_last is None else dC_last
        for t in reversed(range(T)):
            i, f, g, o = G[:, t]
            dH_t = dH[:, t] + dH_next
            dC = dC + dH_t * o * (1 - tanh_C[t] * tanh_C[t])
            dZ_t = dZ[:, t]
            dZ_t[0], dZ_t[1], dZ_t[2], dZ_t[3] = dC * g, dC * cells[t], dC * i, dH_t * tanh_C[t]
            slopes = G[:, t] * (1 - G[:, t])
            slopes[2] = 1 - g * g
            dZ_t *= slopes
            dH_next = (dZ_t @ W_h.reshape(4, H, H)).sum(axis=0)
            dC = dC * f
        rows = dZ.reshape(4, T * N, H)
        dX = (rows @ W_x.reshape(4, H, D)).sum(axis=0).reshape(T, N, D).swapaxes(0, 1)
        dW_x = (rows.swapaxes(1, 2) @ X_rows).reshape(W_x.shape)
        dW_h = (rows.swapaxes(1, 2) @ states[:-1].reshape(T * N, H)).reshape(W_h.shape)
        return dX, dH_next, dC, dW_x, dW_h, rows.sum(axis=1).reshape(b.shape)

    return (states[1:].swapaxes(0, 1), cells[-1]), lstm_pullback


def _fill_gates(gates, from_state, half):
    """Turn what the inputs say to the gates, (4, N, H), into the gates themselves, in place: it is lstm's own array."""
    gates += from_state
    np.tanh(gates, out=gates)
    gates *= half
    gates += 1 - half


def gru_step(X, H, W_x, W_h, b_x, b_h):
    """One step of a GRU: r decides how much of the past the candidate n sees, z how much of the past stays. Cho et al. 2014.

    r, z = σ(…), n = tanh(x_n + r h_n) with X W_xᵀ + b_x = (x_r, x_z, x_n) and H W_hᵀ + b_h = (h_r, h_z, h_n);
    H' = (1 − z) n + z H. X (N, D), H (N, H), W_x (3H, D), W_h (3H, H), b_x, b_h (3H,) -> H' (N, H). The reset gate acts
    after the product, as in PyTorch, which is why there are two biases.
    """
    H_next, back = _gru_gates(X @ W_x.T + b_x, H @ W_h.T + b_h, H)

    def gru_step_pullback(dH_next):
        dZ_x, dZ_h, dH = back(dH_next)
        return dZ_x @ W_x, dH + dZ_h @ W_h, dZ_x.T @ X, dZ_h.T @ H, dZ_x.sum(axis=0), dZ_h.sum(axis=0)

    return H_next, gru_step_pullback


def _gru_gates(Z_x, Z_h, H):
    """The GRU's step after its two products, and its pullback to them and to the H that is mixed in directly."""
    x_r, x_z, x_n = np.split(Z_x, 3, axis=1)
    h_r, h_z, h_n = np.split(Z_h, 3, axis=1)
    r, z = logistic(x_r + h_r), logistic(x_z + h_z)
    n = np.tanh(x_n + r * h_n)

    def gru_gates_pullback(dH_next):
        dn = dH_next * (1 - z) * (1 - n * n)
        dz = dH_next * (H - n) * z * (1 - z)
        dr = dn * h_n * r * (1 - r)
        return np.concatenate([dr, dz, dn], axis=1), np.concatenate([dr, dz, dn * r], axis=1), dH_next * z

    return (1 - z) * n + z * H, gru_gates_pullback


def gru(X, H0, W_x, W_h, b_x, b_h):
    """The states of a GRU over a whole sequence. X (N, T, D), H0 (N, H), weights as in gru_step -> H (N, T, H)."""
    N, T, _ = X.shape
    Z_x = plus_bias(X @ W_x.T, b_x)  # (N, T, 3H)
    H, backs = np.empty((N, T, H0.shape[1]), dtype=Z_x.dtype), []
    for t in range(T):
        H[:, t], back = _gru_gates(Z_x[:, t], (H[:, t - 1] if t else H0) @ W_h.T + b_h, H[:, t - 1] if t else H0)
        backs.append(back)

    def gru_pullback(dH):
        dZ_x, dZ_h, dH_next = np.empty_like(Z_x), np.empty_like(Z_x), np.zeros_like(H0)
        for t in reversed(range(T)):
            dZ_x[:, t], dZ_h[:, t], kept = backs[t](dH[:, t] + dH_next)
            dH_next = kept + dZ_h[:, t] @ W_h
        dW_x, _, db_x = _weights(dZ_x, X, X)
        _, dW_h, db_h = _weights(dZ_h, X, _shifted(H0, H))
        return dZ_x @ W_x, dH_next, dW_x, dW_h, db_x, db_h

    return H, gru_pullback
