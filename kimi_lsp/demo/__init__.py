"""The main job without a key: the offline Kimi, a real server process, and a small editor."""
