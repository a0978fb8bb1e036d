using Hawser.Core.Plan;

namespace Hawser.Tests.Core;

/// <summary>Plans as <see cref="DesiredText"/> writes them, read and found right.</summary>
static class Golden
{
    public static string Text(DesiredUnit? plan) => plan is null ? "nothing\n" : string.Concat(DesiredText.Lines(plan).Select(line => line + "\n"));

    /// <summary>A nat network on a bridge of that name.</summary>
    public const string NatBridge = """
        Open_vSwitch bridges:
          Bridge br0 datapath_type=netdev other_config:hwaddr=02:42:a9:58:a9:be
            Port br0
              Interface br0 type=internal
        br0 holds [10.1.0.1/24]

        """;

    /// <summary>Three networks in VLANs of one bridge: nat with an MTU, routed, flat.</summary>
    public const string VlanBridge = """
        Open_vSwitch bridges:
          Bridge br0 datapath_type=netdev other_config:hwaddr=02:42:a9:58:a9:be
            Port br0
              Interface br0 type=internal
        Bridge br0 ports:
          Port br0.10 tag=10 vlan_mode=access
            Interface br0.10 mac=02:42:a9:58:a9:be mtu_request=9000 type=internal
        Bridge br0 ports:
          Port br0.20 tag=20 vlan_mode=access
            Interface br0.20 mac=02:42:32:88:76:4a type=internal
        br0.10 holds [10.1.0.1/24]
        br0.20 holds [10.2.0.1/24]

        """;

    /// <summary>A flat network with an uplink, controllers and all that OpenFlow has.</summary>
    public const string FlatBridge = """
        Open_vSwitch bridges:
          Bridge br0 datapath_type=netdev fail_mode=secure protocols=OpenFlow13 other_config:datapath-id=00000000000000a1 other_config:hwaddr=02:00:00:00:00:01
            Port br0
              Interface br0 mtu_request=1400 type=internal
            Controller tcp:192.0.2.1:6653
            Controller tcp:192.0.2.2:6653
        Bridge br0 ports:
          Port eth1
            Interface eth1
        eth1 is up

        """;

    /// <summary>An endpoint on the userspace datapath.</summary>
    public const string Port = """
        Bridge br0 ports:
          Port hwpyduexv657oyr tag=[] trunks=[] vlan_mode=[]
            Interface hwpyduexv657oyr ingress_policing_burst=0 ingress_policing_rate=0 external_ids:attached-mac=02:42:0a:01:00:02 external_ids:iface-id=e external_ids:iface-status=active
        veth hwpyduexv657oyr - hwcyduexv657oyr 02:42:0a:01:00:02 mtu default, checksums in software

        """;

    /// <summary>A joined endpoint with options of its own on the kernel's datapath.</summary>
    public const string PortWithOptions = """
        Bridge br0 ports:
          Port hwpyduexv657oyr tag=7 trunks=[8, 9] vlan_mode=native-untagged
            Interface hwpyduexv657oyr ingress_policing_burst=100 ingress_policing_rate=1000 external_ids:attached-mac=02:42:0a:01:00:02 external_ids:iface-id=e external_ids:iface-status=active
        veth hwpyduexv657oyr - hwcyduexv657oyr 02:42:0a:01:00:02 mtu 1400, not to be made

        """;

    /// <summary>An endpoint of a logical network on a host whose integration bridge is in userspace.</summary>
    public const string LogicalPort = """
        no other port of switch office has 10.1.0.2
        Logical_Switch office ports:
          Logical_Switch_Port e1 addresses=02:42:0a:01:00:02 10.1.0.2 port_security=02:42:0a:01:00:02 10.1.0.2 external_ids:hawser-container=web external_ids:hawser-ip4=10.1.0.2 external_ids:hawser-network=a external_ids:hawser-switch=office options:iface-id-ver=-62135596800000 options:requested-chassis=host1
        Bridge br-int ports:
          Port hwpheitg6j33kka tag=[] trunks=[] vlan_mode=[]
            Interface hwpheitg6j33kka ingress_policing_burst=0 ingress_policing_rate=0 external_ids:attached-mac=02:42:0a:01:00:02 external_ids:iface-id=e1 external_ids:iface-id-ver=-62135596800000 external_ids:iface-status=active
        veth hwpheitg6j33kka - hwcheitg6j33kka 02:42:0a:01:00:02 mtu 1442, checksums in software
        ovn-controller has bound e1 to hwpheitg6j33kka

        """;

