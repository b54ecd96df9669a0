"""Tells whom changes of templates touch, in limited time and without ever failing a plan.

What could not be counted to the end is a lower bound, and says so.
"""
