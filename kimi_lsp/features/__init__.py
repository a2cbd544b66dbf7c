"""The LSP methods served: one file a method or family, and the only room beside the session and
the wire that knows the protocol's shapes.
"""
