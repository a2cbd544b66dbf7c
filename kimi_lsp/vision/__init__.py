"""Pictures: what a candidate looks like, how near it comes to a target, and the way there.

Nothing here imports the libraries of the extra; they are loaded in processes of their own.
"""
