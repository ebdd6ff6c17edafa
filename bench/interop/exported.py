"""What others make of sluice manifest export: checks that interop.py calls."""

import importlib
import inspect
import json
import pkgutil
import subprocess


def check(run):
    """Export manifests of run's lists each way, and hand them to those who know the standard."""
    policy = run.work / "exported.yaml"
    policy.write_text('version: 1\nname: "a \\"b\\" \\\\ c"\npersonal_data: {actions: {person.free_text: drop, person.name: mask}}\n')
    for target, to in (("exported.csv", "csv"), ("exported.tsv", "tsv"), ("exported.parquet", "parquet")):
        extra = [f for role in ("quarantine", "rejects", "decisions") for f in (f"--{role}", run.work / f"{role}-{target}")]
        run.screen("list.csv", target, to, "--policy", policy, "--rejects-content", *extra)
        path = run.work / f"{target}.manifest.json"
        run.attempt(f"{to}: sha256sums", lambda: sums(run, to, path))
        run.attempt(f"{to}: datapackage", lambda: package(run, to, path))
        run.attempt(f"{to}: prom", lambda: metrics(run, to, path))
        run.attempt(f"{to}: openlineage", lambda: lineage(run, to, path))


def export(run, path, to):
    done = subprocess.run([run.sluice, "manifest", "export", "--to", to, path], capture_output=True, text=True, check=True)
    return done.stdout


def sums(run, name, path):
    done = subprocess.run(["sha256sum", "--check", "--strict", "--quiet"], input=export(run, path, "sha256sums"), capture_output=True, text=True, cwd=run.work)
    run.check(f"{name}: sha256sum --check", (done.returncode, done.stdout + done.stderr), (0, ""))


def package(run, name, path):
    """frictionless reads every table of text, compares sizes, digests and headers."""
    import frictionless

    text = export(run, path, "datapackage")
    descriptor = run.work / f"{name}.datapackage.json"
    descriptor.write_text(text)
    resources = json.loads(text)["resources"]
    tables = [r["name"] for r in resources if r.get("type") == "table"]
    run.check(f"{name}: frictionless: tables", len(tables), 1 if name == "parquet" else 4)
    report = frictionless.validate(str(descriptor))
    others = {r["name"] for r in resources} - set(tables)
    errors = [(t.name, e.type, e.message) for t in report.tasks for e in t.errors if t.name not in others]
    run.check(f"{name}: frictionless: the package is valid", (errors, report.errors), ([], []))
    damaged = json.loads(text)
    damaged["resources"] = [r for r in damaged["resources"] if r["name"] in tables][:1]
    damaged["resources"][0]["hash"] = "sha256:" + "0" * 64
    descriptor.write_text(json.dumps(damaged))
    run.check(f"{name}: frictionless: another digest is found", frictionless.validate(str(descriptor)).flatten(["type"]), [["hash-count"]])


def metrics(run, name, path):
    from prometheus_client.parser import text_string_to_metric_families

    rows, types = {}, set()
    for family in text_string_to_metric_families(export(run, path, "prom")):
        types.add(family.type)
        for s in family.samples:
            if s.name == "sluice_last_run_rows":
                rows[s.labels["verdict"]] = int(s.value)
                policy = s.labels["policy"]
    accounting = json.loads(path.read_text())["predicate"]["accounting"]
    read = accounting.pop("read")
    run.check(f"{name}: prometheus_client: rows", (rows, sum(rows.values())), (accounting, read))
    run.check(f"{name}: prometheus_client: types, labels", (types, policy), ({"gauge"}, 'a "b" \\ c'))


def lineage(run, name, path):
    """The classes that OpenLineage generates from its specification make the same events."""
    from openlineage.client.generated import base
    from openlineage.client.serde import Serde

    classes = {c._get_schema(): c for c in generated()}
    for line in export(run, path, "openlineage").splitlines():
        event = json.loads(line)

        def facets(found, kind):
            made = {}
            for key, fields in found.items():
                fields = dict(fields)
                producer, url = fields.pop("_producer"), fields.pop("_schemaURL")
                if key == "sluice_screening":
                    made[key] = {"_producer": producer, "_schemaURL": url, **fields}
                    continue
                if not issubclass(classes[url], kind):
                    raise TypeError(f"{key} is no {kind.__name__}")
                made[key] = classes[url](**fields, producer=producer)
            return made

        def dataset(d, kind, part, facet):
            more = {part: facets(d[part], facet)} if part in d else {part: None}
            return kind(namespace=d["namespace"], name=d["name"], facets=facets(d["facets"], base.DatasetFacet), **more)

        made = base.RunEvent(
            eventTime=event["eventTime"], producer=event["producer"], eventType=base.EventType(event["eventType"]),
            run=base.Run(event["run"]["runId"], facets(event["run"]["facets"], base.RunFacet)),
            job=base.Job(event["job"]["namespace"], event["job"]["name"], facets(event["job"]["facets"], base.JobFacet)),
            inputs=[dataset(d, base.InputDataset, "inputFacets", base.InputDatasetFacet) for d in event["inputs"]],
            outputs=[dataset(d, base.OutputDataset, "outputFacets", base.OutputDatasetFacet) for d in event["outputs"]])
        run.check(f"{name}: openlineage: {event['eventType']}", Serde.to_dict(made), event)


def generated():
    """All classes that were generated from the specification."""
    import attr
    import openlineage.client.generated as root

    for m in pkgutil.iter_modules(root.__path__):
        for _, c in inspect.getmembers(importlib.import_module(f"{root.__name__}.{m.name}"), inspect.isclass):
            if hasattr(c, "_get_schema") and attr.has(c):
                yield c
