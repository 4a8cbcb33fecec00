"""The limits hold together."""

from __future__ import annotations

from lentigo.service.admission.limits import Limits


def test_every_limit_lets_something_through() -> None:
    limits = Limits()
    assert all(value > 0 for value in vars(limits).values())
    assert limits.images <= limits.waiting_images, "a full request fits into the queue"
    assert limits.body_bytes <= limits.held_bytes
    assert limits.draining_seconds + limits.stopping_seconds < 12, "systemd waits longer than that"
