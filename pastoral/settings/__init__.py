"""Settings: `local` runs on one machine with nothing prepared, `production` takes everything from the environment."""
