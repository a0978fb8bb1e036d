# shellcheck shell=bash
# What every part of lab/host needs: names, waiting, entering, ending processes.
# shellcheck disable=SC2154,SC2034 # lab is set, and number and tree are used, by the scripts that source this file
# The verbs set these: the host that the command is about.
name='' state='' netns='' number='' tree='' init=''

die() {
  echo "$*" >&2
  exit 1
}

# wait_for SECONDS WHAT COMMAND…: the only place of the lab that waits.
wait_for() {
  local seconds=$1 what=$2 deadline
  shift 2
  deadline=$((${EPOCHREALTIME/[.,]/} + seconds * 1000000))
  until "$@"; do
    if ((${EPOCHREALTIME/[.,]/} > deadline)); then
      echo "lab/host: waited $seconds s for $what" >&2
      return 1
    fi
    sleep 0.05
  done
}

claim_name() {
  # The name is also a host name and part of a network namespace's and of a cgroup's.
  [[ ${1-} =~ ^[a-z][a-z0-9-]{0,30}$ ]] || die "a lab host needs a name of small letters, digits and hyphens, not \"${1-}\""
  [[ $1 != outside && $1 != underlay ]] || die "the name $1 belongs to the lab itself"
  name=$1 state=$lab/$1 netns=hawser-$1
}

load() {
  claim_name "${1-}"
  [[ -e $state/number ]] || die "there is no lab host $name; start it with: lab/host up $name"
  number=$(<"$state/number")
  tree=$(<"$state/rootfs")
}

has_option() { grep -qxe "$1" "$state/options"; }
is_tso() { has_option --tso; }

# The process that holds the host's namespaces, as this machine counts processes.
init_pid() { runs && echo "$init"; }

# Whether the host runs; its first process is in init then.
runs() {
  [[ -s $state/init.pid ]] || return 1
  init=$(<"$state/init.pid")
  # A number from an earlier life may belong to a stranger by now.
  [[ /proc/$init/ns/net -ef /run/netns/$netns ]]
}

enter() { (become "$@"); }

# Ends as the command, in the host.
become() {
  runs || die "lab host $name does not run"
  count_processors
  # Debian's own programs first: a newer docker in /usr/local would not fit Debian's dockerd.
  HOME=/root PATH=/usr/sbin:/usr/bin:/sbin:/bin:/usr/local/sbin:/usr/local/bin \
    exec nsenter --target "$init" --mount --net --uts --pid -- "$@"
}

# Puts this process into the host's control group, beside its containers: what the host uses of the processors is counted.
count_processors() {
  local group=/sys/fs/cgroup/hawser-$name/lab
  [[ ! -d /sys/fs/cgroup/cpuacct ]] || group=/sys/fs/cgroup/cpuacct/hawser-$name/lab
  if [[ -d $group ]] || mkdir -p "$group" 2>/dev/null; then echo "$BASHPID" >"$group/cgroup.procs"; fi
}

# Sends SIGKILL to all that lives in a network namespace; true when nothing does.
kill_netns() {
  local inode link found=0
  [[ -e /run/netns/$1 ]] || return 0
  inode=$(stat -Lc %i "/run/netns/$1")
  while read -r link; do
    link=${link#/proc/}
    kill -KILL "${link%%/*}" 2>/dev/null || true
    found=1
  done < <(find -L /proc/[0-9]*/ns/net -maxdepth 0 -inum "$inode" 2>/dev/null || true)
  ((found == 0))
}

netns_remove() {
  [[ ! -e /run/netns/$1 ]] || ip netns del "$1"
}

# dockerd makes one cgroup per container below the host's; SIGKILL leaves them behind.
remove_cgroups() {
  local folder
  for folder in /sys/fs/cgroup/*/"$1" /sys/fs/cgroup/"$1"; do
    if [[ -d $folder ]]; then find "$folder" -depth -type d -exec rmdir {} + 2>/dev/null || true; fi
  done
}

refuse_overlay() {
  local type
  type=$(stat -fc %T "$1")
  [[ $type != overlayfs && $type != tmpfs ]] ||
    die "$1 is on $type, where Docker cannot keep its layers: set HAWSER_LAB_DIR to a folder on ext4"
}
