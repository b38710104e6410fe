"""Documents on paper and in files: DOCX to edit, PDF to print, the whole file of an event as one archive."""
