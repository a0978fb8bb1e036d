namespace Hawser.Core.Intent;

/// <summary>The logical switch of a network: the same on every host that has a network with this name for it.</summary>
/// <param name="Name">Its name in OVN's northbound database.</param>
/// <param name="PortSecurity">Whether a container can send only from its own MAC and IP addresses.</param>
public sealed record LogicalSwitch(string Name, bool PortSecurity);
