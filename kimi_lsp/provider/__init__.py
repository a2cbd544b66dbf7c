"""The model: OpenAI-compatible endpoints that serve Kimi."""
