package main

import "github.com/spf13/cobra"

// schedulingTopic is what sluice help scheduling says.
func schedulingTopic() *cobra.Command {
	return &cobra.Command{
		Use:   "scheduling",
		Short: "about nightly runs: schedulers, exit codes, metrics, lineage",
		Long: `What a scheduler is to do after a run, by exit code:

  0, 99         go on: done; or with --skip-unchanged, nothing had changed
  1, 6          run again later: I/O failed; or another run holds the outputs
  4             run again when the lists were fetched: one is missing, empty or damaged
  3, 5          have a person look: a gate was breached; or something was altered
  64, 65, 78    mend it: the call, the input, the policy
  130, 143      it was stopped: run again

Nothing is published unless the code is 0, so a run may always be repeated. Ready files
for systemd, cron, Airflow and Kubernetes (CronJob, Indexed Job) with these codes in
them are in testdata/schedules of the source.

screen and rescreen tell monitors how runs went, and never fail because that fails:

--textfile FILE writes figures for the textfile collector of Prometheus' node_exporter,
whole or not at all, readable by all, also if the run fails: sluice_last_run_success is
then 0, sluice_last_success_timestamp_seconds stays. Give each nightly job a file of its
own, ending in .prom. An alert that a missed night sets off, too:

  time() - sluice_last_success_timestamp_seconds > 26 * 3600

--openlineage FILE appends the run's OpenLineage events to FILE, one JSON object a line:
START, then COMPLETE, FAIL or ABORT. --openlineage http(s)://HOST posts them to
/api/v1/lineage there, or to the address as it is if it has a path; each may take 5
seconds. This is the only thing in sluice that uses the network. $OPENLINEAGE_NAMESPACE
names the job's namespace, $OPENLINEAGE_API_KEY is sent as a bearer token, and
--openlineage-job NAME names the job. Events hold names of files and columns, tags,
counts and digests, never a cell. sluice help proof is about chains and missed nights.`,
	}
}
