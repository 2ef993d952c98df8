"""Empty jobs in Optuna's local runner: one trial each, kept in a journal file, by some processes.

empty_jobs.py FOLDER JOBS PROCESSES prints the seconds from the first process's start to the last one's end.
"""

import subprocess
import sys
import time

import optuna
from optuna.storages import JournalStorage
from optuna.storages.journal import JournalFileBackend


def storage(folder):
    return JournalStorage(JournalFileBackend(f"{folder}/journal.log"))


def work(folder, jobs):
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    study = optuna.load_study(study_name="empty", storage=storage(folder))
    study.optimize(lambda trial: 0.0, n_trials=jobs)


def main(folder, jobs, processes):
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    optuna.create_study(study_name="empty", storage=storage(folder), sampler=optuna.samplers.RandomSampler(seed=0))
    began = time.perf_counter()
    command = [sys.executable, __file__, folder, str(jobs // processes), "work"]
    for child in [subprocess.Popen(command) for _ in range(processes)]:
        if child.wait() != 0:
            raise SystemExit("a process of Optuna's failed")
    print(time.perf_counter() - began)
    done = optuna.load_study(study_name="empty", storage=storage(folder)).trials
    if len(done) != jobs // processes * processes:
        raise SystemExit(f"{len(done)} trials of {jobs}")


if __name__ == "__main__":
    if sys.argv[3] == "work":
        work(sys.argv[1], int(sys.argv[2]))
    else:
        main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
