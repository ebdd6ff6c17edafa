#!/usr/bin/env python3
"""Try the files of testdata/schedules, as far as this machine allows.

    python3 bench/interop/schedules.py --sluice bin/sluice --cache .cache/interop

asks the checkers of those who are to read them: systemd-analyze, crontab and promtool
where they are installed, the JSON Schemas of Kubernetes and Airflow, which are
installed once below the cache directory. Then it carries the calls out, with the paths in
them moved into a temporary directory, and has each scheduler's side of the bargain meet
every exit code. It prints a line a check and exits 1 if one fails.
"""

import argparse
import importlib.util
import json
import os
import pathlib
import re
import shlex
import shutil
import subprocess
import sys
import tempfile

import interop

HERE = pathlib.Path(__file__).resolve().parent
FILES = HERE.parent.parent / "testdata" / "schedules"
KUBERNETES = ["1.33.0", "1.37.0"]  # the oldest that indexed-job.yaml is for, and the newest schemas at hand

DONE, AGAIN, PERSON = (0, 99), (1, 4, 6, 130, 143), (3, 5, 64, 65, 78)


def main():
    p = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    p.add_argument("--sluice", required=True, type=pathlib.Path, help="the binary to try")
    p.add_argument("--cache", required=True, type=pathlib.Path, help="where the checkers are installed")
    p.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    args = p.parse_args()
    if not args.inside:
        python = interop.install(args.cache, "requirements-schedules.txt")
        os.execv(python, [str(python), __file__, "--inside", *sys.argv[1:]])
    with tempfile.TemporaryDirectory() as tmp:
        sys.exit(Run(args.sluice.resolve(), pathlib.Path(tmp)).all())


