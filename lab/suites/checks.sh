# shellcheck shell=bash
# What a suite says, and how it waits. The suite has the function hawser_log, the end of hawser's log.
count=0 failed=0

# check SENTENCE COMMAND…: one test. What takes long says so.
check() {
  local sentence=$1 output begun=$SECONDS took=
  shift
  count=$((count + 1))
  if output=$("$@" 2>&1); then
    if ((SECONDS - begun >= 5)); then took=" ($((SECONDS - begun)) s)"; fi
    echo "ok $count - $sentence$took"
  else
    echo "not ok $count - $sentence"
    printf '%s\n' "$*" "$output" "the end of hawser's log:" "$(hawser_log 2>&1)" | sed 's/^/#   /'
    failed=$((failed + 1))
  fi
}

# eventually COMMAND…: the only place that waits.
eventually() {
  local deadline=$((SECONDS + 30))
  until "$@"; do
    ((SECONDS < deadline)) || return 1
    sleep 0.2
  done
}

refuted() { ! "$@"; }
says() {
  local expected=$1
  shift
  [[ $("$@") == "$expected" ]]
}

# The other machine on the wire.
outside() { ip netns exec outside "$@"; }
wire_up() { outside ping -c1 -W2 198.51.100.1 && outside ping -c1 -W2 2001:db8:51::1; }
make_outside() {
  ip netns add outside
  ip link add eth0 type veth peer name eth0 netns outside
  ip address add 198.51.100.1/24 dev eth0
  ip address add 2001:db8:51::1/64 dev eth0 nodad
  ip link set eth0 up
  ip -n outside link set lo up
  ip -n outside address add 198.51.100.254/24 dev eth0
  ip -n outside address add 2001:db8:51::254/64 dev eth0 nodad
  ip -n outside link set eth0 up
}

network() { docker network create -d ovs "$@"; }
# start NAME …: a container, whose id is written down.
start() {
  local name=$1
  shift
  rm -f "/var/tmp/id-$name"
  docker run -d --stop-timeout 1 --cidfile "/var/tmp/id-$name" --name "$name" "$@"
}
sleeper() { start "$@" busybox sleep 1h; }
web() { start "$@" busybox web hello; }
# Docker starts containerd itself where its service does not.
init_of() { cat /run/{containerd,docker/containerd/daemon}/io.containerd.runtime.v2.task/moby/"$(<"/var/tmp/id-$1")"/init.pid 2>/dev/null; }
# inside NAME COMMAND…: in a container. docker exec starts processes, which is slow here; systemd's path has no /bin.
inside() { PATH=$PATH:/bin nsenter -t "$(init_of "$1")" -m -n "${@:2}"; }
pings() { inside "$1" ping -c1 -W2 "$2"; }
fetches() { inside "$1" timeout 5 wget -qO- "$2"; }
outside_fetches() { outside timeout 5 busybox wget -qO- "$1"; }
remove_containers() {
  local ids
  mapfile -t ids < <(docker ps -aq)
  docker rm -f "${ids[@]}"
}
