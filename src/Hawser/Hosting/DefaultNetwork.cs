using System.Globalization;
using Hawser.Core.Intent;
using Hawser.Docker.Engine;
using Hawser.Logging;
using Microsoft.Extensions.Logging;

namespace Hawser.Hosting;

/// <summary>
/// Makes sure that the network of the older flags exists. It is made through Docker, which then calls us as for any other network.
/// </summary>
sealed class DefaultNetwork(DefaultNetworkOptions? wanted, EngineClient engine, ILogger logger)
{
    string? _lastError;

    /// <returns>Whether it exists now, or none is wanted. If not, try again: Open vSwitch may come up after Docker.</returns>
    public async Task<bool> EnsureAsync(CancellationToken ct)
    {
        if (wanted is null) return true;
        try
        {
            if ((await engine.NetworksAsync(["ovs"], ct)).All(n => n.Name != wanted.Bridge))
            {
                await engine.CreateNetworkAsync(Request(wanted), ct);
                logger.DefaultNetworkMade(wanted.Bridge, wanted.Bridge);
            }
            _lastError = null;
            return true;
        }
        catch (EngineException e)
        {
            if (_lastError != e.Message) logger.DefaultNetworkFailed(e, wanted.Bridge);
            _lastError = e.Message;
            return false;
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
        var pool = wanted.Subnet is { } subnet
            ? new EngineIpamPool(subnet.ToString(), (wanted.Gateway ?? new Subnet(subnet, null).First).ToString())
            : null;
        return new EngineNetworkCreate(wanted.Bridge, "ovs")
        {
            Options = options,
            IPAM = pool is null ? null : new EngineIpam("default", [pool]),
        };
    }
}
