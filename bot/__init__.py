"""What people touch in Telegram, and the way out to it: python-telegram-bot, and nowhere else.

    intake ─▶ inbox (stored) ─▶ handlers (one transaction: effects + answers) ─▶ answers leave ─▶ settled
    delivery loop ─▶ sender ─▶ Telegram

`handlers/` holds what people do, a module for each act; `screens.py` what they see; `articles.py` how an article looks.
"""
