using Microsoft.Extensions.Logging;

namespace Hawser.Logging;

/// <summary>What the daemon logs, one entry per event. The numbers of events never change.</summary>
static partial class Log
{
    [LoggerMessage(1, LogLevel.Information,
        "Hawser {Version} started; instance {Instance}, {Networks} networks and {Endpoints} endpoints known")]
    public static partial void Started(this ILogger logger, string version, string instance, int networks, int endpoints);

    [LoggerMessage(2, LogLevel.Information, "Hawser stopped")]
    public static partial void Stopped(this ILogger logger);

    [LoggerMessage(10, LogLevel.Error, "{File} cannot be read; nothing is pruned until it is mended or removed")]
    public static partial void RecordUnreadable(this ILogger logger, Exception e, string file);

    [LoggerMessage(11, LogLevel.Warning, "{What} {Id} is not finished, and goes on: {Reason}")]
    public static partial void RemovalGoesOn(this ILogger logger, string what, string id, string reason);

    [LoggerMessage(12, LogLevel.Warning, "Host port {Port} of endpoint {Endpoint} is taken by another process; its rules stay")]
    public static partial void PortTaken(this ILogger logger, int port, string endpoint);

    [LoggerMessage(13, LogLevel.Warning, "The {What} {Name} was not given back; that goes on: {Reason}")]
    public static partial void NotGivenBack(this ILogger logger, string what, string name, string reason);

    [LoggerMessage(14, LogLevel.Information, "{Count} addresses of pool {Pool} belong to no container of this host, and are given back")]
    public static partial void StaleClaims(this ILogger logger, int count, string pool);

    [LoggerMessage(15, LogLevel.Information,
        "Pool {Pool} or {Count} of this host's addresses were lost from the address plan, and are in it again")]
    public static partial void PoolRestored(this ILogger logger, string pool, int count);

    [LoggerMessage(16, LogLevel.Warning, "The address plan could not be compared with what lives; that is tried again: {Reason}")]
    public static partial void AuditFailed(this ILogger logger, string reason);

    [LoggerMessage(17, LogLevel.Warning, "A host port of endpoint {Endpoint} is not held; its rules stay: {Reason}")]
    public static partial void PortNotHeld(this ILogger logger, string endpoint, string reason);

    [LoggerMessage(18, LogLevel.Warning, "Endpoint {Endpoint} goes on without one of its host ports: {Reason}")]
    public static partial void PortNotTakenBack(this ILogger logger, string endpoint, string reason);

    [LoggerMessage(19, LogLevel.Warning,
        "Address {Address} of pool {Pool} is this host's ({Holder}), and in the address plan it is {Other}'s: "
        + "OVN's northbound database was lost, and the address given out again")]
    public static partial void ClaimContested(this ILogger logger, string address, string pool, string holder, string other);

    [LoggerMessage(20, LogLevel.Information, "{What} at {Database} is live")]
    public static partial void DatabaseLive(this ILogger logger, string what, string database);

    [LoggerMessage(21, LogLevel.Warning, "{What} at {Database} is away: {Reason}")]
    public static partial void DatabaseAway(this ILogger logger, string what, string database, string? reason);

    [LoggerMessage(22, LogLevel.Warning, "A transaction for {Count} units was refused; each is tried by itself")]
    public static partial void RoundRefused(this ILogger logger, Exception e, int count);

    [LoggerMessage(23, LogLevel.Error, "A round failed; it is repeated")]
    public static partial void RoundFailed(this ILogger logger, Exception e);

    [LoggerMessage(24, LogLevel.Warning, "{Unit} is not as it should be: {Detail}")]
    public static partial void UnitFailed(this ILogger logger, string unit, string? detail);

    [LoggerMessage(30, LogLevel.Warning, "{Count} links could not be deleted; the next full check tries again")]
    public static partial void LinksNotDeleted(this ILogger logger, Exception e, int count);

    [LoggerMessage(40, LogLevel.Error, "The firewall's rules could not be applied")]
    public static partial void FirewallFailed(this ILogger logger, Exception e);

