"""The disk, behind one gate."""
