"""The rules of the newsroom: pure decisions over plain data and `now`.

Nothing here knows Telegram, SQL, HTTP or a clock of its own. Where a flow must act, it acts through a narrow Protocol
declared in the module that needs it; `db/store` and `bot` fit those. A new rule goes to the module of its noun.
"""
