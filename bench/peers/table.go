package main

import "fmt"

// print writes a job's table and notes its lines of the bar.
func (p *peers) print(c job, programs []program, kept []byte) {
	rows := 0
	for _, k := range kept {
		rows += int(k)
	}
	of := len(kept)
	if c.clean {
		of = rows
	}
	fmt.Printf("\n### %s\n\n", c.name)
	fmt.Printf("%d of %d rows kept by all; medians of %d interleaved runs; DuckDB %s", rows, of, len(programs[0].runs), p.duck)
	if p.click != "" && c.from == "csv" && c.to == "csv" {
		fmt.Printf(", ClickHouse %s", p.click)
	}
	fmt.Print(".\n\n| program | wall s | CPU s | peak MiB | own memory MiB | × wall | × CPU | × peak | × own |\n| --- | --- | --- | --- | --- | --- | --- | --- | --- |\n")
	for _, x := range programs {
		r := ratiosOf(&x, baseOf(&x, programs))
		fmt.Printf("| %s | %s | %s | %.0f | %.0f | %.2f | %.2f | %.2f | %.2f |\n", x.name,
			spread(each(x.runs, wall), 2), spread(each(x.runs, cpu), 2), median(each(x.runs, peak)), x.watched.anonymous,
			r.wall, r.cpu, r.peak, r.anonymous)
	}
	for _, line := range c.bar {
		for _, x := range programs {
			if x.name != line.program {
				continue
			}
			r := ratiosOf(&x, &programs[0])
			p.lines = append(p.lines, fmt.Sprintf("| %s: %s | %s | %s | %.1f × slower, %.1f × CPU, %.1f × peak memory, %.1f × own |\n",
				c.name, line.program, line.must, line.aim, r.wall, r.cpu, r.peak, r.anonymous))
		}
	}
}

// baseOf returns the program that x is compared with.
func baseOf(x *program, programs []program) *program {
	for i := range programs {
		if programs[i].name == x.against {
			return &programs[i]
		}
	}
	return &programs[0]
}

func wall(u usage) float64 { return u.wall }
func cpu(u usage) float64  { return u.cpu }
func peak(u usage) float64 { return u.peak }

func each(runs []usage, f func(usage) float64) []float64 {
	var v []float64
	for _, u := range runs {
		v = append(v, f(u))
	}
	return v
}

// ratiosOf is how much more x takes than base: the medians of the rounds' ratios, and
// of their own memory the ratio of the round that was watched.
func ratiosOf(x, base *program) usage {
	ratio := func(f func(usage) float64) float64 {
		var v []float64
		for i := range x.runs {
			v = append(v, f(x.runs[i])/f(base.runs[i]))
		}
		return median(v)
	}
	return usage{ratio(wall), ratio(cpu), ratio(peak), x.watched.anonymous / base.watched.anonymous}
}
