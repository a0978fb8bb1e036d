namespace Hawser.Lab.Harness;

/// <summary>Docker and Open vSwitch without hawser: the lab itself.</summary>
public sealed class BareHost() : LabHost("bare");

/// <summary>The host of most tests.</summary>
public sealed class MainHost() : LabHost("main", "--hawser");

/// <summary>The host whose daemons are killed.</summary>
public sealed class FragileHost() : LabHost("fragile", "--hawser");

/// <summary>A host whose Open vSwitch segments and computes checksums itself.</summary>
public sealed class TsoHost() : LabHost("tso", "--hawser", "--tso");

/// <summary>
/// A host whose Docker keeps its rules in nftables' tables and none in iptables'. Docker 29 does; of an earlier one the rules
/// are those that 29.7.2 was seen to make, with port 18080 published for the first container on its bridge.
/// </summary>
public sealed class NftablesHost() : LabHost("nftables", "--hawser")
{
    /// <summary>The port that Docker publishes for <see cref="DockersAddress"/>.</summary>
    public const int DockersPort = 18080;

    /// <summary>The address of the first container on Docker's bridge.</summary>
    public const string DockersAddress = "172.17.0.2";

    public override async Task InitializeAsync()
    {
        await base.InitializeAsync();
        await StopAsync("dockerd");
        await PutAsync("tests/Hawser.Lab/Fixtures/docker-29.7.2.nft", "/root/docker.nft");
        // Docker does not switch forwarding on then, and sets no policy of FORWARD: both are the administrator's.
        await RunAsync("""
            for iptables in iptables ip6tables; do
              $iptables -P FORWARD ACCEPT
              for table in filter nat raw; do $iptables -t $table -F; $iptables -t $table -X; done
            done
            sysctl -qw net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1
            if dockerd --help | grep -q -- --firewall-backend; then flags=--firewall-backend=nftables
            else flags='--iptables=false --ip6tables=false'; nft -f /root/docker.nft || exit 1; fi
            setsid dockerd $flags >>/var/log/dockerd.log 2>&1 </dev/null &
            for i in {1..100}; do docker version >/dev/null 2>&1 && exit; sleep 0.1; done; exit 1
            """);
    }
}

[CollectionDefinition(Collections.Bare)]
public sealed class BareHostDefinition : ICollectionFixture<BareHost>;

[CollectionDefinition(Collections.Main)]
public sealed class MainHostDefinition : ICollectionFixture<MainHost>;

[CollectionDefinition(Collections.Fragile)]
public sealed class FragileHostDefinition : ICollectionFixture<FragileHost>;

[CollectionDefinition(Collections.Tso)]
public sealed class TsoHostDefinition : ICollectionFixture<TsoHost>;

[CollectionDefinition(Collections.Nftables)]
public sealed class NftablesHostDefinition : ICollectionFixture<NftablesHost>;

public static class Collections
{
    public const string Bare = "a host without hawser";
    public const string Main = "a host with hawser";
    public const string Fragile = "a host whose daemons are killed";
    public const string Nftables = "a host whose Docker uses nftables";
    public const string Tso = "a host with userspace-tso-enable";
}
