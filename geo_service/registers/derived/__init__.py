"""What the database derives from the registers by itself: pieces for figures, coarse shapes for low zooms."""
