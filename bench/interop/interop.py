#!/usr/bin/env python3
"""Have pyarrow, DuckDB and Polars read what sluice writes, and others what it exports.

    python3 bench/interop/interop.py --sluice bin/sluice --cache .cache/interop

makes a small list in several formats, screens each into several others with the
given binary, and compares what three foreign readers find with what went in: rows,
values, nulls, order, schema, field types, field and file metadata. It prints a line
a check and exits 1 if one fails. The readers are installed once, into a virtual
environment below the cache directory; nothing else is written outside of a
temporary directory. All names in the list are made up.
"""

import argparse
import csv
import datetime
import decimal
import hashlib
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import venv

import exported

HERE = pathlib.Path(__file__).resolve().parent
ROWS = 600
GROUP = 100  # rows of a row group


def main():
    p = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    p.add_argument("--sluice", required=True, type=pathlib.Path, help="the binary to check")
    p.add_argument("--cache", required=True, type=pathlib.Path, help="where the readers are installed")
    p.add_argument("--keep", type=pathlib.Path, help="leave lists and outputs in this directory")
    p.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    args = p.parse_args()
    if not args.inside:
        python = install(args.cache)
        os.execv(python, [str(python), __file__, "--inside", *sys.argv[1:]])
    with tempfile.TemporaryDirectory() as tmp:
        work = args.keep or pathlib.Path(tmp)
        work.mkdir(parents=True, exist_ok=True)
        sys.exit(Run(args.sluice.resolve(), work).all())


def install(cache, listed="requirements.txt"):
    """Return the Python of an environment that has what a file of requirements lists."""
    requirements = HERE / listed
    name = hashlib.sha256(requirements.read_bytes()).hexdigest()[:12]
    home = cache.resolve() / name
    python = home / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    done = home / "installed"
    if not done.exists():
        venv.create(home, with_pip=True, clear=True)
        subprocess.run([python, "-m", "pip", "install", "-q", "--disable-pip-version-check", "-r", requirements], check=True)
        done.touch()
    return python


# ---- the list

# Text that has tripped a reader or a writer somewhere.
NOTES = ["", "plain", 'says "hello"', "comma, semicolon; tab\t.", "two\nlines", "Grüße aus Zürich", "日本語のメモ", "null", "NULL",
         "NaN", "0012", "1e5", " spaces ", "🙂", "x" * 5000]


def person(i):
    """Row i: id, name, e-mail, website, country, notes. Rows 0 to 99 are all to be
    kept, rows 100 to 199 none, so that row groups of each kind are there."""
    host = f"interop-widgets-{i // 3}.com"
    kind = "good" if i < 100 else "free" if i < 200 else ["good", "free", "other", "good", "none"][i % 5]
    email = {"good": f"person{i}@{host}", "free": f"person{i}@gmail.com",
             "other": f"person{i}@interop-gadgets-{i}.com", "none": ""}[kind]
    return {"id": str(i), "name": f"Pérson {i}", "email": email, "website": f"https://www.{host}/",
            "country": ["DE", "FR", "GB", ""][i % 4], "notes": NOTES[i % len(NOTES)]}


def typed():
    """The list as an Arrow table with a column of most types, nulls in each."""
    import pyarrow as pa

    utc = datetime.timezone.utc
    epoch = datetime.datetime(2020, 1, 1, tzinfo=utc)
    people = [person(i) for i in range(ROWS)]

    def column(typ, value):
        return pa.array([None if i % 11 == 7 else value(i) for i in range(ROWS)], typ)

    columns = {
        "id": pa.array([int(p["id"]) for p in people], pa.int64()),
        "name": pa.array([p["name"] for p in people], pa.string()),
        "email": pa.array([p["email"] or None for p in people], pa.string()),
        "website": pa.array([p["website"] for p in people], pa.string()),
        "country": pa.array([p["country"] or None for p in people], pa.string()),
        "notes": pa.array([p["notes"] for p in people], pa.string()),
        "tiny": column(pa.int8(), lambda i: i % 256 - 128),
        "small": column(pa.uint16(), lambda i: i * 100),
        "unsigned": column(pa.uint64(), lambda i: 2**64 - 1 - i),
        "active": column(pa.bool_(), lambda i: i % 3 == 0),
        "score": column(pa.float32(), lambda i: i / 8),
        "ratio": column(pa.float64(), lambda i: i / 7),
        "price": column(pa.decimal128(9, 2), lambda i: decimal.Decimal(i * 37 - 900) / 100),
        "total": column(pa.decimal128(38, 6), lambda i: decimal.Decimal(10**25 + i) / 10**6 * (-1) ** i),
        "born": column(pa.date32(), lambda i: datetime.date(1960, 2, 28) + datetime.timedelta(i * 17)),
        "wakes": column(pa.time64("us"), lambda i: datetime.time(i % 24, i % 60, i % 60, i * 1001)),
        "seen": column(pa.timestamp("us", "UTC"), lambda i: epoch + datetime.timedelta(microseconds=i * 123456789)),
        "noted": column(pa.timestamp("ms"), lambda i: datetime.datetime(1950, 1, 1) + datetime.timedelta(hours=i * 777)),
        "blob": column(pa.binary(), lambda i: bytes([i % 256, 0, 255])),
    }
    nested = {
        "tags": column(pa.list_(pa.string()), lambda i: [f"t{k}" for k in range(i % 4)]),
        "place": column(pa.struct([("city", pa.string()), ("zip", pa.int32())]),
                        lambda i: {"city": f"Town {i % 9}", "zip": i if i % 2 else None}),
    }
    fields = [pa.field(n, a.type, metadata={"about": f"column {n}"} if n in ("email", "score") else None)
              for n, a in (columns | nested).items()]
    schema = pa.schema(fields, metadata={"origin": "interop", "empty": ""})
    return pa.table(list((columns | nested).values()), schema=schema), list(nested)


