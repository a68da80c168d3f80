"""The database: records that outlive the server, in one SQLite file with one writer thread per process."""
