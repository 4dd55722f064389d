import numpy as np
from dataclasses import replace
from ...geometry.camera import Camera


def distort(plane, k):
    x, y = plane[..., 0], plane[..., 1]
    r2 = x * x + y * y
    f = 1 + k[0] * r2 + k[1] * r2**2 + k[4] * r2**3
    return np.stack(
        [x * f + 2 * k[2] * x * y + k[3] * (r2 + 2 * x * x), y * f + k[2] * (r2 + 2 * y * y) + 2 * k[3] * x * y], -1
    )


def undistort(points, camera, k):
    target = camera.plane(points.astype(float))
    p = target.copy()
    for _ in range(50):
        p = p + (target - distort(p, k))
    return p * camera.focal + camera.centre


def at_times(kp, times):
    t = kp.time
    i = np.clip(np.searchsorted(t, times) - 1, 0, len(t) - 2)
    w = (times - t[i]) / (t[i + 1] - t[i])
    inside = (w > -0.5) & (w < 1.5)
    w = np.clip(w, 0, 1)

    def mix(v):
        s = w.reshape(-1, *[1] * (v.ndim - 1))
        return (v[i] * (1 - s) + v[i + 1] * s).astype(v.dtype)

    near = np.where(w < 0.5, i, i + 1)
    ca, cb = kp.confidence[i], kp.confidence[i + 1]
    conf = np.where((w < 1e-6)[:, None], ca, np.where((w > 1 - 1e-6)[:, None], cb, np.minimum(ca, cb)))
    conf = conf * inside[:, None]
    return replace(kp, points=mix(kp.points), confidence=conf.astype(np.float32), depth=mix(kp.depth), time=times)


def triangulate(planes, weights, rotations, translations):
    """planes (V,F,N,2), weights (V,F,N) -> (F,N,3) in axes rotations lead from"""
    rows = []
    for uv, w, R, t in zip(planes, weights, rotations, translations):
        P = np.concatenate([R, t[:, None]], 1)
        rows.append(w[..., None] * (uv[..., :1] * P[2] - P[0]))
        rows.append(w[..., None] * (uv[..., 1:] * P[2] - P[1]))
    A = np.stack(rows, -2)
    X = np.linalg.svd(A)[2][..., -1, :]
    X = X[..., :3] / X[..., 3:]
    X[(np.stack(weights) > 0).sum(0) < 2] = np.nan
    return X
