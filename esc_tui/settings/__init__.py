"""The settings of the program, and where its files are found."""
