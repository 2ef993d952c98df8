#!/usr/bin/env bash
# down.sh DIR [--rm]: ends what up.sh started in DIR, the processes of its jobs, too, each by its own id; --rm deletes DIR.
set -uo pipefail
dir=$(realpath -m "${1:?folder}")
export PATH=$PATH:/usr/sbin SLURM_CONF=$dir/slurm.conf
[ -e "$dir/.slurm-test" ] || { echo "down.sh: nothing of up.sh's in $dir"; exit 0; }

# Daemons are known by their name and by an argument that names this folder: their pid files vanish before they do.
daemons() {
  local file
  for file in $(grep -slzxF -e "$2" /proc/[0-9]*/cmdline); do
    grep -qsx "$1" "${file%cmdline}comm" && file=${file%/cmdline} && echo "${file#/proc/}"
  done
}
tasks() {
  local file process
  for file in $(grep -slzxF "SLURM_CONF=$SLURM_CONF" /proc/[0-9]*/environ); do
    process=${file%/environ}
    { grep -qsz '^SLURM_JOB_ID=' "$file" || grep -qsx slurmstepd "$process/comm"; } && echo "${process#/proc/}"
  done
}
gone() {
  local i
  for ((i = 0; i <= $1 * 10; i++)); do
    [ -n "$("${@:2}")" ] || return 0
    sleep 0.1
  done
  return 1
}
stop() {
  local signal
  for signal in TERM KILL; do
    kill -$signal $("${@:2}") 2>/dev/null
    gone "$1" "${@:2}" && return
  done
  echo "down.sh: still there: $("${@:2}")" >&2
}

[ -z "$(daemons slurmctld "$SLURM_CONF")" ] || { timeout 5 scancel -u "$(id -un)" 2>/dev/null && gone 5 tasks; }
stop 2 tasks
stop 2 daemons slurmd "$SLURM_CONF"
stop 2 daemons slurmctld "$SLURM_CONF"
# By the process number that it wrote, and only if that is still it.
if [ -e "$dir/slurmdbd.pid" ] && grep -qsx slurmdbd "/proc/$(cat "$dir/slurmdbd.pid")/comm"; then
  kill "$(cat "$dir/slurmdbd.pid")"
fi
stop 5 daemons mariadbd "--datadir=$dir/database"
stop 2 daemons munged "--key-file=$dir/munge.key"
rm -f "$dir/env"
[ "${2:-}" != --rm ] || rm -rf "$dir"
echo "down.sh: stopped $dir"
