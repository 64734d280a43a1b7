"""What the tests of the composed pages may ask for."""

import pytest


@pytest.fixture
def media(settings, tmp_path):
    """Files of the test's own."""
    settings.MEDIA_ROOT = tmp_path / "files"
    return settings.MEDIA_ROOT


@pytest.fixture
def eager(monkeypatch):
    """Tasks run at once, in this process."""
    from pastoral.celery import app

    monkeypatch.setattr(app.conf, "task_always_eager", True)
    monkeypatch.setattr(app.conf, "task_eager_propagates", True)
