"""What applications import to work with the database that apply built."""