class Run(interop.Run):
    def all(self):
        for name in ("systemd", "cron", "retries", "kubernetes", "airflow", "prometheus", "nights", "shards"):
            self.attempt(name, getattr(self, name))
        print(f"{self.failed} failed" if self.failed else "all ok")
        return 1 if self.failed else 0

    def tool(self, name):
        if shutil.which(name) is None:
            print(f"      {name} is not installed here: not tried")
            return False
        return True

    def says(self, name, *cmd, **more):
        """Run a checker that is to be content."""
        done = subprocess.run(cmd, capture_output=True, text=True, **more)
        self.check(name, (done.returncode, (done.stdout + done.stderr).strip() if done.returncode else ""), (0, ""))
        return done.stdout

    def stub(self, code):
        """A directory with a sluice in it that ends with a code, and counts its calls."""
        home = self.work / f"stub-{code}"
        home.mkdir(exist_ok=True)
        (home / "sluice").write_text(f'#!/bin/sh\necho "$@" >>"{home}/calls"\nexit {code}\n')
        (home / "sluice").chmod(0o755)
        (home / "calls").write_text("")
        return home

    def systemd(self):
        if not self.tool("systemd-analyze"):
            return
        for name in ("sluice-nightly.service", "sluice-nightly.timer"):
            (self.work / name).write_text((FILES / name).read_text().replace("/usr/local/bin/sluice", str(self.sluice)))
        done = subprocess.run(["systemd-analyze", "verify", *(self.work / n for n in ("sluice-nightly.service", "sluice-nightly.timer"))],
                              capture_output=True, text=True)
        ours = [line for line in done.stderr.splitlines() if "sluice" in line]
        self.check("systemd-analyze verify", (done.returncode, ours), (0, []))
        when = re.search(r"OnCalendar=(.*)", (FILES / "sluice-nightly.timer").read_text())[1]
        self.says("systemd-analyze calendar", "systemd-analyze", "calendar", when)

    def cron(self):
        if not self.tool("crontab"):
            return
        for flag in ("-T", "-n"):  # newer and older
            done = subprocess.run(["crontab", flag, FILES / "crontab"], capture_output=True, text=True)
            if "invalid option" not in done.stderr:
                self.check(f"crontab {flag}", (done.returncode, done.stderr if done.returncode else ""), (0, ""))
                return

    def retries(self):
        """nightly.sh meets every exit code."""
        for code in (*DONE, *AGAIN, *PERSON):
            home = self.stub(code)
            done = subprocess.run([FILES / "nightly.sh", home / "sluice", "rescreen"], env={**os.environ, "SLUICE_RETRY_SECONDS": "0"})
            self.check(f"nightly.sh: exit code {code}", (done.returncode, len((home / "calls").read_text().split())),
                       (0 if code in DONE else code, 5 if code in AGAIN else 1))

    def kubernetes(self):
        for name in sorted(FILES.glob("*.yaml")):
            if name.name == "alerts.yaml":
                continue
            for version in KUBERNETES:
                self.says(f"{name.name}: Kubernetes {version}", sys.executable, "-m", "kubernetes_validate", "--strict",
                          "--kubernetes-version", version, name)

    def airflow(self):
        """The DAG meets every exit code, and a whole run of Airflow."""
        os.environ.update(AIRFLOW_HOME=str(self.work / "airflow"), AIRFLOW__CORE__LOAD_EXAMPLES="False",
                          AIRFLOW__CORE__DAGS_FOLDER=str(FILES))
        spec = importlib.util.spec_from_file_location("airflow_dag", FILES / "airflow_dag.py")
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        task = module.sluice_nightly().get_task("rescreen")
        for code in (*DONE, *AGAIN, *PERSON):
            want = {0: "done", 99: "AirflowSkipException"}.get(code, "AirflowFailException" if code in PERSON else "AirflowException")
            try:
                task.python_callable(str(self.stub(code) / "sluice"))
                got = "done"
            except Exception as e:  # noqa: BLE001
                got = type(e).__name__
            self.check(f"Airflow: exit code {code}", got, want)
        airflow = [sys.executable, "-m", "airflow"]
        self.says("Airflow: db migrate", *airflow, "db", "migrate")
        env = {**os.environ, "PATH": f"{self.stub(3)}{os.pathsep}{os.environ['PATH']}"}
        done = subprocess.run([*airflow, "dags", "test", "sluice_nightly"], env=env, capture_output=True, text=True)
        self.check("Airflow: a whole run that ends with 3 has failed, without another try",
                   re.findall(r"new_state=(\w+)", done.stdout + done.stderr), ["failed"])

    def prometheus(self):
        if self.tool("promtool"):
            self.says("promtool check rules", "promtool", "check", "rules", FILES / "alerts.yaml")

    def calls(self, name):
        """The arguments of sluice in a file, with its paths in the temporary directory."""
        text = (FILES / name).read_text()
        if name.endswith(".service"):
            args = shlex.split(re.search(r"\nExecStart=(.*?)\n\n", text.replace("\\\n", " "), re.S)[1])[1:]
        elif name == "crontab":
            args = shlex.split(re.search(r"/usr/local/bin/sluice (.*)", text)[1])
        elif name.endswith(".py"):
            args = shlex.split(re.search(r'COMMAND = """(.*?)"""', text, re.S)[1])[1:]
        else:
            import yaml

            doc = yaml.safe_load(text)
            spec = doc["spec"]["jobTemplate"]["spec"] if doc["kind"] == "CronJob" else doc["spec"]
            args = spec["template"]["spec"]["containers"][0]["args"]
        root = self.work / "root"
        return [re.sub(r"(^|=)/(?=var/|data/|lists/)", rf"\1{root}/", a) for a in args]

    def data(self):
        """Lists and a delivery where the files expect them, and one opt-out since."""
        root = self.work / "root"
        shutil.rmtree(root, ignore_errors=True)
        for d in ("data/in", "data/out", "data/metrics", "lists", "var/lib/prometheus/node-exporter", "var/lib/sluice/lists", "var/lib/sluice/deliveries", "data/deliveries"):
            (root / d).mkdir(parents=True)
        people = [{"name": f"P {i}", "email": f"p{i}@widgets-{i % 400}-demo.com", "website": f"widgets-{i % 400}-demo.com"} for i in range(900)]
        text = "name,email,website\n" + "".join(",".join(p.values()) + "\n" for p in people + people[:50])
        (root / "data/in/prospects.csv").write_text(text)
        lists = [root / "lists", root / "var/lib/sluice/lists"]
        for at in lists:
            (at / "optouts.txt").write_text("p1@widgets-1-demo.com\n")
            (at / "forgotten.sha1").write_text("5ea6e66f34dec805e7aaf5e862dfbf198f483393\n")
        for place in ("data/deliveries", "var/lib/sluice/deliveries"):
            subprocess.run([self.sluice, "screen", root / "data/in/prospects.csv", "-q", "-s", lists[0] / "optouts.txt",
                            "-s", f"erasure={lists[0] / 'forgotten.sha1'}", "-o", root / place / "clean.csv", "-m", root / place / "m.json",
                            "--chain", root / place], check=True)
        for at in lists:
            (at / "optouts.txt").write_text("p1@widgets-1-demo.com\np7@widgets-7-demo.com\n")
        return root

    def nights(self):
        """Each nightly call takes the new opt-out from what was delivered."""
        for name, place, metrics in (("sluice-nightly.service", "var/lib/sluice", "var/lib/prometheus/node-exporter"),
                                     ("crontab", "var/lib/sluice", None), ("airflow_dag.py", "var/lib/sluice", None), ("cronjob.yaml", "data", "data/metrics")):
            root = self.data()
            self.says(f"{name}: carried out", self.sluice, *self.calls(name))
            clean = (root / place / "deliveries/clean.csv").read_text()
            self.check(f"{name}: who opted out is gone", ("p7@" in clean, "p8@" in clean), (False, True))
            self.says(f"{name}: verify", self.sluice, "verify", root / place / "deliveries", "--max-gap", "24h")
            if metrics:
                prom = (root / metrics / "sluice-nightly.prom").read_text()
                self.check(f"{name}: metrics", 'sluice_last_run_success{command="rescreen"} 1\n' in prom, True)
                if self.tool("promtool"):
                    self.says(f"{name}: promtool check metrics", "promtool", "check", "metrics", input=prom)
            if name.endswith(".py"):
                events = [json.loads(line)["eventType"] for line in (root / place / "openlineage.jsonl").read_text().splitlines()]
                self.check(f"{name}: events", events, ["START", "COMPLETE"])

    def shards(self):
        """Eight pods' calls and the one that joins them come to what one run comes to."""
        root = self.data()
        args = self.calls("indexed-job.yaml")
        for index in range(8):
            self.says(f"indexed-job.yaml: shard {index}", self.sluice, *args, env={**os.environ, "JOB_COMPLETION_INDEX": str(index)})
        self.says("merge-job.yaml", self.sluice, *self.calls("merge-job.yaml"))
        self.says("merge-job.yaml: verify", self.sluice, "verify", root / "data/out/manifest.json")
        got = []
        for i in range(1, 9):
            got += (root / f"data/out/{i}-of-8.csv").read_text().splitlines()[1:]
        lists = [a for a in args if a.startswith("--suppress")]
        subprocess.run([self.sluice, "screen", root / "data/in/prospects.csv", "-q", *lists, "-o", root / "one.csv"], check=True)
        self.check("shards: the rows of one run", got, (root / "one.csv").read_text().splitlines()[1:])


if __name__ == "__main__":
    main()
