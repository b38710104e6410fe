"""What libraries of channels would log: tokens, passwords, addresses. Nothing of it reaches a log."""

import logging


def _unheard(_record: logging.LogRecord) -> bool:
    return False


def keep_out_of_logs(*names: str) -> None:
    """Drop every line of these loggers, by a filter: configuring logging sets a logger's `disabled` back."""
    for name in names:
        logging.getLogger(name).addFilter(_unheard)
