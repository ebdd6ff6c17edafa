"""Runs SQL from standard input: engine.py duckdb|chdb DATABASE. An empty name is a
database in memory; one that exists is opened for reading alone where -r is given."""
import os
import sys

engine, database = sys.argv[1:3]
sql = sys.stdin.read()
if engine == "duckdb":
    import duckdb

    # To run no destructors spares the half second that large tables take to free.
    con = duckdb.connect(database or ":memory:", read_only="-r" in sys.argv)
    con.execute(sql)
    if "-v" in sys.argv:
        print(con.execute("SELECT version()").fetchone()[0])
else:
    from chdb import session

    con = session.Session(database)
    for statement in sql.split(";\n"):
        if statement.strip():
            con.query(statement)
    if "-v" in sys.argv:
        print(str(con.query("SELECT version()")).strip().strip('"'))
sys.stdout.flush()
if "-r" in sys.argv:
    os._exit(0)
con.close()
