"""What a front-end project is made of and how it does things, found in its files."""
