"""The main job end to end, headless: every step is a command, checked against what the sandbox holds."""
