"""End to end: `qasid run` as a process of its own, against a local Telegram and a site, killed when it hurts."""