    [LoggerMessage(41, LogLevel.Warning, "The firewall was changed by somebody else; Hawser's rules are made again")]
    public static partial void FirewallDamaged(this ILogger logger);

    [LoggerMessage(42, LogLevel.Warning, "The firewall's rules could not be read")]
    public static partial void FirewallUnreadable(this ILogger logger, Exception e);

    [LoggerMessage(43, LogLevel.Warning,
        "The kernel was not told to forget old flows; "
        + "a client of a published UDP port that keeps its own port may miss a new container")]
    public static partial void FlowsNotForgotten(this ILogger logger, Exception e);

    [LoggerMessage(44, LogLevel.Warning,
        "The MAC addresses of other chassis are not asked for; the first packet to one may be lost: {Reason}")]
    public static partial void NeighboursNotAsked(this ILogger logger, string reason);

    [LoggerMessage(50, LogLevel.Information, "Docker's API answers")]
    public static partial void DockerConnected(this ILogger logger);

    [LoggerMessage(51, LogLevel.Warning, "Docker's API is away: {Reason}")]
    public static partial void DockerUnreachable(this ILogger logger, string reason);

    [LoggerMessage(52, LogLevel.Information, "Endpoint {Endpoint} belongs to no container that Docker knows, and is removed")]
    public static partial void StaleEndpoint(this ILogger logger, string endpoint);

    [LoggerMessage(53, LogLevel.Information, "Network {Network} is not known to Docker, and is removed")]
    public static partial void StaleNetwork(this ILogger logger, string network);

    [LoggerMessage(54, LogLevel.Error,
        "{Count} of {All} networks are not known to Docker: too many to be right, so all are kept. `hawser purge --yes` removes them")]
    public static partial void FuseHeld(this ILogger logger, int count, int all);

    [LoggerMessage(55, LogLevel.Information, "Network {Name} ({Network}) was taken over from Docker")]
    public static partial void NetworkTakenOver(this ILogger logger, string name, string network);

    [LoggerMessage(56, LogLevel.Error, "Network {Name} could not be taken over from Docker")]
    public static partial void NetworkNotTakenOver(this ILogger logger, Exception e, string name);

    [LoggerMessage(57, LogLevel.Information, "Endpoint {Endpoint} of container {Name} was taken over from Docker")]
    public static partial void EndpointTakenOver(this ILogger logger, string name, string endpoint);

    [LoggerMessage(58, LogLevel.Error, "An endpoint of container {Name} could not be taken over from Docker")]
    public static partial void EndpointNotTakenOver(this ILogger logger, Exception e, string name);

    [LoggerMessage(59, LogLevel.Error, "What Docker does not know cannot be removed; that is tried again: {Reason}")]
    public static partial void StaleNotRemoved(this ILogger logger, string reason);

    [LoggerMessage(63, LogLevel.Information,
        "Network {Network} has a way out although it was made with --internal: with mode {Mode}, under the name dovesnap, "
        + "that means without docker_gwbridge")]
    public static partial void InternalHasWayOut(this ILogger logger, string network, string mode);

    [LoggerMessage(60, LogLevel.Information, "Docker network {Name} was made on bridge {Bridge}, as the command line asks")]
    public static partial void DefaultNetworkMade(this ILogger logger, string name, string bridge);

    [LoggerMessage(61, LogLevel.Error, "Docker network {Name} of the command line could not be made; that is tried again")]
    public static partial void DefaultNetworkFailed(this ILogger logger, Exception e, string name);

    [LoggerMessage(62, LogLevel.Error, "A container's or network's name cannot be recorded; that is tried again: {Reason}")]
    public static partial void NameNotRecorded(this ILogger logger, string reason);

    [LoggerMessage(64, LogLevel.Information, "Attachment {Attachment} ended with its container")]
    public static partial void AttachmentEnded(this ILogger logger, string attachment);

    [LoggerMessage(65, LogLevel.Error, "Where attached containers run cannot be recorded; that is tried again: {Reason}")]
    public static partial void AttachmentNotFollowed(this ILogger logger, string reason);
}
