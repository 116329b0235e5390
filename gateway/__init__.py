"""The exchange gateway: how a message travels, and what the centre answers.

It holds no national format (see ``adapters``) and no private key (see ``keys``).
"""
