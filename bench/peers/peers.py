#!/usr/bin/env python3
"""The same job in sluice and in DuckDB, interleaved, as ratios.

Needs a sluice binary; installs DuckDB into a virtual environment in --cache. Each
pair is run --runs times in turn, after one run of each that does not count; the
figures are medians of whole processes: wall and CPU seconds, peak resident MiB.
"""
import argparse, os, statistics, subprocess, sys, time, venv

DUCKDB = "duckdb==2.0.0"

# The screening job as a data team would write it: the address well formed, not on
# the list, its domain no mailbox provider's and that of the row's website.
SQL = """
SET threads = 2;
SET enable_progress_bar = false;
SET preserve_insertion_order = true;
CREATE TEMP TABLE listed AS SELECT column0 AS sha FROM read_csv('{listed}', header = false, columns = {{'column0': 'VARCHAR'}});
CREATE TEMP TABLE providers AS SELECT column0 AS host FROM read_csv('{providers}', header = false, columns = {{'column0': 'VARCHAR'}});
COPY (
  SELECT * EXCLUDE (addr, site) FROM (
    SELECT *, lower(trim(email)) AS addr,
           regexp_replace(lower(trim(website)), '^(https?://)?(www\\.)?([^/]*).*$', '\\3') AS site
    FROM {source})
  WHERE regexp_full_match(addr, '[a-z0-9!#$%&''*+/=?^_`{{|}}~.-]+@[a-z0-9.-]+\\.[a-z]+')
    AND sha1(addr) NOT IN (SELECT sha FROM listed)
    AND split_part(addr, '@', 2) NOT IN (SELECT host FROM providers)
    AND (split_part(addr, '@', 2) = site OR split_part(addr, '@', 2) LIKE '%.' || site)
) TO '{out}' ({format});
"""


def measure(argv):
    """Runs a command; returns wall seconds, CPU seconds and peak MiB."""
    start = time.perf_counter()
    pid = os.spawnvp(os.P_NOWAIT, argv[0], argv)
    _, status, usage = os.wait4(pid, 0)
    wall = time.perf_counter() - start
    if status:
        sys.exit(f"{argv[0]} failed with status {status}: {' '.join(argv)}")
    return wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def main():
    ap = argparse.ArgumentParser(description=__doc__)
    ap.add_argument("--sluice", required=True)
    ap.add_argument("--cache", required=True)
    ap.add_argument("--rows", type=int, default=1_000_000)
    ap.add_argument("--entries", type=int, default=1_000_000)
    ap.add_argument("--runs", type=int, default=5)
    a = ap.parse_args()
    os.makedirs(a.cache, exist_ok=True)
    python = os.path.join(a.cache, "venv", "bin", "python")
    if not os.path.exists(python):
        venv.create(os.path.dirname(os.path.dirname(python)), with_pip=True)
        subprocess.check_call([python, "-m", "pip", "install", "-q", DUCKDB])

    def path(name):
        return os.path.join(a.cache, name)

    def duck(sql):
        return [python, "-c", "import duckdb, sys; duckdb.execute(sys.argv[1])", sql]

    csv, parquet, listed = path(f"list-{a.rows}.csv"), path(f"list-{a.rows}.parquet"), path(f"listed-{a.entries}.sha1")
    providers = path("providers.txt")
    if not os.path.exists(parquet):
        subprocess.check_call([a.sluice, "gen", "prospects", "--clean", "--rows", str(a.rows), "-o", csv])
        subprocess.check_call([a.sluice, "gen", "suppress", "--entries", str(a.entries), "--hit-rows", str(a.rows), "-o", listed])
        subprocess.check_call(duck(f"COPY (SELECT * FROM read_csv('{csv}', all_varchar = true)) TO '{parquet}' (FORMAT parquet, COMPRESSION zstd)"))
    if not os.path.exists(listed):
        subprocess.check_call([a.sluice, "gen", "suppress", "--entries", str(a.entries), "--hit-rows", str(a.rows), "-o", listed])
    here = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "screen", "domain", "data")
    with open(providers, "w") as out:
        hosts = set()
        for name in ("freemail_reviewed", "freemail_core", "isp_reviewed", "relay_reviewed", "disposable_reviewed", "disposable_core"):
            with open(os.path.join(here, name + ".txt")) as f:
                hosts.update(w[0] for w in (line.split("#")[0].split() for line in f) if w)
        out.write("\n".join(sorted(hosts)) + "\n")

    jobs = {
        "parquet -> parquet (zstd)": (parquet, "parquet", f"read_parquet('{parquet}')", "FORMAT parquet, COMPRESSION zstd"),
        "csv -> csv": (csv, "csv", f"read_csv('{csv}', all_varchar = true, quote = '\"')", "FORMAT csv, HEADER"),
        "csv -> parquet (zstd)": (csv, "parquet", f"read_csv('{csv}', all_varchar = true, quote = '\"')", "FORMAT parquet, COMPRESSION zstd"),
        "parquet -> csv": (parquet, "csv", f"read_parquet('{parquet}')", "FORMAT csv, HEADER"),
    }
    print(f"{a.rows} rows x {a.entries} digests, {a.runs} interleaved runs, medians: wall s / CPU s / MiB")
    for name, (source, ext, table, fmt) in jobs.items():
        ours, theirs = path("ours." + ext), path("theirs." + ext)
        sluice = [a.sluice, "screen", source, "-s", listed, "-o", ours, "-m", path("ours.json"), "-q", "--progress", "off"]
        sql = duck(SQL.format(listed=listed, providers=providers, source=table, out=theirs, format=fmt))
        runs = []
        for i in range(a.runs + 1):
            for f in (ours, theirs):
                if os.path.exists(f):
                    os.remove(f)
            pair = measure(sluice), measure(sql)
            if i:
                runs.append(pair)
        mid = lambda side, k: statistics.median(r[side][k] for r in runs)
        ratio = statistics.median(r[1][0] / r[0][0] for r in runs)
        print(f"{name:28} sluice {mid(0,0):6.2f} / {mid(0,1):6.2f} / {mid(0,2):6.0f}   DuckDB {mid(1,0):6.2f} / {mid(1,1):6.2f} / {mid(1,2):6.0f}   DuckDB takes {ratio:.1f} x the time")


if __name__ == "__main__":
    main()
