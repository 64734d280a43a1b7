"""Everything composed from several apps, on the screen and on paper."""
