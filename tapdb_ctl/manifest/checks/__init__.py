"""What a shape cannot say: rules between fields, templates and files, one concern a module."""
