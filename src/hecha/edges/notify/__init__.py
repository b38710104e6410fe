"""Notices (通知): the durable outbox, the inbox and the call list, and the channels that carry messages out."""
