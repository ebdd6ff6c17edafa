package main

import (
	"fmt"
	"strings"
)

// Both dialects: an empty cell may be read as NULL, and NULL slips through NOT, so
// every test is of what must be true. Lists may repeat entries, and a join would repeat
// rows, so they are asked with IN.

// duckLists makes the lists as tables, sorted, the digests as bytes.
func duckLists(listed, providers, kind string) string {
	return fmt.Sprintf(`CREATE %[3]s TABLE listed AS SELECT DISTINCT unhex(column0) AS sha
  FROM read_csv('%[1]s', header = false, columns = {'column0': 'VARCHAR'}) ORDER BY sha;
CREATE %[3]s TABLE providers AS SELECT column0 AS host
  FROM read_csv('%[2]s', header = false, columns = {'column0': 'VARCHAR'}) ORDER BY host;
`, listed, providers, kind)
}

// duckJudged is the list with a column reason, NULL for rows to keep.
func duckJudged(source string) string {
	shape := strings.ReplaceAll(strings.TrimSuffix(strings.TrimPrefix(wellFormed, "^"), "$"), "'", "''")
	return fmt.Sprintf(`SELECT * EXCLUDE (addr, host, web, site),
    CASE WHEN NOT coalesce(regexp_full_match(addr, '%s'), false) THEN 'syntax'
         WHEN unhex(sha1(addr)) IN (SELECT sha FROM listed) THEN 'listed'
         WHEN host IN (SELECT host FROM providers) THEN 'provider'
         WHEN NOT coalesce(host = site OR ends_with(host, '.' || site), false) THEN 'mismatch' END AS reason
  FROM (SELECT *, split_part(addr, '@', 2) AS host,
               split_part(CASE WHEN starts_with(web, 'www.') THEN substr(web, 5) ELSE web END, '/', 1) AS site
    FROM (SELECT *, lower(trim(email)) AS addr,
                 replace(replace(lower(trim(website)), 'https://', ''), 'http://', '') AS web
      FROM %s))`, shape, source)
}

func duckSettings(ordered bool, spill string) string {
	return fmt.Sprintf("SET threads = 2; SET enable_progress_bar = false; SET preserve_insertion_order = %v; SET temp_directory = '%s';\n", ordered, spill)
}

func duckCSV(path string) string {
	return fmt.Sprintf(`read_csv('%s', header = true, all_varchar = true, delim = ',', quote = '"', escape = '"')`, path)
}

func duckParquet(path string) string { return fmt.Sprintf("read_parquet('%s')", path) }

// duckScreen writes kept rows and rejects. Reasons are kept in a table and the list is
// read again: to keep whole rows takes the same time and 1.6 times the memory, to judge
// for each output 1.5 times the CPU.
//
// DuckDB keeps the order of what it reads but not through joins, which IN becomes,
// whatever preserve_insertion_order says. So reasons are sorted, and rows then meet
// their reasons by position; sorting whole rows takes a fifth more CPU and twice the memory.
func duckScreen(source, kept, rejects string, ordered bool) string {
	rows, order := fmt.Sprintf("SELECT l.* FROM %s l SEMI JOIN (SELECT id FROM judged WHERE reason IS NULL) k ON l.id::BIGINT = k.id", source), ""
	if ordered {
		rows, order = fmt.Sprintf("SELECT l.* FROM %s l POSITIONAL JOIN judged j WHERE j.reason IS NULL", source), " ORDER BY id"
	}
	return fmt.Sprintf(`CREATE TEMP TABLE judged AS SELECT id::BIGINT AS id, reason FROM (%s)%s;
COPY (%s) TO '%s' (FORMAT csv, HEADER);
COPY (SELECT id AS row, reason FROM judged WHERE reason IS NOT NULL) TO '%s' (FORMAT csv, HEADER);
`, duckJudged(source), order, rows, kept, rejects)
}

// duckKeep writes kept rows alone, which needs no table between.
func duckKeep(source, kept, format string, ordered bool) string {
	order := ""
	if ordered {
		order = " ORDER BY id::BIGINT"
	}
	return fmt.Sprintf("COPY (SELECT * EXCLUDE (reason) FROM (%s) WHERE reason IS NULL%s) TO '%s' (%s);\n", duckJudged(source), order, kept, format)
}

const (
	asCSV     = "FORMAT csv, HEADER"
	asParquet = "FORMAT parquet, COMPRESSION zstd"
)

func clickLists(listed, providers string) string {
	return fmt.Sprintf(`CREATE DATABASE lists;
CREATE TABLE lists.listed (sha FixedString(20)) ENGINE = MergeTree ORDER BY sha;
INSERT INTO lists.listed SELECT DISTINCT unhex(c1) FROM file('%s', 'CSV', 'c1 String');
CREATE TABLE lists.providers (host String) ENGINE = MergeTree ORDER BY host;
INSERT INTO lists.providers SELECT c1 FROM file('%s', 'CSV', 'c1 String');
`, listed, providers)
}

// clickScreen is duckScreen for ClickHouse. With two threads it loses the order.
func clickScreen(list string, columns []string, kept, rejects string) string {
	names := strings.Join(columns, ", ")
	shape := strings.ReplaceAll(strings.ReplaceAll(wellFormed, `\`, `\\`), "'", `\'`)
	return fmt.Sprintf(`SET max_threads = 2;
SET engine_file_truncate_on_insert = 1;
CREATE TEMPORARY TABLE judged ENGINE = Memory AS SELECT %[1]s,
    multiIf(NOT match(addr, '%[2]s'), 'syntax',
      SHA1(addr) IN (SELECT sha FROM lists.listed), 'listed',
      host IN (SELECT host FROM lists.providers), 'provider',
      NOT (host = site OR endsWith(host, concat('.', site))), 'mismatch', '') AS reason
  FROM (SELECT *, lower(trim(BOTH ' ' FROM email)) AS addr, splitByChar('@', addr)[2] AS host,
               domainWithoutWWW(lower(trim(BOTH ' ' FROM website))) AS site
    FROM file('%[3]s', 'CSVWithNames', '%[4]s'));
INSERT INTO FUNCTION file('%[5]s', 'CSVWithNames') SELECT %[1]s FROM judged WHERE reason = '';
INSERT INTO FUNCTION file('%[6]s', 'CSVWithNames') SELECT id AS row, reason FROM judged WHERE reason != '';
`, names, shape, list, strings.Join(columns, " String, ")+" String", kept, rejects)
}