    /// <summary>Two networks of a domain, one of them with both families, on host1.</summary>
    public const string RoutingDomain = """
        Logical_Router hawser-red, shared: hawser-gateway:host1=3 hawser-share:host1:a=abcd hawser-share:host1:b=abcd
        root:
          Logical_Switch hawser-red:join external_ids:hawser-vrf=red
        Logical_Router hawser-red ports:
          Logical_Router_Port hawser-red:join mac=02:42:a1:d2:56:ec networks=[169.254.0.1/17, fd68:6177:7366::1/64] external_ids:hawser-vrf=red
        Logical_Switch hawser-red:join ports:
          Logical_Switch_Port hawser-red:join:peer addresses=router type=router external_ids:hawser-vrf=red options:router-port=hawser-red:join
        Logical_Router hawser-red static_routes:
          Logical_Router_Static_Route hawser-red default IPv4 ip_prefix=0.0.0.0/0 nexthop=169.254.0.2 external_ids:hawser-vrf=red
        Logical_Router hawser-red static_routes:
          Logical_Router_Static_Route hawser-red default IPv6 ip_prefix=::/0 nexthop=fd68:6177:7366::2 external_ids:hawser-vrf=red
        root:
          Logical_Router hawser-red@host1 options:chassis=host1
        Logical_Router hawser-red@host1 ports:
          Logical_Router_Port hawser-red@host1:join mac=02:42:7f:93:1d:5c networks=[169.254.0.3/17, fd68:6177:7366::3/64]
        Logical_Switch hawser-red:join ports:
          Logical_Switch_Port hawser-red@host1:join:peer addresses=router type=router options:router-port=hawser-red@host1:join
        root:
          Logical_Switch hawser-red@host1:transit
        Logical_Router hawser-red@host1 ports:
          Logical_Router_Port hawser-red@host1:transit mac=02:42:de:c3:72:b8 networks=[169.254.192.2/24, fd68:6177:7366:1::2/64]
        Logical_Switch hawser-red@host1:transit ports:
          Logical_Switch_Port hawser-red@host1:transit:peer addresses=router type=router options:router-port=hawser-red@host1:transit
        Logical_Switch hawser-red@host1:transit ports:
          Logical_Switch_Port hawser-red@host1:host addresses=02:42:4d:53:97:51 169.254.192.1 fd68:6177:7366:1::1 options:requested-chassis=host1
        Logical_Router hawser-red@host1 static_routes:
          Logical_Router_Static_Route hawser-red@host1 IPv4 out ip_prefix=0.0.0.0/0 nexthop=169.254.192.1
        Logical_Router hawser-red policies:
          Logical_Router_Policy hawser-red@host1 IPv4 action=reroute match=ip4 && outport == "hawser-red:join" && is_chassis_resident("hawser-red@host1:join") nexthops=169.254.0.3 priority=100
        Logical_Router hawser-red@host1 static_routes:
          Logical_Router_Static_Route hawser-red@host1 IPv6 out ip_prefix=::/0 nexthop=fd68:6177:7366:1::1
        Logical_Router hawser-red policies:
          Logical_Router_Policy hawser-red@host1 IPv6 action=reroute match=ip6 && outport == "hawser-red:join" && is_chassis_resident("hawser-red@host1:join") nexthops=fd68:6177:7366::3 priority=100
        Logical_Router hawser-red@host1 static_routes:
          Logical_Router_Static_Route hawser-red@host1 10.1.0.0/24 ip_prefix=10.1.0.0/24 nexthop=169.254.0.1
        Logical_Router hawser-red@host1 nat:
          NAT hawser-red@host1 10.1.0.0/24 external_ip=169.254.192.2 logical_ip=10.1.0.0/24 type=snat
        Logical_Router hawser-red@host1 static_routes:
          Logical_Router_Static_Route hawser-red@host1 10.2.0.0/24 ip_prefix=10.2.0.0/24 nexthop=169.254.0.1
        Logical_Router hawser-red@host1 nat:
          NAT hawser-red@host1 10.2.0.0/24 external_ip=169.254.192.2 logical_ip=10.2.0.0/24 type=snat
        Logical_Router hawser-red@host1 static_routes:
          Logical_Router_Static_Route hawser-red@host1 fd00:2::/64 ip_prefix=fd00:2::/64 nexthop=fd68:6177:7366::1
        Logical_Router hawser-red@host1 nat:
          NAT hawser-red@host1 fd00:2::/64 external_ip=fd68:6177:7366:1::2 logical_ip=fd00:2::/64 type=snat
        Bridge br-int ports:
          Port hwrs5tmkymg2ns5
            Interface hwrs5tmkymg2ns5 mac=02:42:4d:53:97:51 mtu_request=1442 type=internal external_ids:iface-id=hawser-red@host1:host
        hwrs5tmkymg2ns5 holds [169.254.192.1/24, fd68:6177:7366:1::1/64]
        ovn-controller has bound hawser-red@host1:host to hwrs5tmkymg2ns5

        """;

