"""The live page: its shell, its controls, and what fills each of its tabs. Rendered, never sent."""
