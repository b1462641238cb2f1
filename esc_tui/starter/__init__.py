"""The sources of the starter bank and the code that reads and loads them."""
