# shellcheck shell=bash
# The daemons of a lab host: how each starts, when it is ready, how it ends.
# shellcheck disable=SC2154 # name, state, repo and here are set by lab/host
daemons=(ovsdb-server ovs-vswitchd ovn-nb ovn-sb ovn-northd ovn-controller hawser dockerd)

pid_file() {
  case $1 in
    ovsdb-server | ovs-vswitchd) echo "/run/openvswitch/$1.pid" ;;
    dockerd) echo /run/docker.pid ;;
    hawser) echo /run/lab/hawser.pid ;;
    ovn-nb | ovn-sb) echo "/run/ovn/ovn${1#ovn-}_db.pid" ;;
    ovn-northd | ovn-controller) echo "/run/ovn/$1.pid" ;;
    *) die "lab/host knows ${daemons[*]}, not \"$1\"" ;;
  esac
}

# The name of its process: of OVN's databases, the same as of Open vSwitch's.
process_name() {
  case $1 in
    ovn-nb | ovn-sb) echo ovsdb-server ;;
    *) echo "$1" ;;
  esac
}

# The daemon's process number inside the host, if it lives.
daemon_pid() {
  local file process
  file=$(pid_file "$1")
  process=$(process_name "$1")
  # The command of a process is cut after 15 letters.
  # shellcheck disable=SC2016
  enter bash -c '[[ -s $1 ]] && pid=$(<"$1") && read -r comm <"/proc/$pid/comm" && [[ $comm == "${2:0:15}" ]] &&
    ! grep -q "^State:.Z" "/proc/$pid/status" && echo "$pid"' - "$file" "$process" 2>/dev/null
}

is_running() { daemon_pid "$1" >/dev/null; }
is_stopped() { ! is_running "$1"; }

start_daemon() {
  pid_file "$1" >/dev/null
  if is_running "$1"; then return 0; fi
  "start_${1//-/_}" || { show_log "$1"; return 1; }
}

stop_daemon() { end_daemon "$1" TERM 30; }
kill_daemon() { end_daemon "$1" KILL 10; }

end_daemon() {
  local pid
  pid_file "$1" >/dev/null
  pid=$(daemon_pid "$1") || return 0
  enter kill "-$2" "$pid"
  wait_for "$3" "$1 to end" is_gone "$pid"
}

is_gone() { ! enter test -e "/proc/$1"; }

show_log() {
  echo "lab/host: $1 did not start on $name; the end of its log:" >&2
  tail -n 30 "$state/disk/var/log/$1.log" >&2 2>/dev/null || true
}

# spawn LOG PIDFILE COMMAND…: a daemon of its own session, detached from this terminal. Its process has the command's name
# when this returns: before, it would pass for another one.
spawn() {
  # shellcheck disable=SC2016
  enter bash -c 'log=$1 file=$2; shift 2; setsid "$@" >>"$log" 2>&1 </dev/null & pid=$!
    while read -r comm 2>/dev/null <"/proc/$pid/comm" && [[ $comm == bash || $comm == setsid ]]; do sleep 0.01; done
    [[ $file == - ]] || echo "$pid" >"$file"' - "$@"
}

ovs_ctl() {
  # As Debian's unit files start it: nobody watches over it, a killed daemon stays dead.
  enter /usr/share/openvswitch/scripts/ovs-ctl --system-id="$name" --no-monitor --no-record-hostname "$@" \
    >>"$state/disk/var/log/ovs-ctl.log" 2>&1 </dev/null
}

start_ovsdb_server() {
  ovs_ctl --no-ovs-vswitchd start || return 1
  wait_for 10 ovsdb-server enter ovs-vsctl --no-wait --timeout=2 show >/dev/null || return 1
  if is_tso; then
    enter ovs-vsctl --no-wait set Open_vSwitch . other_config:userspace-tso-enable=true
  fi
}

start_ovs_vswitchd() {
  ovs_ctl --no-ovsdb-server start || return 1
  # Waits until the daemon has taken the database's present state in.
  enter ovs-vsctl --timeout=20 set Open_vSwitch . external_ids:lab-host="$name"
}

start_hawser() {
  local binary=${HAWSER_BIN:-$repo/artifacts/hawser} root
  [[ -x $binary ]] || die "no binary at $binary: run 'make publish', or set HAWSER_BIN"
  root=/proc/$(init_pid)/root
  install -D -m755 "$binary" "$root/usr/local/bin/hawser"
  # shellcheck disable=SC2086 # several flags
  spawn /var/log/hawser.log "$(pid_file hawser)" hawser serve ${HAWSER_SERVE_FLAGS-}
  wait_for 20 "hawser's plugin socket" hawser_listens_or_died && is_running hawser
}

# A socket file may be left by a killed process, so the kernel is asked who listens.
hawser_listens_or_died() {
  is_stopped hawser || enter grep -q '00010000 .* /run/docker/plugins/ovs.sock$' /proc/net/unix
}

# The managed plugin, from this host's own libraries. It outlives a reboot, as Docker's plugins do.
install_plugin() {
  local binary=${HAWSER_BIN:-$repo/artifacts/hawser} root
  if enter docker plugin inspect hawser/ovn:latest >/dev/null 2>&1; then return 0; fi
  root=/proc/$(init_pid)/root
  install -D -m755 "$binary" "$root/root/hawser"
  install -D -m755 "$repo/packaging/plugin" "$root/root/make-plugin"
  enter /root/make-plugin /root/hawser /root/plugin
  enter docker plugin create hawser/ovn /root/plugin/ovn >/dev/null
  enter docker plugin set hawser/ovn SCOPE=global
  enter docker plugin enable hawser/ovn >/dev/null
}

start_dockerd() {
  local live=false
  if has_option --live-restore; then live=true; fi
  # Once: what is changed in it later stays.
  if [[ ! -e $state/disk/etc/docker/daemon.json ]]; then
    cat >"$state/disk/etc/docker/daemon.json" <<JSON
{ "live-restore": $live, "cgroup-parent": "/hawser-$name", "shutdown-timeout": 3 }
JSON
  fi
  spawn /var/log/dockerd.log - dockerd
  wait_for 40 dockerd docker_answers_or_died && docker_answers && import_busybox
}

docker_answers() { enter timeout 5 docker version >/dev/null 2>&1; }
docker_answers_or_died() { docker_answers || ! enter pgrep -x dockerd >/dev/null; }

import_busybox() {
  if enter docker image inspect busybox:latest >/dev/null 2>&1; then return 0; fi
  "$here/image" | enter docker import --change 'CMD ["sh"]' - busybox:latest >/dev/null
}
