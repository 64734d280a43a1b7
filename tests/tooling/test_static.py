"""The static files of a real installation: fingerprinted, and none refers to a file that is not there."""

from django.core.management import call_command


def test_every_static_file_finds_what_it_refers_to(settings, tmp_path):
    settings.STATIC_ROOT = tmp_path
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"},
    }
    call_command("collectstatic", verbosity=0, interactive=False)
    assert (tmp_path / "staticfiles.json").exists()
    assert (tmp_path / "tabler" / "css" / "tabler.min.css").exists()
    assert not (tmp_path / "tabler" / "libs").exists()