    /// <summary>A switch on which a domain's router holds the gateway.</summary>
    public const string RoutedSwitch = """
        Logical_Switch switch-a, shared: hawser-share:host1:a=abcd
        Logical_Router hawser-red ports:
          Logical_Router_Port hawser-red:switch:switch-a mac=02:42:f4:f9:15:77 networks=10.1.0.1/24 external_ids:hawser-switch=switch-a external_ids:hawser-vrf=red
        Logical_Switch switch-a ports:
          Logical_Switch_Port hawser-red:switch:switch-a:peer addresses=router type=router external_ids:hawser-switch=switch-a external_ids:hawser-vrf=red options:router-port=hawser-red:switch:switch-a

        """;

    public const string ResolvedSwitch = """
        Logical_Switch switch-a, shared: hawser-share:host1:a=abcd
        root:
          Logical_Router hawser-dns:switch-a external_ids:hawser-switch=switch-a
        Logical_Router hawser-dns:switch-a ports:
          Logical_Router_Port hawser-dns:switch-a:port mac=02:42:be:4c:1a:82 networks=[10.1.0.1/24, fd00:1::1/64] external_ids:hawser-switch=switch-a
        Logical_Switch switch-a ports:
          Logical_Switch_Port hawser-dns:switch-a:port:peer addresses=router type=router external_ids:hawser-switch=switch-a options:router-port=hawser-dns:switch-a:port

        """;

    /// <summary>An attachment in a VLAN, with a default router and a route, on the userspace datapath.</summary>
    public const string Attachment = """
        Bridge br0 ports:
          Port hwawsjmwvqihhj5 tag=10 trunks=[] vlan_mode=access
            Interface hwawsjmwvqihhj5 ingress_policing_burst=0 ingress_policing_rate=0 external_ids:attached-mac=02:42:0a:46:00:01 external_ids:container_id=3f2a9c0d1e2f3a4b external_ids:container_iface=eth1
        veth hwawsjmwvqihhj5 - eth1 02:42:0a:46:00:01 mtu default, checksums in software, in /run/docker/netns/0123
        eth1 holds [10.70.0.1/24]
        eth1 leads to default via 10.70.0.254
        eth1 leads to 10.8.0.0/16 via 10.70.0.253

        """;
}
