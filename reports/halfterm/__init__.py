"""The half-termly pastoral report: counted once, frozen, put into words by its author, signed, released."""
