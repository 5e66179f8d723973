"""Keep the records: tables, queries that answer with frames, and commands that write in one transaction each."""
