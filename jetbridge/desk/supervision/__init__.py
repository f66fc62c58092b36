"""`up`: starts, watches and ends the processes of one installation."""
