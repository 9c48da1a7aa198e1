"""Writes days into a state file as a run does, with the processes, times and failures that a test wants."""

import datetime
import json
import os
import pathlib
import socket
import sqlite3

from program import run

SERIES = "shop_small_incremental"


def state_of(output) -> pathlib.Path:
    return pathlib.Path(output) / ".lakeseed" / "state.sqlite"


def mark_of_this_process() -> str:
    start = pathlib.Path("/proc/self/stat").read_text().rpartition(")")[2].split()[19]
    boot = pathlib.Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    return f"{boot}/{os.readlink('/proc/self/ns/pid')}/{start}"


class Journal:
    def __init__(self, output):
        assert run("deploy-ddl", "--output", output).code == 0
        self.connection = sqlite3.connect(state_of(output))

    def job(self, dataset, job_id, layout="parquet", pid=None, mark=None, rows=1000):
        self.connection.execute(
            "INSERT OR IGNORE INTO config_synthetic_data_datasets (dataset_id, dataset_name, dataset_type, "
            "schema_pattern, domain) VALUES (?, 'shop', 'transactional', 'oltp', 'retail')", (dataset,))
        self.connection.execute(
            "INSERT INTO config_synthetic_data_generation_jobs (job_id, dataset_id, job_name, target_rows, "
            "generation_mode, target_environment, target_location, status, layout, identity_json, command_line, "
            "owner_host, owner_pid, owner_process) VALUES (?, ?, 'generate-series', ?, 'native', 'lakehouse', 'data', "
            "'running', ?, '{}', 'lakeseed generate-series', ?, ?, ?)",
            (job_id, dataset, rows, layout, socket.gethostname(), pid or os.getpid(), mark or mark_of_this_process()))
        self.connection.commit()
        self.dataset, self.job_id, self.layout, self.rows = dataset, job_id, layout, rows

    def day(self, date, status="completed", speed=500.0, seconds=2.0, memory=0.25, cores=1.5, message=None):
        done = status == "completed"
        self.connection.execute(
            "INSERT INTO log_synthetic_data_generation (log_id, job_id, dataset_id, layout, generation_date, status, "
            "tables_generated, total_rows, file_paths, generation_mode, target_rows, rows_per_second, "
            "duration_seconds, peak_memory_gb, cpu_cores_used, message, started_date, owner_host, owner_pid) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 'native', ?, ?, ?, ?, ?, ?, '2024-05-01 12:00:00', 'h', 1)",
            (f"{self.layout}{self.dataset}{date}", self.job_id, self.dataset, self.layout, date, status,
             '["orders"]' if done else None, 1000 if done else None, f'["{date}/orders.parquet"]' if done else None,
             self.rows, speed if done else None, seconds if done else None, memory if done else None,
             cores if done else None, message))
        if done:
            add = ("INSERT INTO synthetic_data_table_state VALUES (?, ?, ?, ?, ?, 1, 1000, 20000) ON CONFLICT DO UPDATE "
                   "SET last_generated = excluded.last_generated, generation_count = generation_count + 1, "
                   "current_size = current_size + 1000, size_bytes = size_bytes + 20000")
            self.connection.execute(add, (self.dataset, self.layout, "orders", "incremental", date))
        self.connection.commit()

    def file(self, date, path):
        dates = [{"column_name": "order_date", "data_type": "date", "min_date": date, "max_date": date,
                  "null_count": 0, "total_count": 1000, "completeness_percentage": 100.0, "is_primary_date": True}]
        self.connection.execute(
            "INSERT INTO log_synthetic_data_files VALUES (?, ?, ?, ?, 'orders', 'parquet', 1000, 20000, 'order_date', "
            "?, ?, ?, ?, '2024-05-01 12:00:00')",
            (self.dataset, self.layout, date, path, date, date, json.dumps(dates),
             f"File {path} contains 1000 records with order_date = {date}"))
        self.connection.commit()


def dates(first, count):
    start = datetime.date.fromisoformat(first)
    return [str(start + datetime.timedelta(days=d)) for d in range(count)]
