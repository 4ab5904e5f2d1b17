"""The contract a second time: slow, plain Python, from docs/model.md alone, sharing no code with the engine."""