# ---- the run


class Run:
    def __init__(self, sluice, work):
        self.sluice, self.work = sluice, work
        self.failed = 0

    def check(self, name, got, want):
        if got == want:
            print(f"ok    {name}")
            return
        self.failed += 1
        print(f"FAIL  {name}\n      got  {shown(got)}\n      want {shown(want)}")

    def attempt(self, name, step):
        """Run a group of checks; what they raise is a failure, not the end."""
        try:
            step()
        except Exception as e:  # noqa: BLE001
            self.failed += 1
            print(f"FAIL  {name}: {type(e).__name__}: {str(e)[:800]}")

    def screen(self, source, target, to, *flags):
        """Screen source into target and return target."""
        out = self.work / target
        cmd = [self.sluice, "screen", self.work / source, "-o", out, "--to", to, "-m", self.work / (target + ".manifest.json"),
               "--progress", "off", *flags]
        done = subprocess.run(cmd, capture_output=True, text=True)
        if done.returncode != 0:
            raise RuntimeError(f"sluice screen {source} to {to}: exit {done.returncode}: {done.stderr}")
        return out

    def all(self):
        self.make_lists()
        kept = self.baseline()
        self.attempt("csv → parquet", lambda: self.csv_to_parquet(kept))
        self.attempt("csv → arrow", lambda: self.csv_to_arrow(kept))
        for source in self.parquet:
            self.attempt(f"{source} → parquet", lambda: self.parquet_to_parquet(source, kept))
            self.attempt(f"{source} → annotated", lambda: self.annotated(source, kept))
            self.attempt(f"{source} → csv", lambda: self.parquet_to_csv(source, kept))
        self.attempt("arrow → parquet", lambda: self.arrow_to_parquet(kept))
        self.attempt("tag", self.tagged)
        self.attempt("data map", self.data_map)
        self.attempt("export", lambda: exported.check(self))
        print(f"{self.failed} failed" if self.failed else "all ok")
        return 1 if self.failed else 0

    def tagged(self):
        """What frictionless makes of the data package that tag writes beside a list."""
        import frictionless

        with open(self.work / "datapackage.json", "w", encoding="utf-8") as f:
            subprocess.run([self.sluice, "tag", self.work / "list.csv", "--format", "frictionless"], stdout=f, check=True)
        report = frictionless.validate(str(self.work / "datapackage.json"))
        self.check("tag: frictionless: the package is valid", report.flatten(["type", "message"]), [])
        fields = json.loads((self.work / "datapackage.json").read_text())["resources"][0]["schema"]["fields"]
        self.check("tag: frictionless: the tags", {f["name"]: f["sluice:tag"] for f in fields},
                   {"id": "person.id", "name": "person.name.full", "email": "person.email", "website": "company.domain",
                    "country": "person.address.country", "notes": "person.free_text"})

    def data_map(self):
        """The tags stand where other tools see them: in fields, in the file, beside the file."""
        import csvw
        import duckdb
        import frictionless
        import polars
        import pyarrow as pa
        import pyarrow.parquet as pq

        policy = self.work / "policy.yaml"
        policy.write_text("version: 1\npersonal_data: {actions: {person.free_text: drop, person.name: mask}}\n"
                          "provenance: {default: {source: trade fair, basis: consent}}\n")
        want = {"id": "person.id", "name": "person.name.full", "email": "person.email", "website": "company.domain",
                "country": "person.address.country"}

        def tags(schema):
            return {f.name: (f.metadata or {}).get(b"sluice.pii.tag", b"").decode() for f in schema}

        def actions(text):
            return {c["name"]: c["action"] for c in json.loads(text)["columns"]}

        acted = {n: "mask" if n == "name" else "keep" for n in want}
        out = self.screen("list.csv", "mapped.parquet", "parquet", "--policy", policy)
        table = pq.read_table(out)
        self.check("data map: parquet: pyarrow: tags in the fields", tags(table.schema), want)
        self.check("data map: parquet: pyarrow: the whole map in the file", actions(pq.read_metadata(out).metadata[b"sluice.pii"]), acted)
        kv = dict(duckdb.sql(f"select decode(key), decode(value) from parquet_kv_metadata('{out}')").fetchall())
        self.check("data map: parquet: duckdb: the whole map in the file", actions(kv["sluice.pii"]), acted)
        self.check("data map: parquet: polars: the whole map in the file", actions(polars.read_parquet_metadata(out)["sluice.pii"]), acted)
        self.check("data map: parquet: polars: rows", polars.read_parquet(out).rows(), [tuple(r.values()) for r in table.to_pylist()])
        again = self.screen("mapped.parquet", "again.parquet", "parquet", "--annotate")
        added = [n for n in pq.read_schema(again).names if n not in want]
        self.check("data map: annotated: columns added have no tags", tags(pq.read_schema(again)), want | {n: "" for n in added})
        self.check("data map: annotated: polars: columns", polars.read_parquet(again).columns, list(want) + added)
        out = self.screen("list.csv", "mapped.arrows", "arrow", "--policy", policy)
        with pa.ipc.open_stream(str(out)) as r:
            self.check("data map: arrow: pyarrow: tags in the fields", tags(r.schema), want)
            self.check("data map: arrow: pyarrow: the whole map in the schema", actions(r.schema.metadata[b"sluice.pii"]), acted)
        self.check("data map: arrow: polars: columns", polars.read_ipc_stream(out).columns, list(want))

        out = self.screen("list.csv", "mapped.csv", "csv", "--policy", policy)
        beside = pathlib.Path(f"{out}-metadata.json")
        group = csvw.CSVW(str(beside), validate=True)
        self.check("data map: csvw: the file beside the list is valid, and the list goes with it", (group.is_valid, group.warnings), (True, []))
        self.check("data map: csvw: tags", {c["titles"]: c["dc:subject"] for c in json.loads(beside.read_text())["tableSchema"]["columns"]}, want)
        with open(self.work / "mapped.json", "w", encoding="utf-8") as f:
            subprocess.run([self.sluice, "tag", out, "--format", "frictionless"], stdout=f, check=True)
        report = frictionless.validate(str(self.work / "mapped.json"))
        self.check("data map: frictionless: the package of the screened list is valid", report.flatten(["type", "message"]), [])

    def make_lists(self):
        import duckdb
        import polars
        import pyarrow as pa
        import pyarrow.parquet as pq

        people = [person(i) for i in range(ROWS)]
        with open(self.work / "list.csv", "w", newline="", encoding="utf-8") as f:
            w = csv.DictWriter(f, people[0], lineterminator="\n")
            w.writeheader()
            w.writerows(people)
        table, nested = typed()
        flat = table.drop_columns(nested)
        pq.write_table(table, self.work / "pyarrow.parquet", row_group_size=GROUP, compression="zstd", write_page_index=True)
        pq.write_table(table, self.work / "pyarrow-v2.parquet", row_group_size=GROUP, compression="snappy",
                       data_page_version="2.0", use_dictionary=["country", "name"], data_page_size=2000,
                       column_encoding={"id": "DELTA_BINARY_PACKED", "website": "DELTA_BYTE_ARRAY", "ratio": "BYTE_STREAM_SPLIT"})
        duckdb.sql("set timezone = 'UTC'")
        duckdb.from_arrow(table).write_parquet(str(self.work / "duckdb.parquet"), compression="zstd", row_group_size=GROUP)
        polars.from_arrow(flat).write_parquet(self.work / "polars.parquet", row_group_size=GROUP)
        self.parquet = ["pyarrow.parquet", "pyarrow-v2.parquet", "duckdb.parquet", "polars.parquet"]
        with pa.ipc.new_stream(str(self.work / "list.arrows"), flat.schema) as w:
            w.write_table(flat, max_chunksize=GROUP)

    def baseline(self):
        """The ids that CSV to CSV keeps, and that the rows are the input's."""
        rows = read_csv(self.screen("list.csv", "csv.csv", "csv"))
        kept = [int(r["id"]) for r in rows]
        self.check("csv → csv: rows are the input's", rows, [person(i) for i in kept])
        self.check("csv → csv: the first 100 are kept, the next 100 are not", [i for i in kept if i < 200], list(range(100)))
        self.check("csv → csv: of the others, some are kept", 0 < len(kept) - 100 < ROWS - 200, True)
        return kept

    def csv_to_parquet(self, kept):
        import duckdb
        import polars
        import pyarrow as pa
        import pyarrow.parquet as pq

        out = self.screen("list.csv", "csv.parquet", "parquet")
        want = [person(i) for i in kept]
        table = pq.ParquetFile(out, page_checksum_verification=True).read()
        self.check("csv → parquet: pyarrow: rows", table.to_pylist(), want)
        self.check("csv → parquet: pyarrow: types", set(table.schema.types), {pa.string()})
        self.check("csv → parquet: duckdb: rows", duck_rows(f"from '{out}'"), [list(p.values()) for p in want])
        self.check("csv → parquet: duckdb: types", {c[1] for c in duckdb.sql(f"describe from '{out}'").fetchall()}, {"VARCHAR"})
        self.check("csv → parquet: duckdb: an empty cell is empty, not null",
                   duck_rows(f"select count(*) from '{out}' where notes is null or country is null"), [[0]])
        self.check("csv → parquet: polars: rows", polars.read_parquet(out).to_dicts(), want)
        self.pruning("csv → parquet", out, want)

    def pruning(self, name, out, want):
        """Readers use minimum and maximum to leave row groups out."""
        import polars

        last = want[-1]
        self.check(f"{name}: duckdb: finds by equality",
                   duck_rows(f"select id from '{out}' where email = '{last['email']}'"), [[last["id"]]])
        found = polars.scan_parquet(out).filter(polars.col("email") >= last["email"]).select("id").collect()
        self.check(f"{name}: polars: finds by range", sorted(found["id"].to_list()),
                   sorted(p["id"] for p in want if p["email"] and p["email"] >= last["email"]))

    def csv_to_arrow(self, kept):
        import polars
        import pyarrow as pa

        out = self.screen("list.csv", "csv.arrows", "arrow")
        want = [person(i) for i in kept]
        with pa.ipc.open_stream(str(out)) as r:
            table = r.read_all()
        self.check("csv → arrow: pyarrow: rows", table.to_pylist(), want)
        table.validate(full=True)
        self.check("csv → arrow: duckdb: rows", duck_rows("from table", table=table), [list(p.values()) for p in want])
        self.check("csv → arrow: polars: rows", polars.read_ipc_stream(out).to_dicts(), want)

    def parquet_to_parquet(self, source, kept):
        import duckdb
        import polars
        import pyarrow.parquet as pq

        name = f"{source} → parquet"
        src, out = self.work / source, self.screen(source, "screened-" + source, "parquet")
        keep = set(kept)
        before, after = pq.ParquetFile(src), pq.ParquetFile(out, page_checksum_verification=True)
        wanted = before.read().filter([i in keep for i in before.read(["id"])["id"].to_pylist()])
        got = after.read()
        self.check(f"{name}: pyarrow: rows", got.to_pylist(), wanted.to_pylist())
        self.check(f"{name}: pyarrow: Parquet schema", str(after.schema).split("\n")[1:], str(before.schema).split("\n")[1:])
        self.check(f"{name}: pyarrow: Arrow fields and their metadata",
                   [(f, foreign(f.metadata)) for f in got.schema], [(f, foreign(f.metadata)) for f in wanted.schema])
        self.check(f"{name}: pyarrow: every field has its tag", all(b"sluice.pii.tag" in (f.metadata or {}) for f in got.schema),
                   b"ARROW:schema" in after.metadata.metadata)
        self.check(f"{name}: pyarrow: file metadata", foreign(after.metadata.metadata, b"ARROW:schema"),
                   foreign(before.metadata.metadata, b"ARROW:schema"))
        self.check(f"{name}: duckdb: rows", duck_rows(f"from '{out}'"),
                   duck_rows(f"from '{src}' where id in {tuple(kept)} order by id"))  # IN does not keep the order
        self.check(f"{name}: duckdb: types", duckdb.sql(f"describe from '{out}'").fetchall(),
                   duckdb.sql(f"describe from '{src}'").fetchall())
        self.check(f"{name}: duckdb: schema", *(duckdb.sql(f"select * exclude file_name from parquet_schema('{f}')").fetchall()
                                                for f in (out, src)))
        a, b = polars.read_parquet(out), polars.read_parquet(src).filter(polars.col("id").is_in(kept))
        self.check(f"{name}: polars: schema", a.schema, b.schema)
        self.check(f"{name}: polars: rows", a.rows(), b.rows())
        want = [{"id": i, "email": person(i)["email"]} for i in kept]
        self.pruning(name, out, want)
        self.no_remains(name, out, keep)

    def no_remains(self, name, out, keep):
        """No bound of any row group may be of a row that is gone."""
        import pyarrow.parquet as pq

        gone = {person(i)["email"] for i in range(ROWS) if i not in keep}
        meta = pq.ParquetFile(out).metadata
        left = []
        for g in range(meta.num_row_groups):
            for c in range(meta.num_columns):
                s = meta.row_group(g).column(c).statistics
                if s is not None and s.has_min_max:
                    left += [v for v in (s.min, s.max) if isinstance(v, str) and v and v in gone]
        self.check(f"{name}: bounds hold no dropped address", left, [])

    def annotated(self, source, kept):
        """All rows, with columns added to those of the source."""
        import polars
        import pyarrow.parquet as pq

        name = f"{source} → annotated"
        src, out = self.work / source, self.screen(source, "annotated-" + source, "parquet", "--annotate")
        before, after = pq.read_table(src), pq.read_table(out)
        self.check(f"{name}: pyarrow: rows", after.select(before.column_names).to_pylist(), before.to_pylist())
        added = after.column_names[before.num_columns:]
        self.check(f"{name}: pyarrow: columns are added", len(added) > 0, True)
        verdicts = polars.read_parquet(out).select("id", polars.col(added).cast(str)).rows()
        self.check(f"{name}: polars: kept rows are told from others", len({r[1:] for r in verdicts if r[0] in kept}), 1)
        self.check(f"{name}: duckdb: rows", duck_rows(f"select * exclude ({', '.join(added)}) from '{out}'"), duck_rows(f"from '{src}'"))

    def parquet_to_csv(self, source, kept):
        rows = read_csv(self.screen(source, source + ".csv", "csv"))
        texts = ["id", "name", "email", "website", "country", "notes"]
        self.check(f"{source} → csv: rows", [{k: r[k] for k in texts} for r in rows], [person(i) for i in kept])
        for column, text in {
            "active": lambda i: "true" if i % 3 == 0 else "false",
            "price": lambda i: f"{decimal.Decimal(i * 37 - 900) / 100:.2f}",
            "born": lambda i: (datetime.date(1960, 2, 28) + datetime.timedelta(i * 17)).isoformat(),
            "unsigned": lambda i: str(2**64 - 1 - i),
        }.items():
            self.check(f"{source} → csv: {column}", [r[column] for r in rows], ["" if i % 11 == 7 else text(i) for i in kept])

    def arrow_to_parquet(self, kept):
        """Every type goes through text and comes back."""
        import polars
        import pyarrow.parquet as pq

        out = self.screen("list.arrows", "arrow.parquet", "parquet")
        table, nested = typed()
        flat = table.drop_columns(nested)
        keep = set(kept)
        wanted = flat.filter([i in keep for i in flat["id"].to_pylist()])
        got = pq.read_table(out)
        self.check("arrow → parquet: pyarrow: types", got.schema.types, wanted.schema.types)
        self.check("arrow → parquet: pyarrow: rows", got.to_pylist(), wanted.to_pylist())
        self.check("arrow → parquet: duckdb: rows", duck_rows(f"from '{out}'"), duck_rows("from table", table=wanted))
        self.check("arrow → parquet: polars: rows", polars.read_parquet(out).rows(), polars.from_arrow(wanted).rows())


def foreign(metadata, *others):
    """What is not ours of some metadata, nor among others."""
    return {k: v for k, v in (metadata or {}).items() if not k.startswith(b"sluice") and k not in others}


def read_csv(path):
    with open(path, newline="", encoding="utf-8") as f:
        return list(csv.DictReader(f))


def duck_rows(query, table=None):
    """The rows of a query. table is an Arrow table that it may name."""
    import duckdb

    with duckdb.connect() as con:
        con.sql("set timezone = 'UTC'")
        if table is not None:
            con.register("t", table)
            query = query.replace("from table", "from t")
        return [list(r) for r in con.sql(query).fetchall()]


def shown(v):
    s = repr(v)
    return s if len(s) < 1500 else s[:1500] + " …"


if __name__ == "__main__":
    main()
