"""How each nation says it: one folder a national format, and the engine that compiles them.

It knows payload types, the adapter protocol and the frame; no envelope, no broker, no store.
"""
