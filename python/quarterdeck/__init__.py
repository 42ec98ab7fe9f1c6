"""The engine host of Quarterdeck: one process that runs NautilusTrader and answers its server."""
