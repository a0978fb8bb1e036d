# shellcheck shell=bash
# OVN on a lab host: the databases and northd on one (--ovn-central), ovn-controller on the others (--ovn HOST).
# shellcheck disable=SC2154 # name, state, lab and number are set by lab/host

# The host whose databases this one uses.
ovn_central() { sed -n 's/^--ovn=//p' "$state/options"; }
is_chassis() { [[ -n $(ovn_central) ]]; }

ovn_remote() { servers_of "$(ovn_central)" "$1"; }

# The host that the cluster of databases began on, if this host is a member.
cluster_of() { sed -n 's/^--ovn-cluster=//p' "$lab/$1/options"; }

address_of() { wire_address4 "$(<"$lab/$1/number")"; }

# servers_of HOST PORT: its database, or those of its whole cluster.
servers_of() {
  local first options servers=()
  first=$(cluster_of "$1")
  if [[ -z $first ]]; then
    echo "tcp:$(address_of "$1"):$2"
    return
  fi
  for options in "$lab"/*/options; do
    if grep -qxe "--ovn-cluster=$first" "$options"; then servers+=("tcp:$(address_of "$(basename "$(dirname "$options")")"):$2"); fi
  done
  (IFS=, && echo "${servers[*]}")
}

ovn_ctl() { enter /usr/share/ovn/scripts/ovn-ctl "$@" >>"$state/disk/var/log/ovn-ctl.log" 2>&1 </dev/null; }

# Open vSwitch routes its own tunnels in userspace, so the tunnels' address must be on a bridge of its own.
move_wire_to_bridge() {
  enter ovs-vsctl --timeout=10 --may-exist add-br br-phy -- set bridge br-phy datapath_type=netdev -- --may-exist add-port br-phy eth0
  enter ip address flush dev eth0
  enter ip address replace "$(wire_address4 "$number")/24" dev br-phy
  enter ip address replace "$(wire_address6 "$number")/64" dev br-phy nodad
  enter ip link set br-phy up
  # The kernel hears all of the wire by eth0, too, and would answer for the bridge's address with eth0's MAC address.
  enter sysctl -qw net.ipv4.conf.eth0.arp_ignore=1
}

set_up_chassis() {
  enter ovs-vsctl --timeout=10 set Open_vSwitch . external_ids:ovn-remote="$(ovn_remote 6642)" external_ids:ovn-nb="$(ovn_remote 6641)" \
    external_ids:ovn-encap-type=geneve external_ids:ovn-encap-ip="$(wire_address4 "$number")" external_ids:ovn-bridge-datapath-type=netdev
}

start_ovn_controller() {
  ovn_ctl start_controller || return 1
  wait_for 10 "ovn-controller's bridge" enter ovs-vsctl --timeout=2 br-exists br-int
}

start_ovn_nb() { start_ovn_database nb 6641; }
start_ovn_sb() { start_ovn_database sb 6642; }
start_ovn_northd() {
  local options=(--ovn-manage-ovsdb=no)
  if [[ -n $(cluster_of "$name") ]]; then
    options+=(--ovn-northd-nb-db="$(servers_of "$name" 6641)" --ovn-northd-sb-db="$(servers_of "$name" 6642)")
  fi
  ovn_ctl "${options[@]}" start_northd
}

start_ovn_database() {
  local first
  first=$(cluster_of "$name")
  if [[ -n $first ]]; then
    start_cluster_member "$1" "$first"
    return
  fi
  ovn_ctl "start_$1_ovsdb" || return 1
  wait_for 10 "OVN's $1 database" enter "ovn-$1ctl" --timeout=2 set-connection "ptcp:$2:0.0.0.0"
}

start_cluster_member() {
  local own options
  own=$(address_of "$name")
  options=("--db-$1-addr=$own" "--db-$1-create-insecure-remote=yes" "--db-$1-cluster-local-addr=$own")
  if [[ $2 != "$name" ]]; then options+=("--db-$1-cluster-remote-addr=$(address_of "$2")"); fi
  ovn_ctl "${options[@]}" "start_$1_ovsdb"
}
