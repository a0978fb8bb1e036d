# shellcheck shell=bash
# The wire between lab hosts: a Linux bridge in a namespace of its own, so that nothing
# appears in the machine's own network, and no firewall of the machine can cut it.
underlay=hawser-underlay
bridge=hwlab0
outside_netns=hawser-outside
outside_number=254

wire_address4() { echo "198.51.100.$1"; }
wire_address6() { printf '2001:db8:51::%s\n' "$1"; }

# Several clones of the repository may share the wire.
with_lock() { (flock 9 && "$@" 9>&-) 9>/run/hawser-lab.lock; }

wire_up_locked() {
  [[ ! -e /run/netns/$underlay ]] || return 0
  ip netns add "$underlay"
  ip -n "$underlay" link add "$bridge" type bridge
  ip -n "$underlay" link set "$bridge" up
}

wire_down_if_unused() { with_lock wire_down_if_unused_locked; }
wire_down_if_unused_locked() {
  [[ -e /run/netns/$underlay ]] || return 0
  local others
  others=$(ip -n "$underlay" -o link show | grep -cE '^[0-9]+: n[0-9]+:' || true)
  if ((others == 0)); then
    outside_down
    ip netns del "$underlay"
  fi
}

# wire_claim FILE: writes the lowest number that no host on the wire has. A device of the name n1, n2, … stands for
# the claim, so that a number stays its host's while that reboots.
wire_claim() { with_lock wire_claim_locked "$1"; }
wire_claim_locked() {
  local n
  wire_up_locked
  for n in {1..250}; do
    ip -n "$underlay" link show "n$n" &>/dev/null && continue
    ip -n "$underlay" link add "n$n" type bridge
    echo "$n" >"$1"
    return
  done
  die "no number is left on the lab's wire"
}

# The kernel takes its time to empty a namespace; the number is free at once.
wire_release() {
  ip -n "$underlay" link del "p$1" 2>/dev/null || true
  ip -n "$underlay" link del "n$1" 2>/dev/null || true
}

# wire_plug NETNS DEVICE NUMBER: makes the namespace and its end of the wire.
wire_plug() {
  local netns=$1 device=$2 n=$3
  ip netns add "$netns"
  # From before a reboot.
  ip -n "$underlay" link del "p$n" 2>/dev/null || true
  ip -n "$underlay" link add "p$n" type veth peer name "$device" netns "$netns"
  ip -n "$underlay" link set "p$n" master "$bridge" up
  # The same for the number's next host, or others would go on sending to the former one's for some seconds.
  ip -n "$netns" link set "$device" address "$(printf '02:68:77:00:00:%02x' "$n")"
  nsenter --net="/run/netns/$netns" sysctl -qw net.ipv6.conf.all.disable_ipv6=0 net.ipv6.conf.default.disable_ipv6=0
  ip -n "$netns" link set lo up
  ip -n "$netns" address add "$(wire_address4 "$n")/24" dev "$device"
  ip -n "$netns" address add "$(wire_address6 "$n")/64" dev "$device" nodad
  ip -n "$netns" link set "$device" up
}

# A veth passes unfinished checksums on, a cable cannot: a bridge without a kernel datapath would drop them.
behave_like_a_wire() { nsenter --net="/run/netns/$1" ethtool -K "$2" tx off >/dev/null; }

outside_up() { with_lock outside_up_locked; }
outside_up_locked() {
  [[ ! -e /run/netns/$outside_netns ]] || return 0
  wire_up_locked
  wire_plug "$outside_netns" eth0 "$outside_number"
  behave_like_a_wire "$outside_netns" eth0
}

outside_down() {
  wait_for 10 "the processes outside to end" kill_netns "$outside_netns"
  netns_remove "$outside_netns"
}

outside() {
  local verb=${1-}
  shift || true
  case $verb in
    up) outside_up ;;
    down) outside_down; wire_down_if_unused ;;
    exec)
      [[ ${1-} != -- ]] || shift
      outside_up
      nsenter --net="/run/netns/$outside_netns" -- "$@"
      ;;
    *) die "usage: lab/host outside up|down|exec CMD…" ;;
  esac
}
