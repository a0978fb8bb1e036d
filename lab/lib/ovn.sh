# shellcheck shell=bash
# OVN on a lab host: the databases and northd on one (--ovn-central), ovn-controller on the others (--ovn HOST).
# shellcheck disable=SC2154 # name, state, lab and number are set by lab/host

# The host whose databases this one uses.
ovn_central() { sed -n 's/^--ovn=//p' "$state/options"; }
is_chassis() { [[ -n $(ovn_central) ]]; }

ovn_remote() { echo "tcp:$(wire_address4 "$(<"$lab/$(ovn_central)/number")"):$1"; }

ovn_ctl() { enter /usr/share/ovn/scripts/ovn-ctl "$@" >>"$state/disk/var/log/ovn-ctl.log" 2>&1 </dev/null; }

# Open vSwitch routes its own tunnels in userspace, so the tunnels' address must be on a bridge of its own.
move_wire_to_bridge() {
  enter ovs-vsctl --timeout=10 --may-exist add-br br-phy -- set bridge br-phy datapath_type=netdev -- --may-exist add-port br-phy eth0
  enter ip address flush dev eth0
  enter ip address replace "$(wire_address4 "$number")/24" dev br-phy
  enter ip address replace "$(wire_address6 "$number")/64" dev br-phy nodad
  enter ip link set br-phy up
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
start_ovn_northd() { ovn_ctl --ovn-manage-ovsdb=no start_northd; }

start_ovn_database() {
  ovn_ctl "start_$1_ovsdb" || return 1
  wait_for 10 "OVN's $1 database" enter "ovn-$1ctl" --timeout=2 set-connection "ptcp:$2:0.0.0.0"
}
