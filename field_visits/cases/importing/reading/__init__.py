"""Bytes of a file become rows of cells. What the cells mean is not known here.

`formats` says what a file is, whatever its name claims; `text` reads CSV, `workbook` reads XLSX, `table` is
what both give. A file that cannot be read is an `UnreadableFileError` with a stable code.
"""
