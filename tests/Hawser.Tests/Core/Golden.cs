namespace Hawser.Tests.Core;

/// <summary>Plans as <see cref="PlanText"/> writes them, read and found right.</summary>
static class Golden
{
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
        port e1 of switch office: 02:42:0a:01:00:02 10.1.0.2, secured, iface-id-ver=-62135596800000 requested-chassis=host1 hawser-container=web hawser-host=host1 hawser-instance=abcd hawser-ip4=10.1.0.2 hawser-network=a hawser-switch=office hawser-unit=endpoint/e1
        Bridge br-int ports:
          Port hwpheitg6j33kka tag=[] trunks=[] vlan_mode=[]
            Interface hwpheitg6j33kka ingress_policing_burst=0 ingress_policing_rate=0 external_ids:attached-mac=02:42:0a:01:00:02 external_ids:iface-id=e1 external_ids:iface-id-ver=-62135596800000 external_ids:iface-status=active
        veth hwpheitg6j33kka - hwcheitg6j33kka 02:42:0a:01:00:02 mtu 1442, checksums in software

        """;
}
