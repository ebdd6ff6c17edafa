"""Takes out of delivered lists, every night, who asked to be since (Airflow 3)."""

import shlex
import subprocess
from datetime import datetime, timedelta, timezone

from airflow.sdk import dag, task
from airflow.sdk.exceptions import AirflowException, AirflowFailException, AirflowSkipException

COMMAND = """
sluice rescreen /var/lib/sluice/deliveries
    -s /var/lib/sluice/lists/optouts.txt -s erasure=/var/lib/sluice/lists/forgotten.sha1
    --max-age 26h -q --openlineage-job sluice_nightly.rescreen --openlineage /var/lib/sluice/openlineage.jsonl
"""

UNCHANGED = {99}  # nothing to do: what follows is skipped, too
FINAL = {3, 5, 64, 65, 78}  # no try will mend it, a person must


@dag(
    schedule="30 2 * * *",
    start_date=datetime(2026, 1, 1, tzinfo=timezone.utc),
    catchup=False,  # the lists of today hold, whatever night it is
    max_active_runs=1,
    default_args={"retries": 4, "retry_delay": timedelta(minutes=15)},
    tags=["privacy"],
)
def sluice_nightly():
    @task(execution_timeout=timedelta(hours=5))
    def rescreen(command: str = COMMAND):
        code = subprocess.run(shlex.split(command), check=False).returncode
        if code in UNCHANGED:
            raise AirflowSkipException("nothing had changed")
        if code in FINAL:
            raise AirflowFailException(f"sluice: exit code {code}; its messages are above")
        if code != 0:
            raise AirflowException(f"sluice: exit code {code}, worth another try")

    rescreen()


sluice_nightly()
