"""What each section of a pack says, read from the summaries that pages show too."""
