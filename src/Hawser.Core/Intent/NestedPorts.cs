namespace Hawser.Core.Intent;

/// <summary>
/// Chooses the VLANs that tell the containers of a machine apart that is itself a port of OVN's (ovn-nb(5), parent_name and
/// tag).
/// </summary>
public static class NestedPorts
{
    const int FirstVlan = 1;
    const int LastVlan = 4094;

    /// <summary>An endpoint with a VLAN that no other of the same parent has.</summary>
    /// <exception cref="PluginException">There is none left.</exception>
    public static EndpointRecord Assign(EndpointRecord endpoint, HostIntent intent)
    {
        if (endpoint.NestedVlan is not null || intent.NetworkOf(endpoint)?.Logical?.Parent is not { } parent) return endpoint;
        var taken = intent.Endpoints.Values
            .Where(e => e.NestedVlan is not null && intent.NetworkOf(e)?.Logical?.Parent == parent)
            .Select(e => e.NestedVlan!.Value);
        return Enumerable.Range(FirstVlan, LastVlan).Except(taken).Select(v => (int?)v).FirstOrDefault() is { } vlan
            ? endpoint with { NestedVlan = vlan }
            : throw new PluginException($"no VLAN is left on logical port {parent}: {LastVlan} containers are nested in it");
    }
}
