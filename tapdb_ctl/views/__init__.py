"""Rendering lives here and nowhere else: values in, text out, nothing printed."""
