#!/usr/bin/env bash
# up.sh DIR [NODES=1] [CPUS=2] [MAX_ARRAY_SIZE=1001] [accounting]: a private Slurm on 127.0.0.1 with all its files in DIR.
# It is left as it is where it already answers, else made anew. Then: . DIR/env; sbatch ...
# It needs neither systemd nor control groups. With accounting it has a slurmdbd and a MariaDB of its own, which answer
# sacct, and its queue forgets what has ended after two seconds; else it needs no database. Packages are installed where apt and the right to do so are
# there; else it says so and ends with code 3.
set -euo pipefail
dir=$(realpath -m "${1:?folder}")
nodes=${2:-1} cpus=${3:-2} array=${4:-1001} accounting=${5:-} user=$(id -un)
here=$(cd "$(dirname "$0")" && pwd)
export PATH=$PATH:/usr/sbin SLURM_CONF=$dir/slurm.conf

die() {
  echo "up.sh: $*" >&2
  if [ -e "$dir/env" ]; then
    grep -hE 'error|fatal' "$dir"/log/*.log | tail -n 15 >&2 || :
    bash "$here/down.sh" "$dir" >&2
  fi
  exit 1
}
# Sockets lie in the folder, and their names may not be longer.
[[ ${#dir} -le 70 && $dir != *[[:space:]]* ]] || die "the folder's name is over 70 characters or has a blank: $dir"

programs="slurmctld slurmd sbatch munged" packages="slurmctld slurmd slurm-client munge"
[ -z "$accounting" ] || programs+=" slurmdbd mariadbd" packages+=" slurmdbd mariadb-server-core"
if ! which $programs >/dev/null; then
  if [ "$(id -u)" != 0 ] || ! which apt-get >/dev/null; then
    echo "up.sh: Slurm is not installed, and only root can install it, by apt-get" >&2
    exit 3
  fi
  # Where policy-rc.d denies it, as in containers, no daemon is started by this.
  {
    apt-get -o DPkg::Lock::Timeout=300 update &&
      DEBIAN_FRONTEND=noninteractive apt-get -y -o DPkg::Lock::Timeout=300 install --no-install-recommends $packages
  } </dev/null >&2 || { echo "up.sh: apt-get cannot install Slurm" >&2; exit 3; }
fi

idle() { [ "$(timeout 5 sinfo -h -N -o %T 2>/dev/null | grep -cxE 'idle|mixed|allocated')" = "$nodes" ]; }
if [ -e "$dir/env" ]; then
  idle && { echo "up.sh: already up: $dir/env"; exit 0; }
  bash "$here/down.sh" "$dir"
fi
[ -e "$dir/.slurm-test" ] || [ -z "$(ls -A "$dir" 2>/dev/null)" ] || die "$dir holds files that are not a test cluster's"
rm -rf "$dir"
mkdir -p "$dir"/{state,log}
chmod 755 "$dir"
touch "$dir/.slurm-test" "$dir/env"

# As many free ports in a row as there are daemons.
for ((i = 0; i <= nodes + 2; i++)); do
  [ $i -gt 0 ] || port=$((20000 + RANDOM % 12000))
  ! (exec 3<>"/dev/tcp/127.0.0.1/$((port + i))") 2>/dev/null || i=-1
done

store=none age=3600
[ -z "$accounting" ] || store=slurmdbd age=2
cat >"$SLURM_CONF" <<END
ClusterName=test
SlurmctldHost=localhost(127.0.0.1)
SlurmctldPort=$port
SlurmUser=$user
SlurmdUser=$user
AuthType=auth/munge
CredType=cred/munge
AuthInfo=socket=$dir/munge.sock,cred_expire=5
CommunicationParameters=NoCtldInAddrAny,NoInAddrAny
SlurmctldPidFile=$dir/slurmctld.pid
SlurmdPidFile=$dir/slurmd-%n.pid
StateSaveLocation=$dir/state
SlurmdSpoolDir=$dir/spool-%n
SlurmctldLogFile=$dir/log/slurmctld.log
SlurmdLogFile=$dir/log/slurmd-%n.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core_Memory
DefMemPerCPU=100
MaxArraySize=$array
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/$store
AccountingStorageHost=localhost
AccountingStoragePort=$((port + nodes + 1))
AccountingStoragePass=$dir/munge.sock
JobCompType=jobcomp/filetxt
JobCompLoc=$dir/jobcomp.txt
MpiDefault=none
ReturnToService=2
MinJobAge=$age
KillWait=2
SlurmdTimeout=10
SlurmdParameters=config_overrides
SchedulerParameters=batch_sched_delay=0,sched_min_interval=0,sched_interval=1,bf_interval=1
$(for ((i = 1; i <= nodes; i++)); do echo "NodeName=n$i NodeHostname=localhost NodeAddr=127.0.0.1 Port=$((port + i)) CPUs=$cpus RealMemory=4000"; done)
PartitionName=main Nodes=ALL Default=YES MaxTime=INFINITE State=UP
END
# 22.05 has no "disabled"; its v1 plugin touches nothing as long as no other plugin uses control groups.
echo CgroupPlugin=cgroup/v1 >"$dir/cgroup.conf"
(umask 077 && head -c 128 /dev/urandom >"$dir/munge.key")
munged --key-file="$dir/munge.key" --socket="$dir/munge.sock" --pid-file="$dir/munged.pid" \
  --log-file="$dir/log/munged.log" --seed-file="$dir/munge.seed" || die "munged does not start"
if [ -n "$accounting" ]; then
  database=$((port + nodes + 2))
  mkdir "$dir/database"
  { printf "CREATE DATABASE mysql;\nUSE mysql;\n" && cat /usr/share/mysql/mysql_system_tables.sql; } |
    mariadbd --no-defaults --user="$user" --datadir="$dir/database" --bootstrap >"$dir/log/install.log" 2>&1 ||
    die "no database can be made"
  # Whoever may connect to this port is on this machine.
  mariadbd --no-defaults --user="$user" --datadir="$dir/database" --socket="$dir/database.sock" --port=$database \
    --bind-address=127.0.0.1 --skip-grant-tables --pid-file="$dir/mariadbd.pid" >"$dir/log/mariadbd.log" 2>&1 &
  for ((i = 0; i < 200; i++)); do
    (exec 3<>"/dev/tcp/127.0.0.1/$database") 2>/dev/null && break
    sleep 0.1
  done
  (umask 077 && cat >"$dir/slurmdbd.conf") <<END
AuthType=auth/munge
AuthInfo=socket=$dir/munge.sock
DbdHost=localhost
DbdAddr=127.0.0.1
DbdPort=$((port + nodes + 1))
SlurmUser=$user
StorageType=accounting_storage/mysql
StorageHost=127.0.0.1
StoragePort=$database
StorageUser=$user
StoragePass=none
StorageLoc=slurm_test
PidFile=$dir/slurmdbd.pid
LogFile=$dir/log/slurmdbd.log
END
  slurmdbd || die "slurmdbd does not start"
  for ((i = 0; i < 50; i++)); do
    timeout 5 sacctmgr -n list cluster >/dev/null 2>&1 && break
    sleep 0.1
  done
  timeout 20 sacctmgr -i add cluster test >"$dir/log/cluster.log" 2>&1 || die "slurmdbd does not answer"
fi
slurmctld -f "$SLURM_CONF" || die "slurmctld does not start"
for ((i = 1; i <= nodes; i++)); do slurmd -f "$SLURM_CONF" -N "n$i" || die "slurmd n$i does not start"; done
echo "export SLURM_CONF=$SLURM_CONF" >"$dir/env"
for ((i = 0; i < 150; i++)); do
  idle && { echo "up.sh: $(sinfo -V), $nodes nodes: $dir/env"; exit 0; }
  sleep 0.1
done
die "its nodes are not idle after 15 s"
