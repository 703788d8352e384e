from datetime import UTC, datetime
from pathlib import Path
import pytest, json, time, cProfile, pstats, duckdb, resource
from tests.conftest import *
from untilyes.sources.actions import import_files
from untilyes.sources.library import parse_recipe
from untilyes.workspaces.tenancy import inside
import untilyes.lake.workbench as w
import ibis; ibis.duckdb.connect()
R = Path("/tmp/plain.yaml").read_text()
old = w.Workbench.query
def query(self, sql):
    t=time.time(); r=old(self, sql); d=time.time()-t
    if d>0.02: print(f"     {d:6.2f} {' '.join(sql.split())[:150]}")
    return r
w.Workbench.query=query
def test_try(cast, tmp_path):
    con=duckdb.connect(); bases=[]
    for i in range(3):
        t=time.time(); con.execute(f"copy (from read_csv('/tmp/answers1m.csv')) to '{tmp_path}/x.parquet' (format parquet)"); bases.append(time.time()-t)
    base=sorted(bases)[1]
    recipe = parse_recipe(R, called="x")
    with inside(cast.acme):
        t0=time.time()
        s = import_files(recipe, [Path("/tmp/answers1m.csv")], at=datetime(2026,1,1,tzinfo=UTC), by=cast.ada, progress=lambda w, f: print(f"{time.time()-t0:6.2f}", w, f))
        took=time.time()-t0
    print("BASE", bases, "IMPORT", took, took/base, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss/1e6)
    print(s.tallies, s.customers_new)
