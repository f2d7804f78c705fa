"""One file that holds everything that cannot be made anew, and back: the database and the files of rasters."""
