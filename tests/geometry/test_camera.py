"""Places before the camera: known ones come back from where their points are seen."""

import numpy as np

from engine.geometry.camera import Camera, aim_in_camera, place_in_camera


def test_known_places_come_back() -> None:
    random = np.random.default_rng(0)
    camera = Camera.of(np.array([900.0, 900.0, 400.0, 300.0]))
    points = 0.3 * random.standard_normal((20, 8, 3))
    places = random.uniform([-0.4, -0.3, 1.5], [0.4, 0.3, 3.0], (20, 3))
    pixels, weights = camera.project(points + places[:, None]), random.uniform(0.2, 1.0, (20, 8))
    np.testing.assert_allclose(place_in_camera(points, pixels, weights, camera), places, atol=1e-6)
    aimed = aim_in_camera(points, pixels, weights, camera, places[:, 2:])
    np.testing.assert_allclose(aimed, places[:, :2], atol=1e-6)
    # A metre farther away, the same pixels are the places that rays through them reach.
    farther = aim_in_camera(points, pixels, np.ones((20, 8)), camera, places[:, 2:] + 1.0)
    np.testing.assert_allclose(farther, places[:, :2] + camera.plane(pixels).mean(1), atol=1e-6)
