namespace Hawser.Admin;

/// <summary>What <c>hawser attach</c> asks for.</summary>
/// <param name="Container">The container's name or the beginning of its id.</param>
/// <param name="Bridge">The bridge.</param>
/// <param name="Temporary">Whether the attachment ends when the container stops.</param>
/// <param name="Options">The flags with their values, and options of ports.</param>
public sealed record AttachRequest(
    string Container = "", string Bridge = "", bool Temporary = false, IReadOnlyDictionary<string, string>? Options = null);

/// <summary>What <c>hawser detach</c> asks for.</summary>
/// <param name="Container">The container's name or the beginning of its id.</param>
/// <param name="Name">The link's name in the container, or null for all its attachments.</param>
/// <param name="Bridge">The bridge that they must be on, or null for any.</param>
public sealed record DetachRequest(string Container = "", string? Name = null, string? Bridge = null);

/// <summary>A VLAN for an attachment's port.</summary>
/// <param name="Container">The container's name or the beginning of its id.</param>
/// <param name="Name">The link's name in the container.</param>
/// <param name="Bridge">The bridge that it must be on.</param>
/// <param name="Vlan">The VLAN, as the user wrote it.</param>
public sealed record VlanRequest(string Container = "", string Name = "", string Bridge = "", string Vlan = "");

/// <summary>What <c>hawser attachments --json</c> prints. Fields are added, never renamed.</summary>
public sealed record AttachmentsReport(IReadOnlyList<AttachmentReport> Attachments);

/// <summary>An attachment.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Container">The container's name.</param>
/// <param name="ContainerId">Docker's id of the container.</param>
/// <param name="Name">The link's name in the container.</param>
/// <param name="Bridge">The bridge.</param>
/// <param name="Port">The port on the bridge, or null while the container does not run.</param>
/// <param name="Mac">The link's MAC address.</param>
/// <param name="Addresses">Its addresses, each with the length of its prefix.</param>
/// <param name="Gateways">The container's default routers by this link.</param>
/// <param name="Routes">More routes by it, each as SUBNET=ROUTER.</param>
/// <param name="Vlan">The VLAN of untagged frames.</param>
/// <param name="Trunks">VLANs that it carries tagged.</param>
/// <param name="Mtu">The MTU that was asked for.</param>
/// <param name="Temporary">Whether it ends when the container stops.</param>
/// <param name="State">How far it has come, or "Stopped" while the container does not run.</param>
/// <param name="Detail">What is missing or wrong, if something is.</param>
public sealed record AttachmentReport(
    string Id, string Container, string ContainerId, string Name, string Bridge, string? Port, string Mac,
    IReadOnlyList<string> Addresses, IReadOnlyList<string> Gateways, IReadOnlyList<string> Routes, int? Vlan, IReadOnlyList<int> Trunks,
    int? Mtu, bool Temporary, string State, string? Detail);
