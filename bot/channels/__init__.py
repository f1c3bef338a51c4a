"""Ways in: web chat, Telegram, terminal."""
