"""The main job end to end, headless: every step is a command, judged by what the sandbox holds."""
