"""The process that draws and compares. Only here are the libraries of the extra imported."""
