"""The plan as data: loads, reads back and compares; the sentence language; readings."""
