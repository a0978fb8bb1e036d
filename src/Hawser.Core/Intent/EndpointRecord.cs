using System.Net;
using System.Net.Sockets;
using System.Text.Json.Serialization;
using Hawser.Core.Options;

namespace Hawser.Core.Intent;

/// <summary>How far an endpoint's life has come; each of libnetwork's calls leads from one of these to another.</summary>
public enum EndpointPhase
{
    /// <summary>CreateEndpoint: the veth pair and the port are made; the container's end is still in the host.</summary>
    Reserved,

    /// <summary>Join: the container's end belongs to the sandbox.</summary>
    Plugged,

    /// <summary>DeleteEndpoint: the record is forgotten once all of the endpoint is gone.</summary>
    Removing,
}

/// <summary>A port of a container that is reachable on the host.</summary>
/// <param name="Protocol">The IP protocol's number: 6 TCP, 17 UDP, 132 SCTP.</param>
/// <param name="HostAddress">The address it is published on, or null for all of both families.</param>
/// <param name="HostPort">The port on the host, never 0: an ephemeral one is chosen before it is recorded.</param>
/// <param name="ContainerPort">The port in the container.</param>
public sealed record PublishedPort(int Protocol, IPAddress? HostAddress, int HostPort, int ContainerPort);

/// <summary>What we were told of an endpoint. Docker's are kept on tmpfs: a reboot ends the containers that have them.</summary>
public sealed record EndpointRecord
{
    /// <summary>The version of the file's shape.</summary>
    public int Version { get; init; } = 1;

    /// <summary>Docker's id.</summary>
    public required EndpointId Id { get; init; }

    /// <summary>The network it is in.</summary>
    public required NetworkId Network { get; init; }

    /// <summary>How far its life has come.</summary>
    public EndpointPhase Phase { get; init; }

    /// <summary>Its IPv4 address, if it has one.</summary>
    public IPAddress? Address { get; init; }

    /// <summary>Its IPv6 address, if it has one.</summary>
    public IPAddress? AddressIPv6 { get; init; }

    /// <summary>The network namespace of its container, as Join named it; null before Join, and if it was taken over.</summary>
    public string? Sandbox { get; init => field = string.IsNullOrEmpty(value) ? null : value; }

    /// <summary>Its MAC address.</summary>
    public MacAddress Mac { get; init; }

    /// <summary>What the user asked for.</summary>
    public EndpointOptions Options { get; init; } = new();

    /// <summary>Its ports on the host.</summary>
    public ValueArray<PublishedPort> Ports { get; init; } = [];

    /// <summary>
    /// Its place in the transit subnet of its routing domain, where the host reaches it for published ports; null if it has
    /// none.
    /// </summary>
    public int? TransitPlace { get; init; }

    /// <summary>The VLAN that its frames have on the network card of a machine that is itself on OVN; null elsewhere.</summary>
    public int? NestedVlan { get; init; }

    /// <summary>Its container's name, once Docker's events have told it.</summary>
    public string? Container { get; init; }

    /// <summary>The other names by which its network's containers find it.</summary>
    public ValueArray<string> Aliases { get; init; } = [];

    /// <summary>Who asked for it.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public IntentOwner Owner { get; init; }

    /// <summary>When Docker asked for it.</summary>
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>The unit that is planned for it.</summary>
    public UnitId Unit => UnitId.Endpoint(Id);

    /// <summary>Its address of a family, if it has one.</summary>
    public IPAddress? AddressOf(AddressFamily family) => family == AddressFamily.InterNetwork ? Address : AddressIPv6;

    /// <summary>Whether another endpoint has one of its addresses.</summary>
    public bool SharesAddressWith(EndpointRecord other) =>
        (Address is not null && Address.Equals(other.Address)) || (AddressIPv6 is not null && AddressIPv6.Equals(other.AddressIPv6));
}
