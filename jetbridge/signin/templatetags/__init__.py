"""What templates of other rooms show of sign-in."""
