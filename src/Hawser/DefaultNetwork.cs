using System.Globalization;
using Hawser.Core.Intent;
using Hawser.Docker;
using Microsoft.Extensions.Logging;

namespace Hawser;

/// <summary>Makes sure that the network of the older flags exists, through Docker, which then calls us like for any other.</summary>
static class DefaultNetwork
{
    public static async Task EnsureAsync(DefaultNetworkOptions? wanted, EngineClient engine, ILogger logger, CancellationToken ct)
    {
        if (wanted is null) return;
        try
        {
            if ((await engine.NetworksAsync(["ovs"], ct)).Any(n => n.Name == wanted.Bridge)) return;
            await engine.CreateNetworkAsync(Request(wanted), ct);
            logger.DefaultNetworkMade(wanted.Bridge, wanted.Bridge);
        }
        catch (EngineException e)
        {
            logger.DefaultNetworkFailed(e, wanted.Bridge);
        }
    }

    static EngineNetworkCreate Request(DefaultNetworkOptions wanted)
    {
        var options = new Dictionary<string, string>
        {
            ["ovs.bridge.name"] = wanted.Bridge,
            ["ovs.bridge.mode"] = wanted.Mode.ToString().ToLowerInvariant(),
        };
        if (wanted.Mtu is { } mtu) options["ovs.bridge.mtu"] = mtu.ToString(CultureInfo.InvariantCulture);
        var pool = wanted.Subnet is { } subnet ? new EngineIpamPool(subnet.ToString(), (wanted.Gateway ?? new Subnet(subnet, null).First).ToString()) : null;
        return new EngineNetworkCreate(wanted.Bridge, "ovs") { Options = options, IPAM = pool is null ? null : new EngineIpam("default", [pool]) };
    }
}
