"""What `manage.py up` is made of: child processes, their watcher, and the file that tells others of them."""
