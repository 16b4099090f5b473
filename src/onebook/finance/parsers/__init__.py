"""Finance's readers of columns of text: the rows of an outside book, and a bank's receipts."""
