using System.Text.Json.Serialization;

namespace Hawser.Admin;

/// <summary>What <c>hawser status --json</c> prints. Fields are added, never renamed.</summary>
public sealed record StatusReport(
    string Version, string Instance, bool Healthy, DatabaseHealth Database, DockerHealth Docker, OvnHealth? Ovn, string? Firewall,
    IReadOnlyList<NetworkReport> Networks, IReadOnlyList<EndpointReport> Endpoints, IReadOnlyList<AttachmentReport> Attachments);

/// <summary>Open vSwitch's database: where, and whether it answers.</summary>
public sealed record DatabaseHealth(string Address, bool Live, string? OvsVersion, string? Error);

/// <summary>OVN's northbound database: where, and whether it answers; absent where the host is not set up for OVN.</summary>
public sealed record OvnHealth(string Address, string Chassis, bool Live, string? Error);

/// <summary>Docker's API: whether it answers, which of Hawser's networks it does not know, and the names it knows the drivers by.</summary>
public sealed record DockerHealth(bool Live, IReadOnlyList<string> UnknownNetworks, IReadOnlyList<string> Drivers);

/// <summary>A network and its bridge or logical switch.</summary>
public sealed record NetworkReport(
    string Id, string Bridge, string? Switch, string Mode, bool Internal, int? Vlan, string Datapath,
    IReadOnlyList<string> Subnets, IReadOnlyList<string> Gateways, string State, string? Detail);

/// <summary>An endpoint, its port and what is published for it.</summary>
public sealed record EndpointReport(
    string Id, string Network, string Port, string Mac, string? Address, string? AddressIPv6, string Phase,
    IReadOnlyList<string> Published, string State, string? Detail);

/// <summary>What <c>hawser diff --json</c> prints: each difference between what is and what should be, in a sentence.</summary>
public sealed record DiffReport(IReadOnlyList<string> Differences);

/// <summary>What <c>hawser orphans --json</c> prints: what carries Hawser's mark and belongs to nothing that is known.</summary>
public sealed record OrphansReport(IReadOnlyList<OrphanReport> Orphans);

/// <summary>What <c>hawser purge --json</c> prints: what was removed, or what would be.</summary>
public sealed record PurgeReport(bool Removed, IReadOnlyList<OrphanReport> Orphans);

/// <summary>One thing that carries a mark and belongs to nothing that is known.</summary>
public sealed record OrphanReport(string Kind, string Name, string Instance, string Unit);

/// <summary>What <c>hawser ipam list --json</c> prints.</summary>
public sealed record IpamReport(IReadOnlyList<PoolReport> Pools);

/// <summary>A pool of the address plan: who shares it, and who has which address.</summary>
public sealed record PoolReport(string Subnet, string Vrf, string Space, IReadOnlyList<string> Hosts, IReadOnlyList<ClaimReport> Addresses);

/// <summary>A taken address and its holder: a host's name, "gateway" or "auxiliary".</summary>
public sealed record ClaimReport(string Address, string Holder);

/// <summary>A host that is gone for good.</summary>
public sealed record HostRequest(string Host = "");

/// <summary>What a host has, or what was taken from it.</summary>
public sealed record HostReport(string Host, int Pools, int Addresses, int Ports, int Switches);

/// <summary>What <c>hawser ovn forget --json</c> prints: what was taken from a host, or what would be.</summary>
public sealed record ForgetReport(bool Forgotten, string Host, int Pools, int Addresses, int Ports, int Switches);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    WriteIndented = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(StatusReport))]
[JsonSerializable(typeof(DiffReport))]
[JsonSerializable(typeof(OrphansReport))]
[JsonSerializable(typeof(PurgeReport))]
[JsonSerializable(typeof(IpamReport))]
[JsonSerializable(typeof(HostRequest))]
[JsonSerializable(typeof(HostReport))]
[JsonSerializable(typeof(ForgetReport))]
[JsonSerializable(typeof(ExplainRequest))]
[JsonSerializable(typeof(ExplainReport))]
[JsonSerializable(typeof(AttachRequest))]
[JsonSerializable(typeof(DetachRequest))]
[JsonSerializable(typeof(VlanRequest))]
[JsonSerializable(typeof(AttachmentsReport))]
sealed partial class AdminJson : JsonSerializerContext;
