"""Written out: frames as CSV and XLSX that a spreadsheet opens safely, the pre-read and the minutes of a case review as
HTML and PDF. Never queries."""
