"""A trading node: built, fed, commanded and watched."""
