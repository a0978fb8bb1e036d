namespace Hawser.Docker.Plugin;

/// <summary>
/// dockerd reads a network driver's failure from Err and an IPAM driver's from Error
/// (moby drivers/remote/api and ipams/remote/api), so an IPAM failure carries both.
/// </summary>
sealed record ErrorResponse(string Err, string? Error)
{
    public static ErrorResponse For(string path, string message) =>
        new(message, path.StartsWith("/IpamDriver.", StringComparison.Ordinal) ? message : null);
}
