package main

import (
	"fmt"
)

// printRuns writes what every run took.
func printRuns(title string, runs []*run) {
	fmt.Printf("\n### %s\n\nMedians of %d interleaved runs.\n\n", title, len(runs[0].took))
	fmt.Print("| run | wall s | CPU s | M rows/s | of stage screen | peak MiB | own memory MiB | × cat |\n| --- | --- | --- | --- | --- | --- | --- | --- |\n")
	for _, r := range runs {
		rows := float64(r.rows) / 1e6
		stage, own := "", ""
		if len(r.stage) > 0 {
			stage = fmt.Sprintf("%.2f", rows/median(r.stage))
		}
		if r.shell == "" {
			own = fmt.Sprintf("%.0f", r.watched.anonymous)
		}
		fmt.Printf("| %s | %s | %s | %.2f | %s | %.0f | %s | %.2f |\n", r.name, spread(each(r.took, wall), 3), spread(each(r.took, cpu), 2),
			rows/median(each(r.took, wall)), stage, median(each(r.took, peak)), own, median(ratios(r, runs[0], wall)))
	}
}

func wall(u usage) float64 { return u.wall }
func cpu(u usage) float64  { return u.cpu }
func peak(u usage) float64 { return u.peak }

func each(took []usage, f func(usage) float64) []float64 {
	var v []float64
	for _, u := range took {
		v = append(v, f(u))
	}
	return v
}

// ratios are those of two runs' figures, round by round.
func ratios(a, b *run, f func(usage) float64) []float64 {
	var v []float64
	for i := range a.took {
		v = append(v, f(a.took[i])/f(b.took[i]))
	}
	return v
}

// printBar writes the lines of the bar that this program can measure.
func printBar(million, long []*run) {
	find := func(runs []*run, key string) *run {
		for _, r := range runs {
			if r.key == key {
				return r
			}
		}
		panic("no run " + key)
	}
	times := func(runs []*run, key, base string) string {
		return spread(ratios(find(runs, key), find(runs, base), wall), 2) + " ×"
	}
	both := func(runs []*run, key string) string {
		return times(runs, key, "cat") + "; repeats stay " + times(runs, key+"-all", "cat")
	}
	fmt.Print("\n### The bar\n\n| path | must | aim | measured |\n| --- | --- | --- | --- |\n")
	line := func(path, must, aim, measured string) {
		fmt.Printf("| %s | %s | %s | %s |\n", path, must, aim, measured)
	}
	line("CSV to CSV, 1 M × 1 M, xxh64", "≤ 3.0 × cat", "≤ 2.0 ×", both(million, "xxh64"))
	line("the same, SHA-256 (the default)", "≤ 4.0 × cat", "≤ 2.8 ×", both(million, "sha256"))
	if long != nil {
		line("10 M × 10 M, SHA-256", "≤ 3.5 × cat", "≤ 2.5 ×", both(long, "sha256"))
	}
	line("stdin to stdout ÷ file to file", "≤ 1.25 ×", "≤ 1.1 ×",
		"pipes "+times(million, "pipe", "sha256")+"; files as stdin and stdout "+times(million, "redirect", "sha256"))
	parquet := find(million, "parquet")
	line("Parquet to Parquet, nothing dropped", "≥ 4 M rows/s", "≥ 6 M rows/s",
		fmt.Sprintf("%.2f M rows/s", float64(parquet.rows)/1e6/median(each(parquet.took, wall))))
	memory := func(r *run) string {
		return fmt.Sprintf("%.0f MiB, own %.0f", median(each(r.took, peak)), r.watched.anonymous)
	}
	resident := "1 M rows: " + memory(find(million, "sha256-all")) + ", with repeats dropped: " + memory(find(million, "sha256"))
	if long != nil {
		resident += "; 10 M rows: " + memory(find(long, "sha256-all")) + ", with repeats dropped: " + memory(find(long, "sha256"))
	}
	line("resident memory, CSV", "≤ 100 MB + index", "≤ 64 MB", resident)
	line("two workers against one", "≥ 1.7 ×", "≥ 1.9 ×",
		"one processor "+times(million, "one", "sha256")+"; one worker "+times(million, "j1", "sha256"))
}
