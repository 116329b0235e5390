"""Changes the core's code by rule, one place at a time, and looks whether anything notices.

The planted defects of ``gateway.simulation`` are those that somebody thought of: these are not.
"""
