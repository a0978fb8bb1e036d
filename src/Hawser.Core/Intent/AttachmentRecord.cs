using System.Text.Json.Serialization;
using Hawser.Core.Options;

namespace Hawser.Core.Intent;

/// <summary>
/// A link of a container on a bridge that the operator asked for. It is kept on disk, made anew each time that the container
/// starts, and forgotten with the container.
/// </summary>
public sealed record AttachmentRecord
{
    /// <summary>The version of the file's shape.</summary>
    public int Version { get; init; } = 1;

    /// <summary>Its id.</summary>
    public required AttachmentId Id { get; init; }

    /// <summary>Docker's id of the container.</summary>
    public required string ContainerId { get; init; }

    /// <summary>The container's name, as the last look at Docker found it.</summary>
    public string Container { get; init; } = "";

    /// <summary>The bridge.</summary>
    public required string Bridge { get; init; }

    /// <summary>What the user asked for.</summary>
    public required AttachmentOptions Options { get; init; }

    /// <summary>Its MAC address.</summary>
    public MacAddress Mac { get; init; }

    /// <summary>The container's network namespace, a file; null while the container does not run.</summary>
    public string? Sandbox { get; init; }

    /// <summary>When it was asked for.</summary>
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>Whether it was taken back. It is forgotten once all of it is gone.</summary>
    public bool IsRemoving { get; init; }

    /// <summary>The unit that is planned for it.</summary>
    [JsonIgnore]
    public UnitId Unit => UnitId.Attachment(Id);

    /// <summary>The host's end of its veth pair, or null while the container does not run.</summary>
    [JsonIgnore]
    public string? HostEnd => Sandbox is { } sandbox ? Names.HostEnd(Id, sandbox, CreatedAt) : null;
}
